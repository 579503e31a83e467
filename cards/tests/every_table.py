"""A row in every table that leads to a person or their family, whichever tables there are: none can be forgotten."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import models

from cards.models import Card, Family, Library, Membership, User

KNOWN = (User, Family, Library, Card)
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
PLAIN: dict[type[models.Field], Any] = {
    models.BooleanField: True,
    models.DateTimeField: AT,
    models.DateField: date(2026, 3, 4),
    models.FloatField: 1.5,
    models.JSONField: {},
    models.BinaryField: b"sealed",
    models.GenericIPAddressField: "192.0.2.7",
    models.IntegerField: 1,
}


def tables() -> list[type[models.Model]]:
    """Those whose rows lead to a person, a family or a card, through however many others; known ones left out."""
    found: list[type[models.Model]] = [User, Family, Card]
    while more := [each for each in _rest(found) if any(parent in found for parent in _parents(each))]:
        found += more
    return [each for each in found if each not in KNOWN]


def _rest(found: list[type[models.Model]]) -> list[type[models.Model]]:
    return [each for each in apps.get_models() if each not in found and each is not Library]


def _parents(model: type[models.Model]) -> list[Any]:
    return [each.related_model for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey)]


def fill(card: Card, person: User) -> list[models.Model]:
    """The person, the card, its family, and one row in each table that leads to one of them."""
    membership = Membership.objects.get(user=person, family=card.family)
    rows: list[models.Model] = [person, card, card.family, membership]
    known = {type(each): each for each in (*rows, card.library)}
    for model in tables():
        if model not in known:
            fields = [each for each in model._meta.concrete_fields if _asked(each)]
            known[model] = model._default_manager.create(**{each.name: _value(each, known) for each in fields})
            rows.append(known[model])
    return rows


def _asked(field: Any) -> bool:
    return not field.primary_key and (field.is_relation or not field.has_default())


def _value(field: Any, known: dict[type[models.Model], models.Model]) -> Any:
    if field.is_relation:
        return known.get(field.related_model)
    for kind, value in PLAIN.items():
        if isinstance(field, kind):
            return value
    if field.choices:
        return field.choices[0][0]
    return f"{field.name}-{uuid4().hex}"[: field.max_length]
