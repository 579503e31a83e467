"""The status page: what to take back, what to pick up and where, and how each card stands."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from cards import access
from cards.board import Board, boards, headline
from cards.models import Family, Run, User
from cards.views.private import private
from notifications.lines import Heading

RUN_WITHIN = timedelta(days=1)


@require_safe
def status(request: HttpRequest) -> HttpResponseBase:
    """All families of the person who is signed in, side by side; to others, what this is."""
    if not request.user.is_authenticated:
        return render(request, "cards/welcome.html")
    return _page(request, access.families_of(request.user), may_check=True)


@require_safe
@login_required
def status_family(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One family's page, for its people and for staff. Else 404."""
    user = cast(User, request.user)
    family = get_object_or_404(access.families_open_to(user, access.SEE), pk=pk)
    mine = not user.is_staff or access.families_of(user).filter(pk=pk).exists()
    return _page(request, [family], may_check=mine or access.is_trusted(user, access.CHECK))


def _page(request: HttpRequest, families: Iterable[Family], *, may_check: bool) -> HttpResponseBase:
    now, user = timezone.now(), cast(User, request.user)
    shown = boards(families, now=now, days_ahead=user.days_ahead, may_check=may_check)
    context = {
        "boards": shown,
        "title": _title(shown),
        "headline": headline(shown),
        "day": _day(shown, now),
        "busy": any(board.glances for board in shown),
        "checking": any(board.checking for board in shown),
        "run_late": _run_late(now),
    }
    return private(render(request, "cards/status.html", context))


def _title(shown: Iterable[Board]) -> str:
    """As "2 due, 1 ready", for the tab."""
    due = sum(len(board.lines(Heading.TAKE_BACK)) for board in shown)
    ready = sum(len(board.lines(Heading.CAN_HAVE)) for board in shown)
    parts = (
        (due, ngettext("%(n)d due", "%(n)d due", due)),
        (ready, ngettext("%(n)d ready", "%(n)d ready", ready)),
    )
    return ", ".join(words % {"n": number} for number, words in parts if number) or _("Nothing due")


def _day(shown: list[Board], now: datetime) -> str:
    """Today's date on the clock of the family that is shown first."""
    day: date = timezone.localtime(now, shown[0].family.zone() if shown else None).date()
    return date_format(day, pgettext("date format on top of the page", "l, j F"))


def _run_late(now: datetime) -> bool:
    """Whether no run has finished for a day. What people ask for at the page is no run: it mails nobody."""
    runs = Run.objects.filter(finished__gt=now - RUN_WITHIN)
    return not runs.exclude(trigger=Run.Trigger.PAGE).exists()
