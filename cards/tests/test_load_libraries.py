"""The catalogue in the database: what staff changed survives."""

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from cards.loading import load
from cards.models import Library
from libraries.catalogue import Entry

pytestmark = pytest.mark.django_db
ELM = Entry(
    slug="elm",
    name="Elm Park Library",
    place="Elm Park",
    system="webpac",
    timezone="America/Toronto",
    currency="CAD",
    options={"base_url": "https://elm.example", "scope": "3"},
)
UNTRIED = replace(ELM, confirmed=False, source="https://elm.example/about", seen=date(2026, 5, 4))
OAK = """
[oak]
name = "Oak Library"
place = "Oak"
system = "webpac"
timezone = "America/Toronto"
currency = "CAD"
[oak.options]
base_url = "https://oak.example"
"""


def elm() -> Library:
    return Library.objects.get(slug="elm")


def change(**fields: Any) -> None:
    library = elm()
    for name, value in fields.items():
        setattr(library, name, value)
    library.save()


def test_the_whole_catalogue_loads_and_loads_again() -> None:
    first, second = StringIO(), StringIO()
    call_command("load_libraries", stdout=first)
    call_command("load_libraries", stdout=second)
    slugs = {"waterloo", "kitchener", "region-of-waterloo"}
    assert slugs == set(Library.objects.values_list("slug", flat=True))
    assert first.getvalue().endswith("3 added, 0 updated, 0 kept\n")
    assert second.getvalue().endswith("0 added, 0 updated, 3 kept\n")
    assert {library.timezone for library in Library.objects.all()} == {"America/Toronto"}


def test_what_the_catalogue_learns_reaches_the_database() -> None:
    load([ELM])
    done = load(
        [replace(ELM, name="Elm Park Public Library", options={"base_url": "https://elm.example", "scope": "4"})]
    )
    assert str(done[0]) == "updated Elm Park Public Library: name; options"
    assert (elm().name, elm().options["scope"]) == ("Elm Park Public Library", "4")


def test_what_staff_changed_stays() -> None:
    load([ELM])
    change(name="Elm Park (main branch)", enabled=False, note="Closed in July", user_agent="Otter/1")
    done = load([replace(ELM, name="Elm Park Public Library", place="Elm Park, Ontario")])
    assert str(done[0]) == "updated Elm Park (main branch): place; staff's own name stay"
    assert (elm().name, elm().place) == ("Elm Park (main branch)", "Elm Park, Ontario")
    assert (elm().enabled, elm().note, elm().user_agent) == (False, "Closed in July", "Otter/1")


def test_options_are_merged_one_by_one() -> None:
    load([ELM])
    change(options={"base_url": "https://elm.example", "scope": "9", "dates": "dmy"})
    load([replace(ELM, options={"base_url": "https://new.elm.example", "scope": "4"})])
    assert elm().options == {"base_url": "https://new.elm.example", "scope": "9", "dates": "dmy"}


def test_an_option_that_left_the_catalogue_leaves_the_library() -> None:
    load([ELM])
    load([replace(ELM, options={"base_url": "https://elm.example"})])
    assert elm().options == {"base_url": "https://elm.example"}


def test_what_staff_set_back_follows_the_catalogue_again() -> None:
    load([ELM])
    change(name="Elms")
    load([ELM])
    change(name="Elm Park Library")
    load([replace(ELM, name="Elm Park Public Library")])
    assert elm().name == "Elm Park Public Library"


def test_a_library_that_staff_made_by_hand_under_that_name_is_theirs() -> None:
    Library.objects.create(slug="elm", name="Our elms", system="webpac", options={"base_url": "https://mine.example"})
    load([ELM])
    assert elm().name == "Our elms"
    assert elm().options["base_url"] == "https://mine.example"


def test_a_library_that_left_the_catalogue_is_kept_and_named() -> None:
    load([ELM])
    assert [str(each) for each in load([])] == ["kept    Elm Park Library: no longer in the catalogue"]
    assert elm().enabled


def test_a_library_of_staffs_own_is_not_mentioned() -> None:
    Library.objects.create(slug="own", name="Our own", system="webpac", options={"base_url": "https://own.example"})
    assert load([]) == []


def test_an_entry_that_does_not_fit_loads_nothing_at_all() -> None:
    with pytest.raises(ValidationError):
        load([ELM, replace(ELM, slug="oak", options={"base_url": "oak"})])
    assert not Library.objects.exists()


