"""Takes names, numbers, addresses and tokens out of saved answers; the same always becomes the same."""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
PHONE = re.compile(r"(?<![\w/.-])\+?\(?\d{2,4}\)?[\s/.-]\d{3,4}[\s.-]\d{3,5}(?![\w/.-])")
LONG_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ ]?\d){8,19}(?![\w.,]\d)")
POSTCODE = re.compile(r"\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\b[A-Z]{2} \d{5}(?:-\d{4})?\b")
STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]? (?:[A-Z][\w.'-]* ){1,3}(?:St|Street|Road|Rd|Ave|Avenue|Lane|Drive|Dr|Way|Crescent|Court)\b\.?"
    r"|\b[A-ZÄÖÜ][\w-]*(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee) \d{1,4}[a-z]?\b"
)
RANDOM = r"(?=[\w.+-]*\d)(?=[\w.+-]*[A-Za-z])[\w.+-]"
TOKEN = re.compile(rf"(?<![\w-]){RANDOM}{{20,}}=*(?![\w-])")
HIDDEN = re.compile(
    rf"""<input\b(?=[^>]*\btype=["']?hidden)[^>]*\bvalue=["']({RANDOM}[\w.+/:=-]{{7,}})["']""", re.IGNORECASE
)
WEB_ADDRESS = re.compile(r"https?://|www\.")


@dataclass
class Scrubber:
    """Replaces what it knows to be secret, and what looks like it. `found` tells what became what."""

    found: dict[str, str] = field(default_factory=dict)

    def know(self, secrets: Iterable[tuple[str, str]]) -> None:
        """Takes in secrets with their stand-ins: the number, the PIN, the patron's name in its usual orders."""
        for secret, instead in secrets:
            if secret.strip():
                self.found[secret] = instead

    def scrub(self, text: str) -> str:
        """`text` without them, in any way that a page or an address may write them."""
        for secret, instead in sorted(self.found.items(), key=lambda pair: -len(pair[0])):
            for written in {secret, html.escape(secret), quote(secret), quote_plus(secret)}:
                text = re.sub(re.escape(written), instead, text, flags=re.IGNORECASE)
        for pattern, stand_in in STAND_INS:
            text = pattern.sub(lambda match, make=stand_in: self._replaced(match, make), text)  # type: ignore[misc]
        return text

    def _replaced(self, match: re.Match[str], make: Callable[[str, int], str]) -> str:
        secret = match[match.lastindex or 0]
        if WEB_ADDRESS.match(secret) or secret in self.found.values():
            return match[0]
        instead = self.found.setdefault(secret, make(secret, len(self.found) + 1))
        return match[0].replace(secret, instead)


def _digits(secret: str, number: int) -> str:
    """As many digits, in the same groups, all noughts but the last few, so that two numbers stay two."""
    places = sum(each.isdigit() for each in secret)
    digits = iter(f"{number:0{places}d}"[-places:])
    return "".join(next(digits) if each.isdigit() else each for each in secret)


STAND_INS: tuple[tuple[re.Pattern[str], Callable[[str, int], str]], ...] = (
    (MAIL, lambda secret, number: f"patron{number}@example.org"),
    (HIDDEN, lambda secret, number: f"token-{number}"),
    (TOKEN, lambda secret, number: f"token-{number}"),
    (PHONE, lambda secret, number: "555-0100"),
    (LONG_NUMBER, _digits),
    (POSTCODE, lambda secret, number: "A1A 1A1"),
    (STREET, lambda secret, number: "1 Example Street"),
)


def orders(name: str) -> list[tuple[str, str]]:
    """A patron's name as sites write it: as given, family name first, with and without a comma, and its parts."""
    family, comma, given = (part.strip() for part in name.partition(","))
    first, last = (given, family) if comma else (" ".join(name.split()[:-1]), " ".join(name.split()[-1:]))
    whole = [(f"{first} {last}", "Patron Example"), (f"{last}, {first}", "Example, Patron")]
    parts = [(part, "Example") for part in (*first.split(), *last.split()) if len(part) > 2]
    return [*whole, (f"{last} {first}", "Example Patron"), *parts] if last else []
