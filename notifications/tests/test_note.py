"""Letters about families and accounts: what they say, as a page and as plain text; and that names do no harm."""

from datetime import date

import pytest

from notifications.household import farewell, idle_warning, invitation
from notifications.note import Note

LINK = "https://hippo.example/invitations/x/"
NASTY = "<b>Ada</b>\r\nBcc: all@example.org\u202e"

NOTES = [
    invitation(NASTY, NASTY, url=LINK, until=date(2026, 11, 30)),
    idle_warning(days=30, last_seen=date(2024, 11, 23), url=LINK),
    farewell(idle=False),
    farewell(idle=True),
]


@pytest.mark.parametrize("note", NOTES, ids=["invitation", "warning", "farewell", "farewell to the idle"])
def test_page_and_plain_text_say_the_same_on_short_lines(note: Note) -> None:
    text, html = note.text(), note.html()
    assert max(map(len, text.splitlines())) <= 72
    for word in note.subject.split()[:3]:
        assert word in text
    assert (LINK in text, f'href="{LINK}"' in html) == (bool(note.url), bool(note.url))
    assert note.label in html


def test_names_are_text_on_one_line() -> None:
    note = NOTES[0]
    assert note.subject.splitlines() == [note.subject]
    assert "\u202e" not in note.subject + note.html() + note.text()
    assert "<b>Ada" not in note.html()


def test_a_warning_says_how_many_days_are_left_and_what_goes() -> None:
    text = idle_warning(days=7, last_seen=date(2024, 11, 23), url=LINK).text()
    assert "will be deleted in 7 days" in text
    assert "23 November 2024" in text
    assert "every family in which nobody is left but you" in " ".join(text.split())


def test_an_invitation_says_until_when_its_link_works() -> None:
    assert "until 30 November 2026" in NOTES[0].text()
