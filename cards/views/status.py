"""The status page: what to take back, what to pick up and where, and how each card stands."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from cards import access
from cards.board import Ahead, Board, boards, headline
from cards.models import Card, CardChoice, Family, Run, User
from cards.signs import changed, joined, signs_of
from cards.views.live import follows, unchanged
from cards.views.private import for_people, private, to_sign_in
from notifications.days import written
from notifications.lines import Heading

RUN_WITHIN = timedelta(days=1)


@require_safe
def status(request: HttpRequest) -> HttpResponseBase:
    """All families of the person who is signed in, side by side; to others, what this is."""
    if not request.user.is_authenticated:
        return to_sign_in(request) if follows(request) else render(request, "cards/welcome.html")
    return _page(request, access.families_of(request.user), may_check=True)


@require_safe
@for_people
def status_family(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One family's page, for its people and for staff. Else 404."""
    user = cast(User, request.user)
    family = get_object_or_404(access.families_open_to(user, access.SEE), pk=pk)
    mine = not user.is_staff or access.families_of(user).filter(pk=pk).exists()
    return _page(request, [family], may_check=mine or access.is_trusted(user, access.CHECK), mine=mine)


def _page(request: HttpRequest, families: Iterable[Family], *, may_check: bool, mine: bool = True) -> HttpResponseBase:
    """The page; to a page that follows its cards, what is new of it, or that nothing is."""
    now, user, shown = timezone.now(), cast(User, request.user), list(families)
    if follows(request) and request.GET.get("seen") == signs_of(shown, now):
        return private(unchanged())
    found = boards(shown, now=now, ahead=_ahead(user), may_check=may_check, mine=mine)
    template = "cards/status_news.html" if follows(request) else "cards/status.html"
    return private(render(request, template, _context(request, found, now)))


def _ahead(user: User) -> Ahead:
    chosen = CardChoice.objects.filter(user=user).values_list("card", "days_ahead")
    return Ahead(user.days_ahead, {str(card): days for card, days in chosen})


def _context(request: HttpRequest, shown: list[Board], now: datetime) -> dict[str, Any]:
    cards = [card for board in shown for card in board.cards]
    new = changed(request.GET.get("seen", ""), [card.sign for card in cards])
    return {
        "boards": shown,
        "title": _title(shown),
        "headline": headline(shown),
        "day": _day(shown, now),
        "busy": any(board.glances for board in shown),
        "checking": any(board.checking for board in shown),
        "seen": joined(card.sign for card in cards),
        "news": [card.standing for card, is_new in zip(cards, new, strict=True) if is_new],
        "run_late": _run_late(now),
    }


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
    return written(day, pgettext("date format on top of the page", "l, j F"))


def _run_late(now: datetime) -> bool:
    """Whether no run has finished for a day. What people ask for at the page is no run: it mails nobody."""
    runs = Run.objects.filter(finished__isnull=False).exclude(trigger=Run.Trigger.PAGE)
    latest = runs.order_by("-finished").values_list("finished", flat=True).first()
    if latest is None:  # a new site, unless it has had cards for so long
        return Card.objects.kept().filter(created__lt=now - RUN_WITHIN).exists()
    return latest <= now - RUN_WITHIN