def test_a_library_that_staff_moved_to_another_system_keeps_its_options() -> None:
    load([ELM])
    options = {"base_url": "https://elm.sirsi.example", "profile": "elm"}
    change(system="enterprise", options=options)
    load([replace(ELM, options={"base_url": "https://new.elm.example", "scope": "4"})])
    assert (elm().system, elm().options) == ("enterprise", options)


def test_changes_that_cannot_live_together_leave_staffs_library_as_it_is() -> None:
    load([ELM])
    change(system="enterprise", options={"base_url": "https://elm.sirsi.example"})
    done = load([replace(ELM, system="papyrus", name="Elms")])
    assert done[0].deed in ("kept", "updated")
    assert elm().system == "enterprise"


def test_an_entry_that_nobody_tried_waits_for_staff() -> None:
    done = load([UNTRIED])
    assert str(done[0]) == "added   Elm Park Library: to be confirmed: try a card on its page in admin"
    assert not elm().confirmed
    assert elm().from_catalogue["source"] == "https://elm.example/about"


def test_what_staff_confirmed_stays_confirmed_until_its_address_changes() -> None:
    load([UNTRIED])
    change(confirmed=True)
    load([replace(UNTRIED, name="Elms")])
    assert elm().confirmed
    load([replace(UNTRIED, options={"base_url": "https://new.elm.example"})])
    assert not elm().confirmed


def test_the_catalogue_confirms_what_staff_did_not_take_back() -> None:
    load([UNTRIED])
    load([ELM])
    assert elm().confirmed
    change(confirmed=False)
    load([ELM])
    assert not elm().confirmed


def test_what_a_file_mends_holds_until_the_catalogue_says_something_new() -> None:
    load([ELM])
    load([replace(ELM, options={"base_url": "https://mended.elm.example"})], mends=True)
    load([replace(ELM, name="Elms")])
    assert (elm().name, elm().options) == ("Elms", {"base_url": "https://mended.elm.example"})
    load([replace(ELM, options={"base_url": "https://newest.elm.example"})])
    assert elm().options == {"base_url": "https://newest.elm.example"}


def test_a_file_can_mend_what_a_file_mended_and_staff_have_the_last_word() -> None:
    load([ELM])
    change(name="Our elms")
    for address in ("https://one.elm.example", "https://two.elm.example"):
        load([replace(ELM, name="Elms", options={"base_url": address})], mends=True)
    assert (elm().name, elm().options) == ("Our elms", {"base_url": "https://two.elm.example"})


def load_file(file: Path, text: str, *words: str) -> str:
    file.write_text(text)
    out = StringIO()
    call_command("load_libraries", "--from", str(file), *words, stdout=out)
    return out.getvalue()


def test_a_file_brings_a_library_and_the_catalogue_leaves_it_alone(tmp_path: Path) -> None:
    assert load_file(tmp_path / "oaks.toml", OAK).endswith("1 added, 0 updated, 0 kept\n")
    again = StringIO()
    call_command("load_libraries", stdout=again)
    assert "Oak" not in again.getvalue()
    assert Library.objects.get(slug="oak").options == {"base_url": "https://oak.example"}


def test_a_file_can_be_checked_without_being_loaded(tmp_path: Path) -> None:
    assert load_file(tmp_path / "oaks.toml", OAK, "--check") == "checked 1: all fit, nothing loaded\n"
    assert not Library.objects.exists()


def test_a_file_with_any_fault_replaces_nothing_and_every_fault_is_named(tmp_path: Path) -> None:
    bad = OAK.replace("oak", "ash").replace("https://ash.example", "ash")
    worse = OAK.replace("oak", "yew").replace("America/Toronto", "Yew/Town").replace("base_url", "base_ulr")
    with pytest.raises(CommandError) as refused:
        load_file(tmp_path / "trees.toml", OAK + bad + worse)
    said = str(refused.value).splitlines()
    assert said[0] == "nothing loaded:"
    assert said[1].startswith("trees.toml: ash: options: base_url must be an address like https://")
    assert said[2] == "trees.toml: yew: timezone: Yew/Town is no time zone. Write one like America/Toronto."
    assert said[3].startswith("trees.toml: yew: options: no option base_ulr; there are: base_url, hosts")
    assert not Library.objects.exists()


def test_a_file_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"oaks\.toml: No such file"):
        call_command("load_libraries", "--from", str(tmp_path / "oaks.toml"))
