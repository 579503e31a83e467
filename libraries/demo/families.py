"""Two invented families with cards at the demo libraries, their dates around a day."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from libraries.account import HoldState
from libraries.demo.books import Book
from libraries.demo.patrons import Held, Lent, Owed, Patron

WATERLOO, KITCHENER, REGION = "demo-waterloo", "demo-kitchener", "demo-region"


@dataclass(frozen=True, kw_only=True)
class DemoCard:
    """A card as its library knows it, and the PIN that the family gave to LibraryHippo."""

    library: str
    patron: Patron
    pin_given: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class DemoFamily:
    """A family: its adults as name and e-mail address, its cards."""

    name: str
    adults: tuple[tuple[str, str], ...]
    cards: tuple[DemoCard, ...]


class _Desk:
    """Hands out cards and books with running numbers, counting days from `today`."""

    def __init__(self, today: date) -> None:
        self.today, self._last = today, 0

    def number(self) -> int:
        self._last += 1
        return self._last

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def lent(self, title: str, author: str, days: int, call: str = "", **more: object) -> Lent:
        number = self.number()
        return replace(
            Lent(
                book=Book(title=title, author=author, call_number=call),
                barcode=f"3342{1_000_000_000 + number * 7919}",
                record=f"i{3_100_000 + number}",
                due=self.day(days),
            ),
            **more,  # type: ignore[arg-type]
        )

    def held(self, title: str, author: str, state: HoldState, **more: object) -> Held:
        book = Book(title=title, author=author)
        expires = self.day(200 + self._last)
        return replace(Held(book=book, record=f"b{2_600_000 + self.number()}", state=state, expires=expires), **more)  # type: ignore[arg-type]

    def card(self, library: str, name: str, expires: int, *, wrong_pin: bool = False, **account: object) -> DemoCard:
        number = self.number()
        card = Patron(
            number=f"2{3_500_100_000_000 + number * 104_729}",
            pin=f"{1000 + number * 37}",
            name=name,
            expires=self.day(expires),
        )
        return DemoCard(library=library, patron=replace(card, **account), pin_given="0000" if wrong_pin else card.pin)  # type: ignore[arg-type]


def families(today: date) -> tuple[DemoFamily, ...]:
    """Both families, with cards at all three libraries; one card's PIN is wrong."""
    desk = _Desk(today)
    return (_okafor_lindqvist(desk), _tremblay_nakagawa(desk))


def _okafor_lindqvist(desk: _Desk) -> DemoFamily:
    return DemoFamily(
        name="Okafor-Lindqvist",
        adults=(("Adaeze Okafor", "adaeze@demo.example"), ("Henrik Lindqvist", "henrik@demo.example")),
        cards=(_adaeze(desk), _henrik(desk), _ingrid(desk), _chidi(desk)),
    )


def _adaeze(desk: _Desk) -> DemoCard:
    return desk.card(
        WATERLOO,
        "Adaeze Okafor",
        5,
        loans=(
            desk.lent(
                "The lighthouse that walked : a novel",
                "Oona Brandvold",
                -2,
                "BRAND",
                renewals=3,
                why_not="Too many renewals",
            ),
            desk.lent("Bread for people in a hurry", "Farid Castellane", 0, "641.815 CAS", note="+1 HOLD"),
            desk.lent("How glaciers remember", "Nils Eklundh", 1, "551.312 EKL", renewals=1),
            desk.lent("Winter/Spring", "Élodie Grünewald", 16, "GRUNE"),
        ),
        holds=(
            desk.held(
                "The copper orchard",
                "Priya Hollins",
                HoldState.READY,
                pickup="Eastbridge Branch",
                pickup_by=desk.day(4),
            ),
            desk.held("Notes for a small boat", "Jonas Kestrel", HoldState.WAITING, position=9, queue=83),
        ),
        fees=(
            Owed(amount=Decimal("1.20"), reason="Overdue fine", title="A field guide to shadows", billed=desk.day(-12)),
        ),
    )


