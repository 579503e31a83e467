"""Forms of signing in."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


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


class AddPasskeyForm(AddWebAuthnForm):
    """Every key that is added is a passkey: it alone signs its owner in, who has shown the device who they are."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60, help_text=_("So that you know it again."))
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuses a key that did not ask for finger, face or PIN."""
        self.cleaned_data["passwordless"] = True
        return dict(super().clean())
