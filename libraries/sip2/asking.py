"""The requests of a visit to a SIP2 server, as text without their error detection."""

from dataclasses import dataclass
from datetime import date

from libraries.errors import Misconfigured
from libraries.sip2.message import Part

PORT = 6001
STATUS = "9900802.00"
LANGUAGES = {"en": "001", "fr": "002", "de": "003", "it": "004", "nl": "005", "sv": "006", "fi": "007", "es": "008"}
LANGUAGES |= {"da": "009", "pt": "010", "no": "012", "nb": "012", "nn": "012"}


@dataclass(frozen=True, kw_only=True, repr=False)
class Asking:
    """Who asks whom. Nothing of it prints; values must hold neither the separator nor control characters."""

    today: date
    institution: str
    number: str
    pin: str
    terminal_password: str = ""
    language: str = "en"
    separator: str = "|"

    def patron(self, part: Part | None = None, first: int | None = None, last: int | None = None) -> str:
        """What is on the card (63), with the items of one list, from the `first` to the `last` where stated."""
        summary = "".join("Y" if part and part.place == place else " " for place in range(10))
        fixed = f"63{LANGUAGES.get(self.language[:2].lower(), '000')}{self._now()}{summary}"
        pages = self._fields(BP=str(first), BQ=str(last)) if first else ""
        return fixed + self._patron() + pages

    def item(self, number: str) -> str:
        """What an item is (17)."""
        return f"17{self._now()}" + self._fields(AO=self.institution, AB=number, AC=self.terminal_password)

    def end(self) -> str:
        """The end of the patron's session (35)."""
        return f"35{self._now()}" + self._patron()

    def _patron(self) -> str:
        return self._fields(AO=self.institution, AA=self.number, AC=self.terminal_password, AD=self.pin)

    def _now(self) -> str:
        # The hour matters to no answer, and the day is the library's
        return f"{self.today:%Y%m%d}    000000"

    def _fields(self, **fields: str) -> str:
        return "".join(f"{code}{value}{self.separator}" for code, value in fields.items())


def terminal_login(user: str, password: str, location: str, separator: str = "|") -> str:
    """The terminal's own login (93), neither name nor password encrypted."""
    return f"9300CN{user}{separator}CO{password}{separator}CP{location}{separator}"


def sendable(text: str, separator: str, encoding: str | None) -> bool:
    """Whether a value can stand in a field."""
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return text.isprintable() and separator not in text


def address(server: str) -> tuple[str, int]:
    """Host and port. Raises Misconfigured."""
    host, colon, port = server.rpartition(":")
    if not colon or server.endswith("]"):
        return server.strip("[]"), PORT
    if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise Misconfigured("server must be a host and a port, as sip.library.example:6001")
    return host.strip("[]"), int(port)