def _henrik(desk: _Desk) -> DemoCard:
    return desk.card(
        REGION,
        "Henrik Lindqvist",
        260,
        loans=(
            desk.lent(
                "The clockmaker's apprentice [DVD]",
                "Katya Dunmore",
                2,
                why_not="Renewal limit reached: This item cannot be renewed.",
            ),
            desk.lent("Bicycles of the north", "Ivo Jarnvik", 11, renewals=1),
        ),
        holds=(
            desk.held(
                "The harbour at midnight",
                "Lucía Ibarrola",
                HoldState.READY,
                pickup="Elmbrook Library",
                pickup_by=desk.day(2),
            ),
            desk.held(
                "Comets and other guests",
                "Mina Abernathy-Vos",
                HoldState.SUSPENDED,
                position=4,
                pickup="Elmbrook Library",
            ),
        ),
    )


def _ingrid(desk: _Desk) -> DemoCard:
    return desk.card(
        KITCHENER,
        "Ingrid Okafor-Lindqvist",
        410,
        loans=(
            desk.lent("Otto the owl cannot sleep", "Greta Kestrel", 3, "E KESTR"),
            desk.lent("Otto the owl learns to knit", "Greta Kestrel", 3, "E KESTR"),
            desk.lent("The very long staircase", "Carys Dunmore", 9, "J DUNMO", renewals=2),
            desk.lent("Volcanoes! : what is under there?", "Dmitri Hollins", 18, "J 551.21 HOL"),
        ),
        holds=(
            desk.held("Otto the owl and the dentist", "Greta Kestrel", HoldState.IN_TRANSIT, pickup="Hillside Branch"),
            desk.held(
                "A dragon in the dishwasher",
                "Benoît Jarnvik",
                HoldState.WAITING,
                position=2,
                queue=5,
                pickup="Hillside Branch",
            ),
            desk.held("Knots for beginners", "Amara Łuczak", HoldState.WAITING, words="CHECK SHELVES", chosen=False),
        ),
    )


def _chidi(desk: _Desk) -> DemoCard:
    return desk.card(
        REGION, "Chidi Okafor-Lindqvist", 90, wrong_pin=True, loans=(desk.lent("Goalkeepers", "Hana Vos", 6),)
    )


def _tremblay_nakagawa(desk: _Desk) -> DemoFamily:
    return DemoFamily(
        name="Tremblay-Nakagawa",
        adults=(("Mireille Tremblay", "mireille@demo.example"), ("Kenji Nakagawa", "kenji@demo.example")),
        cards=(_mireille(desk), _kenji(desk), _yuki(desk)),
    )


def _mireille(desk: _Desk) -> DemoCard:
    return desk.card(
        KITCHENER,
        "Mireille Tremblay",
        130,
        loans=(
            desk.lent("Letters from the salt meadow", "Hana Castellane", 3, "CASTE"),
            desk.lent("La bibliothèque sous la pluie", "Benoît Grünewald", 12, "FRE GRUNE"),
        ),
        holds=(desk.held("Last days of the paper archive", "Lucía Brandvold", HoldState.READY, pickup_by=desk.day(0)),),
    )


def _kenji(desk: _Desk) -> DemoCard:
    return desk.card(
        REGION,
        "Kenji Nakagawa",
        340,
        loans=(desk.lent("Soup, patiently", "Katya Hollins", 3), desk.lent("The seventh ferry", "Ivo Kestrel", 24)),
        holds=(
            desk.held("Wooden boats", "Nils Abernathy-Vos", HoldState.WAITING, position=12, pickup="Elmbrook Library"),
        ),
        fees=(Owed(amount=Decimal("0.60"), reason="Overdue", title="Soup, quickly", billed=desk.day(-30)),),
    )


def _yuki(desk: _Desk) -> DemoCard:
    return desk.card(WATERLOO, "Yuki Tremblay-Nakagawa", 500)
