"""The pages on the way in: the ways, the code, the links that sign in once."""

from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter as provider_adapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards.models import User
from cards.signing_in import codes, first_link, moving, onward, persons, strangers
from cards.signing_in.forms import AddressForm, CodeForm

_FIRST = "first_link"


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """All ways in. POST sends a code to an address, and never tells whether anybody has it."""
    if request.user.is_authenticated:
        return redirect(onward.wished(request) or onward.begin(request, request.user))
    form, stranger = AddressForm(request.POST or None, label_suffix=""), strangers.waiting(request)
    if request.method == "POST" and form.is_valid():
        theirs = stranger["login"] if stranger and "stranger" in request.POST else None
        try:
            codes.send(request, form.cleaned_data["email"], onward=onward.wished(request), stranger=theirs)
        except codes.NotSent as error:
            form.add_error("email", str(error))
        else:
            strangers.no_longer_waiting(request)
            return redirect("sign_in_code")
    context = {
        "form": form,
        "stranger": stranger,
        "providers": provider_adapter(request).list_providers(request),
        "next": onward.wished(request),
        "entering": True,
    }
    return render(request, "account/sign_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Asks for the code that was sent. The right one signs in, and makes the account where there is none."""
    code = codes.pending(request)
    if code is None:
        if request.method == "POST":
            messages.warning(request, _("That code is too old. Ask for a new one."))
        return redirect("sign_in")
    if "again" in request.POST:
        return _again(request, code)
    form = CodeForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            if codes.is_right(request, code, form.cleaned_data["code"]):
                return _enter(request, code)
        except codes.UsedUp:
            messages.error(request, _("That was wrong too often. Ask for a new code."))
            return redirect(_with_next("sign_in", code.onward))
        form.add_error("code", _("That is not the code in our newest mail to you."))
    context = {"form": form, "email": code.email, "entering": True, "moving": code.mover}
    return render(request, "account/sign_in_code.html", context)


def _again(request: HttpRequest, code: codes.Code) -> HttpResponse:
    try:
        codes.send(request, code.email, onward=code.onward, stranger=code.stranger, mover=code.mover)
    except codes.NotSent as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A new code is on its way. The one before is worth nothing now."))
    return redirect("sign_in_code")


def _enter(request: HttpRequest, code: codes.Code) -> HttpResponse:
    if code.mover:
        return moving.arrive(request, code)
    stranger = SocialLogin.deserialize(code.stranger) if code.stranger else None
    user, new = persons.of(code.email, name=stranger.user.name if stranger else "")
    if stranger:
        strangers.attach(request, stranger, user, tell=not new)
    return _let_in(request, user, code.onward)


def _let_in(request: HttpRequest, user: User, wished: str = "") -> HttpResponse:
    """Signs in, by way of the second factor where the person has one."""
    response: HttpResponse = perform_login(request, user, redirect_url=wished or None, email=user.email)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest, uidb64: str = "", token: str = "") -> HttpResponse:
    """The token leaves the address at once, for the session; only sending the form uses the link up."""
    if token:
        request.session[_FIRST] = [uidb64, token]
        return redirect("first_sign_in_here")
    user = first_link.person_of(*request.session.get(_FIRST, ["", ""]))
    if user and request.method == "POST":
        request.session.pop(_FIRST)
        return _let_in(request, user, reverse("admin:index") if user.is_staff else "")
    context = {"person": user, "entering": True}
    return render(request, "account/first_sign_in.html", context, status=200 if user else 410)


@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """As anybody of the demo."""
    user = first_link.demo_person_of(token)
    if user and request.method == "POST":
        return _let_in(request, user, reverse("admin:index") if user.is_staff else "")
    context = {"person": user, "entering": True}
    return render(request, "account/first_sign_in.html", context, status=200 if user else 404)


def inactive(request: HttpRequest) -> HttpResponse:
    """For an account that staff have switched off."""
    return render(request, "account/account_inactive.html", {"entering": True}, status=403)


def _with_next(name: str, wished: str) -> str:
    return reverse(name, query={"next": wished} if wished else None)
