"""A person's address changes once a code that was sent to the new one is right. The old one is told."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards.models import User
from cards.signing_in import codes
from cards.signing_in.forms import AddressForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_address(request: HttpRequest) -> HttpResponse:
    """Asks for it, and sends the code."""
    raise_if_reauthentication_required(request, app="allauth.account")
    form = AddressForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            codes.send(request, form.cleaned_data["email"], mover=request.user.pk)
        except codes.NotSent as error:
            form.add_error("email", str(error))
        else:
            return redirect("sign_in_code")
    return render(request, "account/new_address.html", {"form": form})


def arrive(request: HttpRequest, code: codes.Code) -> HttpResponse:
    """The code was right: the address is theirs, unless it is somebody's already."""
    user = request.user
    if not isinstance(user, User) or user.pk != code.mover:
        raise Http404
    before, user.email = user.email, code.email
    user.mail_failing_since, user.mail_failing_reason, user.mail_refused_at = None, "", None  # the code arrived there
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "mail_failing_since", "mail_failing_reason", "mail_refused_at"])
    except IntegrityError:
        messages.error(request, _("That address has an account of its own already. Sign in with it to see which."))
        return redirect("security")
    if before != user.email:
        get_adapter(request).send_notification_mail("account/email/moved", user, email=before)
    messages.success(request, _("Codes and letters go to your new address from now on."))
    return redirect("security")
