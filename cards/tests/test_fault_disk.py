"""A disk that is full or bars us, where mail goes into a folder: letters are kept, and none is halved."""

import errno
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from cards.models import Letter
from cards.telling import Told, tell
from cards.tests.mornings import READY

pytestmark = pytest.mark.django_db
PEOPLE = 3


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "libraryhippo.mail_folder.EmailBackend"
    return tmp_path / "mail"


@pytest.fixture(autouse=True)
def people(make_user: Any, make_family: Any, make_card: Any) -> list[str]:
    """Whose digest is due."""
    users = [make_user(mail_hour=0) for _ in range(PEOPLE)]
    make_card(family=make_family(people=users), snapshot=READY)
    return [each.email for each in users]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From the so-manieth letter on, there is room for its beginning only."""
    real, letters = Path.write_bytes, []

    def fill(number: int) -> None:
        def write(path: Path, raw: bytes) -> int:
            letters.append(path)
            if len(letters) < number:
                return real(path, raw)
            real(path, raw[:100])
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", write)

    return fill


def receivers(folder: Path) -> list[str]:
    """Of all that is in the folder, which is whole letters only."""
    letters = [message_from_bytes(each.read_bytes()) for each in folder.iterdir()]
    assert all(each.get_payload() for each in letters)
    return sorted(each["To"] for each in letters)


@pytest.mark.parametrize("number", [1, 2, PEOPLE])
def test_what_has_no_room_is_kept_and_sent_when_there_is(
    folder: Path, people: list[str], full: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    full(number)
    assert tell(now()) == Told(mailed=number - 1, failed=1)
    assert receivers(folder) == people[: number - 1]
    kept = Letter.objects.filter(sent=None, held_until=None, not_before=None).exclude(text="")
    assert kept.count() == PEOPLE - number + 1
    assert [each.trouble for each in kept if each.trouble] == ["No space left on device"]
    monkeypatch.undo()
    assert tell(now()) == Told(mailed=PEOPLE - number + 1, failed=0)
    assert receivers(folder) == people
    assert not kept.all().exists()


def test_a_folder_that_cannot_be_made_keeps_every_letter(folder: Path, people: list[str]) -> None:
    folder.write_text("a file in its place")
    assert tell(now()) == Told(mailed=0, failed=1)
    folder.unlink()
    assert tell(now()) == Told(mailed=PEOPLE, failed=0)
    assert receivers(folder) == people
