"""What a library's login asks for: in the words of its own website, and what it looks like."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cards.models import Library
from libraries.systems import SYSTEMS

# The words of the systems whose pages are English, for readers of other languages. The others' stay as they are.
WORDS = (
    gettext_noop("Card number or user name"),
    gettext_noop("First and last name"),
    gettext_noop("Library card number"),
    gettext_noop("Library card number or user name"),
    gettext_noop("PIN or password"),
    gettext_noop("Password"),
    gettext_noop("User name or card number"),
    gettext_noop("Username or barcode"),
)
CHOSEN = ("user", "name")  # a label that says one of these takes a name that people chose themselves


class Asked(NamedTuple):
    """A field of the login. `by_name`: whether the library asks for the card holder's name as well."""

    name: str
    name_help: str
    number: str
    number_help: str
    pin: str
    pin_help: str
    by_name: bool


def asked_by(library: Library) -> Asked:
    """The labels of the library's own login, in the reader's language where they are English, with a hint each."""
    labels: Mapping[str, str] = SYSTEMS[library.system].labels  # type: ignore[attr-defined]
    number, pin = labels.get("number", ""), labels.get("pin", "")
    return Asked(
        name=_(labels["name"]) if "name" in labels else _("Whose card is it?"),
        name_help=_("As it stands on the card: this library asks for it.") if "name" in labels else _whose(),
        number=_(number) if number else _("Card number"),
        number_help=_number_help(number),
        pin=_(pin) if pin else "",
        pin_help=_pin_help(pin),
        by_name="name" in labels,
    )


def _whose() -> str:
    return _("As you call them at home: the name stands beside everything on the card.")


def _number_help(label: str) -> str:
    if any(word in label.casefold().replace("nutzer", "") for word in CHOSEN):
        return _("The number under the bar code of the card, with or without spaces, or the name that you chose.")
    return _("The number under the bar code of the card, with or without spaces: mostly 8 to 14 digits.")


def _pin_help(label: str) -> str:
    if "pass" in label.casefold():
        return _("The one with which you sign in on the library’s website. Not that of your e-mail.")
    return _("Mostly four digits: the ones with which you see your account on the library’s website.")
