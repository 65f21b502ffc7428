"""What one recount is asked for, and what all recounts share: buckets, conditions, reading rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import Client
from kpis.calendar import Period
from kpis.catalogue import Parameters
from kpis.catalogue.versions import History
from kpis.queries import COLUMNS, Total, narrowed, split_text

Values = Sequence[Any] | Mapping[str, Any]
#: (number of the bucket, value of the split or None) → key of the measure → its total
Found = dict[tuple[int, str | None], dict[str, Total]]


@dataclass(frozen=True)
class Asked:
    """Some measures over the same days, cut and narrowed alike.

    `buckets`: (its number in the answer, its days as far as they are complete), in order and
    adjoining. `whole`: the same buckets as they were asked for. `without`: days left out for want
    of an exchange rate. `through`: the client's last complete day. `history`: its choices over time.
    """

    client: Client
    keys: tuple[str, ...]
    buckets: tuple[tuple[int, Period], ...]
    whole: Mapping[int, Period]
    split: str | None
    filters: Mapping[str, tuple[str, ...]]
    parameters: Parameters
    through: date
    history: History
    without: tuple[date, ...] = ()
    asked_currency: str = ""

    @property
    def currency(self) -> str:
        """The one that money is wanted in."""
        return self.asked_currency or self.client.currency

    @property
    def firsts(self) -> list[date]:
        return [days.first for _number, days in self.buckets]

    @property
    def lasts(self) -> list[date]:
        return [days.last for _number, days in self.buckets]

    @property
    def first(self) -> date:
        return self.buckets[0][1].first

    @property
    def last(self) -> date:
        return self.buckets[-1][1].last

    def number(self, place: int) -> int:
        """The bucket's number in the answer, of its place among those that are read."""
        return self.buckets[place][0]

    def cut_by(self, columns: Mapping[str, str] = COLUMNS) -> str:
        """The column of the split, or NULL."""
        return columns[self.split] if self.split else "NULL"

    def conditions(
        self, columns: Mapping[str, str] = COLUMNS, day: str = ""
    ) -> tuple[str, list[Any]]:
        """Conditions for the filters and the days left out, each beginning with AND; their values."""
        sql, values = narrowed(self.filters, columns)
        if day and self.without:
            return f"{sql} AND {day} <> ALL(%s::date[])", [*values, list(self.without)]
        return sql, values

    def named(self, conditions: str) -> str:
        """The conditions with names for their values: a statement takes either names or places."""
        for place in range(conditions.count("%s")):
            conditions = conditions.replace("%s", f"%(filter_{place})s", 1)
        return conditions

    def names(self, values: Sequence[Any]) -> dict[str, Any]:
        """The values of named conditions."""
        return {f"filter_{place}": value for place, value in enumerate(values)}

    def place(self, value: object) -> str | None:
        """A value of the split as the answer names it."""
        return None if self.split is None else split_text(value)


def rows_of(sql: str, values: Values) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def counted(asked: Asked, sql: str, values: Values) -> Found:
    """Rows of (place of the bucket, split, one figure per key) as totals."""
    return {
        (asked.number(place), asked.place(split)): dict(zip(asked.keys, figures, strict=True))
        for place, split, *figures in rows_of(sql, values)
    }
