"""The catalogue in the database: what staff changed survives."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

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
