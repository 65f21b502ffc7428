"""Facts of one model read, inserted and changed, each in one statement however many they are.

The statements are plain SQL: for one row the ORM's compiling of sixty columns costs more than the row,
and for a thousand its preparing of each value does. What all rows have alike is sent once.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

#: Columns that the database writes itself, whatever is sent.
_STAMPS = ("updated_at",)


@dataclass(frozen=True)
class Column:
    """A column that a writer may set. clean: what makes its values of one Python type."""

    name: str
    sql_type: str
    clean: Callable[[Any], Any]


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]  # those that a writer may set
    read: tuple[str, ...]  # all of them
    made: tuple[str, ...]  # those that it makes of the others or writes itself; and its instants

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@cache
def table_of(model: Any) -> Table:
    fields = model._meta.concrete_fields
    columns = tuple(
        Column(str(field.column), _type_of(field), _clean(field))
        for field in fields
        if not (field.generated or field.primary_key or field.name in _STAMPS)
    )
    made = [
        field.attname
        for field in fields
        if field.generated or isinstance(field, models.DateTimeField)
    ]
    read = tuple(field.attname for field in fields)
    return Table(model._meta.db_table, columns, read, tuple(made))


def _type_of(field: Any) -> str:
    """The SQL type of its values; of a reference, that of the key it holds."""
    is_reference = field.is_relation
    return str(field.rel_db_type(connection) if is_reference else field.db_type(connection))


def _clean(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    if isinstance(field, models.DecimalField):
        return lambda value: value if value is None else Decimal(value)
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: value if value is None else str(value)  # choices are texts, too
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def values_of(fact: Any) -> dict[str, Any]:
    """The columns of a fact that a writer may set. Read as the fact holds them: Django's descriptors of
    fifty columns and a thousand facts add up."""
    held = fact.__dict__
    return {column.name: held[column.name] for column in table_of(fact.__class__).columns}


def blank_of(model: Any, **values: Any) -> Callable[[], Any]:
    """What makes new facts with these values (by column), by copying a blank one: for a model of sixty
    columns its own making of each costs more than the rest of a row."""
    first = {**_blank(model), **values}

    def made() -> Any:
        fact = model.__new__(model)
        fact.__dict__.update(first)
        fact._state = ModelState()
        return fact

    return made


@cache
def _blank(model: Any) -> dict[str, Any]:
    """What a fact has before anything is said of it, but for a stamp, which the database makes."""
    return {
        name: value for name, value in model().__dict__.items() if name not in ("_state", *_STAMPS)
    }


def facts_locked(model: Any, owned: dict[str, Any], external_ids: Sequence[str]) -> list[Any]:
    """The facts of these external ids, locked in the order of their ids. owned: further conditions."""
    table = table_of(model)
    mine = " AND ".join(f"{name} = %({name})s" for name in owned)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(table.read)} FROM {table.name}"
            f" WHERE {mine} AND external_id = ANY(%(external_ids)s) ORDER BY id FOR UPDATE",
            {**owned, "external_ids": list(external_ids)},
        )
        rows = cursor.fetchall()
    return [model.from_db("default", table.read, row) for row in rows]


def facts_insert(
    model: Any, facts: Sequence[Any], constraint: str = "", identity: Sequence[str] = ()
) -> None:
    """Insert facts, in their order. One that meets `constraint` is left out: its pk stays None.

    The others get theirs, found by their `identity`, and what the database makes of their columns.
    """
    if not facts:
        return
    table = table_of(model)
    chosen, sources, parameters = _values(table.columns, facts)
    names = ", ".join(column.name for column in table.columns)
    statement = f"INSERT INTO {table.name} ({names}) SELECT {chosen}{sources}"
    if not constraint:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
        return
    statement += f" ON CONFLICT ON CONSTRAINT {constraint} DO NOTHING"
    returned = (*identity, "id", *table.made)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {', '.join(returned)}", parameters)
        made = {row[: len(identity)]: row[len(identity) :] for row in cursor.fetchall()}
    for fact in facts:
        values = made.get(tuple(getattr(fact, name) for name in identity))
        for name, value in zip(("pk", *table.made), values or (None,), strict=False):
            setattr(fact, name, value)


def facts_update(model: Any, facts: Sequence[Any], names: Collection[str]) -> None:
    """Write these columns of facts whose rows are locked."""
    if not facts or not names:
        return
    table = table_of(model)
    columns = [column for column in table.columns if column.name in names]
    chosen, sources, parameters = _values([_ID, *columns], facts)
    theirs = ", ".join(column.name for column in columns)
    mine = ", ".join(f"n.{column.name}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table.name} AS t SET ({theirs}) = ROW({mine})"
            f" FROM (SELECT {chosen}{sources}) AS n WHERE t.id = n.id"
            " AND t.agency_id = %s AND t.client_id = %s",
            [*parameters, facts[0].agency_id, facts[0].client_id],
        )


_ID = Column("id", "bigint", lambda value: value)


def _values(columns: Sequence[Column], facts: Sequence[Any]) -> tuple[str, str, list[Any]]:
    """The columns' values as the list and the source of a SELECT: what all facts share is a scalar."""
    shared: list[Any] = []
    arrays: list[Any] = []
    chosen, types, names = [], [], []
    for column in columns:
        values = [fact.__dict__[column.name] for fact in facts]
        if column.clean is not _as_it_is:
            values = [column.clean(value) for value in values]
        first = values[0]
        if values.count(first) == len(values):
            shared.append(first)
            chosen.append(f"%s::{column.sql_type} AS {column.name}")
        else:
            arrays.append(values)
            chosen.append(f"v.{column.name}")
            types.append(f"%s::{column.sql_type}[]")
            names.append(column.name)
    if not arrays:
        return ", ".join(chosen), "", shared
    source = f" FROM unnest({', '.join(types)}) AS v ({', '.join(names)})"
    return ", ".join(chosen), source, [*shared, *arrays]
