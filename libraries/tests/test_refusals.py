"""The words beside a login form: a refusal, a card to be mended, or trouble that is not the patron's."""

from collections.abc import Callable

import pytest
from lxml.html import HtmlElement

from libraries.errors import SiteInMaintenance
from libraries.login import LoginSeen
from libraries.page import html
from libraries.refusals import at_the_form, in_any_language, judged

ERROR = "//*[@class='error']"


def form(words: str) -> HtmlElement:
    """A login form with words marked as an error."""
    return html(f"<html><body><form><p class=error>{words}</p><input name=pin></form></body></html>".encode())


READERS: list[Callable[[str], LoginSeen]] = [
    lambda words: at_the_form(form(words), ERROR),
    lambda words: in_any_language(form(words), ERROR),
    judged,
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "words",
    [
        "The service is temporarily unavailable.",
        "Our system is down for maintenance. Please try again later.",
        "Login failed: the database is not available.",
        "An error occurred and your request could not be completed. Please try again later",
        "Something went wrong, please try later.",
        "Libero nicht erreichbar",
        "Die Verbindung zur Datenbank konnte nicht hergestellt werden.",
        "Zur Zeit ist keine Verbindung zum Bibliothekssystem möglich.",
        "Die Verbindung zum Server wurde unterbrochen.",
        "We are currently unable to connect to the library's catalogue. Please try again later.",
        "Anmeldung fehlgeschlagen. Der Server ist nicht erreichbar.",
        "Erreur de connexion à la base de données.",
        "Le système est indisponible, veuillez réessayer plus tard.",
    ],
)
def test_trouble_of_the_librarys_system_is_no_refusal(read: Callable[[str], LoginSeen], words: str) -> None:
    with pytest.raises(SiteInMaintenance):
        read(words)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "words",
    [
        "Invalid PIN. If the service is unavailable, try again later.",
        "Login failed.",
        "Sorry, the barcode or PIN is not valid. Please try again.",
        "Die Benutzernummer oder das Passwort ist falsch.",
        "Numéro ou mot de passe incorrect.",
        "Cet utilisateur n'existe pas dans notre base de données.",
        "The user does not exist in the database.",
    ],
)
def test_a_wrong_number_or_pin_is_a_refusal(read: Callable[[str], LoginSeen], words: str) -> None:
    assert read(words).state == "refused"


@pytest.mark.parametrize("read", READERS)
def test_a_card_that_is_barred_is_the_patrons_to_mend(read: Callable[[str], LoginSeen]) -> None:
    assert read("Your account is blocked. Please contact the library.").state == "must_act"
