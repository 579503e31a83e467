"""Forms of signing in."""

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

LONGEST = 20_000  # characters of what a device answers, many times over


class AddressForm(forms.Form):
    """To which address a code goes."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """In lower case, as all addresses are kept."""
        return str(self.cleaned_data["email"]).strip().lower()


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
        ),
    )


class DeviceAnswer(forms.JSONField):
    """What a device answered, as the browser hands it on: refused unless it has the form that the standard says."""

    widget = forms.HiddenInput

    def __init__(self, kind: type[RegistrationResponse] | type[AuthenticationResponse]) -> None:
        super().__init__(required=True)
        self.kind = kind

    def to_python(self, value: Any) -> Any:
        """The JSON, still to be proven. Raises ValidationError."""
        try:
            if len(str(value)) > LONGEST:
                raise ValueError("too long")
            answer = super().to_python(value)
            self.kind.from_dict(answer)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ValidationError(_("That is no answer of a passkey.")) from error
        return answer

    def bound_data(self, data: Any, initial: Any) -> None:
        """Not shown again."""
        return

    def prepare_value(self, value: Any) -> str:
        """Empty, for the next answer."""
        return ""


class SignInPasskeyForm(LoginWebAuthnForm):
    """By passkey alone."""

    credential = DeviceAnswer(AuthenticationResponse)


class SecondPasskeyForm(AuthenticateWebAuthnForm):
    """As second factor."""

    credential = DeviceAnswer(AuthenticationResponse)


class AgainPasskeyForm(ReauthenticateWebAuthnForm):
    """Before something is changed."""

    credential = DeviceAnswer(AuthenticationResponse)


class AddPasskeyForm(AddWebAuthnForm):
    """Every key that is added is a passkey: it alone signs its owner in, who has shown the device who they are."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60, help_text=_("So that you know it again."))
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput)
    credential = DeviceAnswer(RegistrationResponse)

    def clean(self) -> dict[str, Any]:
        """Refuses a key that did not ask for finger, face or PIN."""
        self.cleaned_data["passwordless"] = True
        return dict(super().clean())
