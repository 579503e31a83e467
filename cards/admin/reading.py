"""What was read off a card, and how its checks went, as tables."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cards.admin.standing import outcome
from cards.models import Card, Check, Run

CHECKS_SHOWN = 30
CHECKS_OF_A_RUN = 200


def reading(card: Card) -> SafeString | str:
    """The snapshot as tables of loans, holds and fees; everything in it is escaped."""
    try:
        account = card.account()
    except (KeyError, TypeError, ValueError):
        return _("This version does not understand what an other version stored.")
    if account is None:
        return _("Nothing was read yet.")
    context = {"account": account, "read_at": card.snapshot_at, "currency": card.library.currency}
    return render_to_string("admin/cards/card/reading.html", context)


def history(card: Card) -> SafeString:
    """The latest checks of a card."""
    return _table(card.checks.all()[:CHECKS_SHOWN], CHECKS_SHOWN)


def checks_of(run: Run) -> SafeString:
    """The checks of a run, those that failed first."""
    order = {"ok": 2, "incomplete": 1}
    rows = run.checks.select_related("card__library")[:CHECKS_OF_A_RUN]
    return _table(sorted(rows, key=lambda each: order.get(each.outcome, 0)), CHECKS_OF_A_RUN, with_cards=True)


def _table(checks: Iterable[Check], most: int, *, with_cards: bool = False) -> SafeString:
    rows = [(check, outcome(check.outcome)) for check in checks]
    return render_to_string("admin/cards/checks.html", {"rows": rows, "most": most, "with_cards": with_cards})
