"""Rows that every call reads (a token, a client), in plain SQL: for one row the ORM's compiling of the
same statement again and again costs more than the row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Reading:
    """A model's columns as SQL, and what makes its values of those whose type is Python's own."""

    model: Any
    names: tuple[str, ...]
    columns: str
    table: str
    converters: tuple[tuple[int, Callable[..., Any]], ...]

    def row(self, values: Sequence[Any]) -> Any:
        found = list(values)
        for place, convert in self.converters:
            found[place] = convert(found[place], None, connection)
        return self.model.from_db("default", self.names, found)


@cache
def reading_of(model: Any) -> Reading:
    fields = model._meta.concrete_fields
    return Reading(
        model,
        tuple(field.attname for field in fields),
        ", ".join(str(field.column) for field in fields),
        str(model._meta.db_table),
        tuple(
            (place, convert)
            for place, field in enumerate(fields)
            for convert in field.get_db_converters(connection)
        ),
    )


def row_read(model: Any, **where: Any) -> Any | None:
    """The row whose columns are these: they are a unique key. Inside a scope. None if there is none."""
    model.objects.get_queryset()  # refuses outside a scope, as every reader does
    reading = reading_of(model)
    mine = " AND ".join(f"{name} = %s" for name in where)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {reading.columns} FROM {reading.table} WHERE {mine}", list(where.values())
        )
        found = cursor.fetchone()
    return reading.row(found) if found else None
