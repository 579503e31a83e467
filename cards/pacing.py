"""How long a library's visits take, the latest counting most: what the longest lane is told by."""

from cards.models import Library

WEIGHT = 0.2  # of the latest visit


class Pacing:
    """Hears how long visits took, and writes down what is reckoned with from now on."""

    def __init__(self) -> None:
        self._means: dict[int, float] = {}
        self._changed: set[int] = set()

    def heard(self, library: Library, seconds: float) -> None:
        """One visit went well. The row that is handed over may have been read before others were heard of."""
        mean = self._means.get(library.pk, library.visit_seconds)
        self._means[library.pk] = mean + WEIGHT * (seconds - mean)
        self._changed.add(library.pk)

    def save(self) -> None:
        """Writes it down."""
        for library in self._changed:
            Library.objects.filter(pk=library).update(visit_seconds=round(self._means[library], 3))
        self._changed.clear()
