"""Admin opens to staff whose second factor was seen in this session, and leads all others to where they get it."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cards.signing_in import onward, second_factor

# Of allauth: secrets of second factors, keys of sessions, and providers, which the environment alone switches on.
HIDDEN = {"account", "mfa", "socialaccount", "usersessions"}


class StaffSite(AdminSite):
    """Has no sign-in page of its own, and no passwords."""

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Leaves out what staff may neither read nor write."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        shown = [each for each in models if each._meta.app_label not in HIDDEN]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this is staff, and nobody who only got hold of their mailbox."""
        if not super().has_permission(request):
            return False
        return not settings.STAFF_NEED_SECOND_FACTOR or second_factor.was_seen(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Where admin sends those whom it does not let in: to sign in, or to their second factor."""
        wanted = onward.wished(request) or reverse("admin:index")
        if self.has_permission(request):
            return redirect(wanted)
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not super().has_permission(request):
            raise Http404
        if second_factor.has_one(request.user):
            return redirect_to_login(wanted, login_url=reverse("mfa_reauthenticate"))
        onward.remember(request, wanted)
        messages.warning(request, _("Staff need a second factor. Add a passkey or an authenticator app first."))
        return redirect("security")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        """There are none."""
        raise Http404
