"""How long a library's visits take, the latest counting most: what the longest lane is told by."""

from cards.models import Library

WEIGHT = 0.2  # of the latest visit


class Pacing:
    """Hears how long visits took, and writes down what is reckoned with from now on."""

    def __init__(self) -> None:
        self._changed: dict[int, Library] = {}

    def heard(self, library: Library, seconds: float) -> None:
        """One visit went well."""
        library.visit_seconds += WEIGHT * (seconds - library.visit_seconds)
        self._changed[library.pk] = library

    def save(self) -> None:
        """Writes it down."""
        for library in self._changed.values():
            Library.objects.filter(pk=library.pk).update(visit_seconds=round(library.visit_seconds, 3))
        self._changed.clear()
