"""Adds a row, or changes one if it still is as it was read, by SQL that is put together once.

Django builds a statement anew each time, which takes several times as long as the database takes to run it, and every
visit makes three. All else goes by Django's querysets. Only names of our own models and fields get into the SQL, and
quoted; values are handed over beside it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model

Values = Mapping[str, Any]  # by the fields' names; of a foreign key, the other row's key


def change_if(
    model: type[Model], still: Values, changes: Values, *, while_there_is: tuple[type[Model], Values] | None = None
) -> bool:
    """Whether there was a row whose fields `still` hold these values (None is NULL), and is changed now.

    `while_there_is`: nor is it changed unless some row of another table holds those values.
    """
    other, there = while_there_is or (None, {})
    conditions = tuple((name, value is None) for name, value in still.items())
    sql = _sql(connection.vendor, model, tuple(changes), conditions, other, tuple(there))
    values = [*_prepared(model, changes), *_prepared(model, _stated(still))]
    if other:
        values += _prepared(other, there)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount == 1)


def add(model: type[Model], values: Values) -> None:
    """A new row of these values; the fields that are not among them are the database's to fill in."""
    with connection.cursor() as cursor:
        cursor.execute(_adding(connection.vendor, model, tuple(values)), _prepared(model, values))


def _stated(values: Values) -> Values:
    return {name: value for name, value in values.items() if value is not None}


def _prepared(model: type[Model], values: Values) -> list[Any]:
    return [_field(model, name).get_db_prep_save(value, connection) for name, value in values.items()]


@lru_cache(maxsize=32)
def _adding(vendor: str, model: type[Model], names: tuple[str, ...]) -> str:
    columns, places = (", ".join(each) for each in ([_column(model, name) for name in names], ["%s"] * len(names)))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({places})"  # nosec B608


@lru_cache(maxsize=32)
def _sql(
    vendor: str,
    model: type[Model],
    changes: tuple[str, ...],
    still: tuple[tuple[str, bool], ...],
    other: type[Model] | None,
    there: tuple[str, ...],
) -> str:
    """The statement, with a place for each value. `vendor`: each database quotes names in a way of its own."""
    sets = ", ".join(f"{_column(model, name)} = %s" for name in changes)
    wheres = [f"{_column(model, name)} {'IS NULL' if null else '= %s'}" for name, null in still]
    if other:
        held = " AND ".join(f"{_column(other, name)} = %s" for name in there)
        wheres.append(f"EXISTS (SELECT 1 FROM {_quoted(other._meta.db_table)} WHERE {held})")  # nosec B608
    return f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {' AND '.join(wheres)}"  # nosec B608


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _column(model: type[Model], name: str) -> str:
    return _quoted(str(_field(model, name).column))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
