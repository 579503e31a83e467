"""A database that is away, locked or read-only, said in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import InterfaceError, InternalError, OperationalError

from cards.discreet import without_personal_data

UNUSABLE = (OperationalError, InterfaceError, InternalError)  # of the machine's making; other errors are faults of ours


@contextmanager
def faults_in_words() -> Iterator[None]:
    """What was not saved is as due as before, so there is nothing to mend but the database. Raises CommandError."""
    try:
        yield
    except UNUSABLE as error:
        words = " ".join(str(_first(error)).partition("\n")[0].split()).rstrip(".")
        raise CommandError(
            f"The database cannot be used: {without_personal_data(words)}. "
            "Nothing is lost: the next run does what this one left."
        ) from None


def _first(error: BaseException) -> BaseException:
    """What began it: while that was cleared away, more went wrong."""
    first, at = error, error.__context__
    while at is not None:
        first, at = at if isinstance(at, UNUSABLE) else first, at.__context__
    return first
