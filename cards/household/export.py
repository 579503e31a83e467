"""Everything that is held about a person, to take home: found by walking the tables, so that none is forgotten."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CASCADE, ForeignKey, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards import access
from cards.household import traces
from cards.models import Card, Family, Invitation, Letter, User
from cards.vault import CannotOpen

# What is not handed out, and why.
WITHHELD: Mapping[str, Promise] = {
    "cards.User.password": _("A hash, if there is any: it only serves to compare."),
    "cards.Card.pin_sealed": _("A PIN is never given back to anybody. The library can give you a new one."),
    "cards.Card.number_sealed": _("Encrypted; the number itself is in “number”."),
    "cards.Card.fingerprint": _("Made of the number, to find the same card again."),
    "cards.Invitation.token_hash": _("Only a hash of the link is kept."),
    "cards.Letter.text": _("The mail, while it waits to be sent: it holds links that act for you."),
    "cards.Letter.html": _("The same."),
    "cards.Letter.headers": _("The same."),
    "admin.LogEntry.object_repr": _("Names what you changed as staff, which is other people’s."),
    "mfa.Authenticator.data": _("The secret of a second factor."),
    "usersessions.UserSession.session_key": _("Whoever has it is signed in as you."),
    "account.EmailConfirmation.key": _("Whoever has it confirms the address as you."),
    "socialaccount.SocialToken.token": _("A key to your account elsewhere."),
    "socialaccount.SocialToken.token_secret": _("A key to your account elsewhere."),
}

Row = dict[str, Any]


def held_about(person: User, now: datetime) -> Row:
    """All of it as plain values: the person, their families with cards, and whatever leads to either."""
    return {
        "site": settings.SITE_URL,
        "made": now,
        "left_out": {name: str(why) for name, why in WITHHELD.items()},
        "person": {**_row(person), **_named(person)},
        "families": [_family(each, person) for each in access.families_of(person)],
        **_children(person, person),
        "sessions": [{"expires": each.expire_date} for each in traces.sessions(person.pk)],
        "invitations_to_me": [_row(each) for each in Invitation.objects.filter(email__iexact=person.email)],
        "letters_to_me": [_row(each) for each in Letter.objects.filter(to__iexact=person.email, user=None)],
    }


def _family(family: Family, person: User) -> Row:
    """A family with its cards; of its other people what its page shows of them, too."""
    people = [each.shown for each in family.people.all()]
    return {**_row(family), "people": people, **_children(family, person)}


def _row(row: Model) -> Row:
    """Its fields by name; of what a foreign key leads to, the key."""
    label, fields = row._meta.label, row._meta.concrete_fields
    values = {each.name: getattr(row, each.attname) for each in fields if f"{label}.{each.name}" not in WITHHELD}
    return {**values, **_card(row)} if isinstance(row, Card) else values


def _card(card: Card) -> Row:
    """The number in the clear: it is theirs. None where no key opens it."""
    try:
        number = card.login().number
    except CannotOpen:
        number = None
    return {"number": number, "library_name": card.library.name}


def _named(person: User) -> Row:
    """What a person has by way of a table between: groups and permissions."""
    return {each.name: [str(one) for one in getattr(person, each.name).all()] for each in person._meta.many_to_many}


def _children(parent: Model, person: User) -> Row:
    """The rows that lead to `parent`, by table, each with those that lead to it in turn.

    What is somebody's own, as their notices of a card, stands below the person, and nobody else's is given.
    """
    tables = _relations(parent._meta.model)  # a request knows its person by a stand-in only
    if not isinstance(parent, User):
        tables = [each for each in tables if not any(not key.null for key in _owners(each.related_model))]
    return {_name(each): [_branch(row, person) for row in _rows(each, parent, person)] for each in tables}


def _branch(row: Model, person: User) -> Row:
    return {**_row(row), **_children(row, person)}


def _rows(relation: Any, parent: Model, person: User) -> QuerySet[Model]:
    """Those that lead to `parent`, without what another person has there, such as a card they are trying out."""
    rows: QuerySet[Model] = relation.related_model._default_manager.filter(**{relation.field.name: parent})
    for key in _owners(relation.related_model):
        rows = rows.filter(Q(**{key.name: None}) | Q(**{key.name: person}))
    return rows


def _relations(model: type[Model]) -> list[Any]:
    """The foreign keys of other tables to this one. Tables that only tie two others are told where they are tied."""
    fields: Iterable[Any] = model._meta.get_fields(include_hidden=True)
    towards = [each for each in fields if each.one_to_many or (each.one_to_one and not each.concrete)]
    return [each for each in towards if not each.related_model._meta.auto_created]


def _owners(model: type[Model]) -> list[Any]:
    """Its foreign keys to a person with whom the row would go."""
    keys = [each for each in model._meta.concrete_fields if isinstance(each, ForeignKey)]
    return [each for each in keys if each.related_model is User and each.remote_field.on_delete is CASCADE]


def _name(relation: Any) -> str:
    name = str(relation.get_accessor_name())
    return relation.related_model._meta.model_name if name.endswith("+") else name
