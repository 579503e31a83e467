"""The trial of a card: how it goes, what was read, and whether it is kept."""

from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cards.card_desk import drafts
from cards.card_desk.asking import asked_by
from cards.card_desk.forms import LoginForm
from cards.card_desk.trial import Trial, trial_of
from cards.models import Card, CardQuerySet
from cards.vault import CannotOpen
from cards.views.card_new import tries
from cards.views.desk import SECRETS, own_card, person, see_other
from cards.views.live import follows, unchanged
from cards.views.private import for_people


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def card_trial(request: HttpRequest, card: UUID) -> HttpResponse:
    """How the trial stands. What is posted is tried on the same draft, with another number or PIN.

    A draft that was kept meanwhile is a card like others.
    """
    draft = _drafts(request).filter(pk=card).first()
    if draft is None:
        return see_other("card", own_card(request, card).pk)
    if request.method == "POST":
        return _again(request, draft)
    trial = trial_of(draft, timezone.now())
    if follows(request) and request.GET.get("seen") == _seen(trial):
        return unchanged()
    return _page(request, draft, trial, _form(draft) if trial.over else None)


@require_POST
@for_people
def keep_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """The card is theirs, or could not be read through no fault of theirs: it becomes the family's."""
    draft = _drafts(request).filter(pk=card).first()
    if draft is None:  # said twice, by a double click
        return see_other("status_family", own_card(request, card).family_id)
    trial = trial_of(draft, timezone.now())
    if not trial.may_be_kept:
        return see_other("card_trial", draft.pk)
    if drafts.keep(draft):
        messages.success(request, _kept(trial) % {"name": draft.patron_name, "library": draft.library})
    else:
        messages.info(request, _("That card is in your family already."))
        draft.delete()
    return see_other("status_family", draft.family_id)


@require_POST
@for_people
def drop_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """Not theirs: forgotten at once, and asked for anew."""
    draft = get_object_or_404(_drafts(request), pk=card)
    family, library = draft.family_id, draft.library.slug
    draft.delete()
    messages.info(request, _("Forgotten. Nothing of it was kept."))
    return see_other("new_card", family, library)


def _drafts(request: HttpRequest) -> CardQuerySet:
    return drafts.open_to(person(request), timezone.now())


def _again(request: HttpRequest, draft: Card) -> HttpResponse:
    """One more visit: with what was typed, or with what the draft has."""
    now = timezone.now()
    trial = trial_of(draft, now)
    if not trial.over:
        return see_other("card_trial", draft.pk)
    typed = _stored(draft) if "as_it_is" in request.POST else request.POST
    form = LoginForm(asked_by(draft.library), typed)
    if form.is_valid() and tries(request, drafts.again(draft, form.given(), now), form):
        return see_other("card_trial", draft.pk)
    return _page(request, draft, trial, form)


def _page(request: HttpRequest, draft: Card, trial: Trial, form: LoginForm | None) -> HttpResponse:
    template = "cards/trial.html" if follows(request) else "cards/card_trial.html"
    context = {"card": draft, "family": draft.family, "trial": trial, "form": form, "seen": _seen(trial)}
    return render(request, template, context)


def _form(draft: Card) -> LoginForm:
    """The form with what was typed but the PIN: it is the same person's, and an hour old at most."""
    return LoginForm(asked_by(draft.library), initial=_stored(draft) | {"pin": ""})


def _stored(draft: Card) -> dict[str, str]:
    try:
        login = draft.login()
    except CannotOpen:
        return {"patron_name": draft.patron_name}
    return {"patron_name": draft.patron_name, "number": login.number, "pin": login.pin, "without_pin": "1"}


def _kept(trial: Trial) -> str:
    if trial.stage == "found":
        return _("%(name)s’s card at %(library)s is here now.")
    return _("%(name)s’s card at %(library)s is saved. We read it as soon as the library lets us.")


def _seen(trial: Trial) -> str:
    """What the page shows already, for its next question."""
    return sha256(trial.says.encode()).hexdigest()[:8]
