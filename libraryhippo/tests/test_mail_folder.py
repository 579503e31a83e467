"""Mail in a folder of .eml files."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from pytest_django import Settings

BACKEND = "libraryhippo.mail_folder.EmailBackend"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    return tmp_path / "mail"


def test_each_message_is_one_whole_file_that_a_mail_program_opens(folder: Path) -> None:
    letters = [EmailMessage(f"Letter {number}", "Bücher", None, ["ada@example.org"]) for number in (1, 2)]
    assert get_connection(BACKEND).send_messages(letters) == 2
    files = sorted(folder.iterdir())
    read = [message_from_bytes(each.read_bytes(), policy=default) for each in files]
    assert [each["Subject"] for each in read] == ["Letter 1", "Letter 2"]
    assert read[0].get_content().strip() == "Bücher"
    assert all(each.suffix == ".eml" and "ada" not in each.name for each in files)
