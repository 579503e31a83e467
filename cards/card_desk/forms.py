"""The forms of a card: its login in the library's words, how it looks, and a library that is missed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards.card_desk.asking import Asked
from cards.card_desk.given import Given
from cards.card_desk.looks import TONES
from cards.models import LibraryWish

PLAIN = {
    "autocomplete": "off",
    "autocapitalize": "none",
    "autocorrect": "off",
    "spellcheck": "false",
    "data-1p-ignore": "",
    "data-lpignore": "true",
}
LONGEST = 64


class LoginForm(forms.Form):
    """A card's login. The PIN never comes back to the browser; of a card that is `kept`, what is left blank stays."""

    patron_name = forms.CharField(max_length=100)
    number = forms.CharField(max_length=LONGEST)
    pin = forms.CharField(max_length=LONGEST, widget=forms.PasswordInput(render_value=False))
    without_pin = forms.BooleanField(required=False, label=gettext_lazy("This library asks for none"))

    def __init__(self, asked: Asked, *args: Any, kept: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blank_stays = kept
        self._label("patron_name", asked.name, asked.name_help, autocomplete="off", autocapitalize="words")
        self._label("number", asked.number, asked.number_help, inputmode="text", **PLAIN)
        self._label("pin", asked.pin, asked.pin_help, inputmode="text", **PLAIN)
        if not asked.pin:
            del self.fields["pin"]
        if kept:
            self._blank_stays()
        if kept or not self._left_blank():
            del self.fields["without_pin"]

    def _label(self, field: str, label: str, help_text: str, **attrs: str) -> None:
        self.fields[field].label, self.fields[field].help_text = label, help_text
        self.fields[field].widget.attrs.update(attrs)

    def _blank_stays(self) -> None:
        for field in {"number", "pin"} & set(self.fields):
            self.fields[field].required = False
            self.fields[field].help_text = _("Blank: stays as it is. Nobody can read it here, not even you.")

    def _left_blank(self) -> bool:
        """Whether the form came without a PIN: then it asks whether there is none, and may go without."""
        blank = self.is_bound and "pin" in self.fields and not self.data.get("pin", "").strip()
        if blank and self.data.get("without_pin"):
            self.fields["pin"].required = False
        return blank

    def given(self) -> Given:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        name, number, pin = data["patron_name"], data["number"], data.get("pin", "")
        return Given(name, number or None, pin or None) if self.blank_stays else Given(name, number, pin)


class LookForm(forms.Form):
    """The colour and the initial of a person, on all their cards."""

    letters = forms.CharField(
        max_length=2, required=False, label=gettext_lazy("Initial"), help_text=gettext_lazy("One or two letters.")
    )
    tone = forms.TypedChoiceField(
        coerce=int,
        label=gettext_lazy("Colour"),
        choices=tuple(enumerate(TONES)),
        widget=forms.RadioSelect,
    )


class WishForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes none
    """A library that is not here yet. Its address may be typed without https://."""

    name = forms.CharField(max_length=200, label=gettext_lazy("Name and place"))
    url = forms.URLField(
        max_length=500,
        assume_scheme="https",
        label=gettext_lazy("Address of its website"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = LibraryWish
        fields = ("name", "url")
