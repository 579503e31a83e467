"""A family and its people: its name, who belongs, whom they invited, what staff looked at; and leaving it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards.household import inviting, members
from cards.household.forms import FamilyForm, InvitationForm
from cards.household.leaving import LastOne, leave
from cards.models import Family
from cards.views.desk import own_family, person, see_other
from cards.views.private import for_people

LOOKS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """The page, and the three deeds that its forms ask for."""
    found, deed = own_family(request, pk), request.POST.get("deed")
    settings = FamilyForm(request.POST if deed == "rename" else None, instance=own_family(request, pk))
    invitation = InvitationForm(request.POST if deed == "invite" else None)
    if deed == "revoke":
        done = _revoke(request, found)
    elif deed == "rename":
        done = _rename(request, settings)
    else:
        done = deed == "invite" and _invite(request, found, invitation)
    if done:
        return see_other("family", pk)
    return render(request, "family/people.html", {**_shown(found), "settings": settings, "invitation": invitation})


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def leave_family(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first, and says what goes; where the answer no longer fits the question, asks again."""
    found, user = own_family(request, pk), person(request)
    if request.method == "POST":
        try:
            gone = leave(found, user, timezone.now(), and_delete="delete" in request.POST)
        except LastOne:
            messages.warning(request, _("Nobody else is left in this family now. Please look again at what goes."))
            return see_other("leave_family", pk)
        said = _("You left “%(family)s”, and it was deleted.") if gone else _("You left “%(family)s”.")
        messages.success(request, said % {"family": found.name})
        return see_other("status")
    context = {"family": found, "last": members.is_last(found, user), "holdings": members.holdings(found)}
    return render(request, "family/leave.html", context)


def _shown(found: Family) -> dict[str, object]:
    return {
        "family": found,
        "memberships": found.memberships.select_related("user"),
        "pending": found.invitations.filter(expires__gt=timezone.now()).select_related("by"),
        "looks": found.looks.all()[:LOOKS_SHOWN],
    }


def _rename(request: HttpRequest, form: FamilyForm) -> bool:
    if not form.is_valid():
        return False
    members.renew_checks(form.save(), timezone.now())
    messages.success(request, _("Saved."))
    return True


def _invite(request: HttpRequest, found: Family, form: InvitationForm) -> bool:
    """Says the same whether the address is known here or not; but a family knows who belongs to it."""
    if not form.is_valid():
        return False
    email, user, now = form.cleaned_data["email"], person(request), timezone.now()
    if found.people.filter(email__iexact=email).exists():
        form.add_error("email", _("Whoever has this address belongs to the family already."))
    elif not inviting.may_invite(user, email, now):
        form.add_error(None, _("That were many invitations for one day. Please come back tomorrow."))
    else:
        inviting.invite(found, user, email, now)
        messages.success(request, _("A mail with a link is on its way to %(email)s.") % {"email": email})
        return True
    return False


def _revoke(request: HttpRequest, found: Family) -> bool:
    """An invitation that is gone already is revoked as well."""
    asked = request.POST.get("invitation", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19:
        inviting.revoke(found.invitations.filter(pk=asked))
    messages.success(request, _("The invitation no longer works."))
    return True
