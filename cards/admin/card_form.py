"""A card's number and PIN: to be written, never to be read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cards import vault
from cards.models import Card, Library
from cards.models.card import LIFTED, SEALED

CREDENTIALS = ("number", "pin")
LOGS_IN_WITH = ("number", "pin", "patron_name", "library")


def _secret(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "size": 18})
    return forms.CharField(label=label, required=False, max_length=64, widget=widget, help_text=help_text)


class CardForm(forms.ModelForm):
    """Seals what was typed; what was left blank stays as it is."""

    number = _secret(_("Card number"), _("Blank: stays as it is. Nobody can read it here, or anywhere."))
    pin = _secret(_("PIN"), _("Blank: stays as it is."))

    class Meta:
        model = Card
        fields = ("family", "library", "patron_name", "interval_hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._is_new():
            self.fields["number"].required = True
            self.fields["number"].help_text = _("As it stands on the card.")
            self.fields["pin"].help_text = _("Blank where the library asks for none.")

    def clean_library(self) -> Library:
        """A library that nobody has tried takes no card; one that has it already may keep it."""
        library: Library = self.cleaned_data["library"]
        if "library" in self.changed_data and not library.confirmed:
            words = _(
                "%(library)s is not confirmed yet. Try a card on its page first; that stores nothing of the card."
            )
            raise ValidationError(words, params={"library": library})
        return library

    def clean(self) -> dict[str, Any] | None:
        """The number of a card that moves to another library is needed again only if no key opens it."""
        cleaned = super().clean()
        if not self._is_new() and "library" in self.changed_data and not (cleaned or {}).get("number"):
            try:
                self.cleaned_data["number"] = self.instance.login().number
            except vault.CannotOpen as error:
                raise ValidationError({"number": _("Type the number again: no key opens the one we have.")}) from error
        return cleaned

    def save(self, commit: bool = True) -> Card:
        """Saves no more than what was changed here: a check may be saving its reading meanwhile."""
        card: Card = super().save(commit=False)
        if self._is_new() or self.edits_login():
            number, pin = (self.cleaned_data.get(name) or None for name in CREDENTIALS)
            card.seal(number=number, pin="" if pin is None and self._is_new() else pin)
        if commit:
            card.save(update_fields=self.fields_to_save())
        return card

    def edits_login(self) -> bool:
        """Whether the next visit will log in with something else: only that lifts a stop."""
        return any(name in self.changed_data for name in LOGS_IN_WITH)

    def fields_to_save(self) -> list[str] | None:
        """None (all of them) for a new card."""
        if self._is_new():
            return None
        own = [name for name in self.changed_data if name not in CREDENTIALS]
        return [*own, *SEALED, *LIFTED] if self.edits_login() else own

    def _is_new(self) -> bool:
        return bool(self.instance._state.adding)
