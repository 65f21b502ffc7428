"""What a list can be narrowed by: each filter reads its own parameter and narrows the rows.

A value that makes no sense narrows nothing: addresses are shared, and a salesperson may have gone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Client
from campaigns.lists.columns import Text, day_text

Choices = Iterable[tuple[str, Text]]
#: Said for "do not narrow" where nothing said means something else.
ALL = "all"


@dataclass(frozen=True)
class Filter:
    """key: the parameter's name. usual: what is meant when the address says nothing."""

    key: str
    label: Text
    usual: str = field(default="", kw_only=True)

    def options(self, client: Client) -> list[tuple[str, Text]]:
        return []

    def read(self, text: str, client: Client) -> Any:
        """The value meant, or None."""
        raise NotImplementedError

    def narrowed(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def words(self, text: str, client: Client) -> str:
        """The value as a person reads it."""
        return str(dict(self.options(client)).get(text, text))


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One of some codes; `column` equals it, or `means` says what it stands for."""

    choices: Choices | Callable[[], Choices] = ()
    column: str = ""
    means: dict[str, Q] = field(default_factory=dict)

    def options(self, client: Client) -> list[tuple[str, Text]]:
        return list(self.choices() if callable(self.choices) else self.choices)

    def read(self, text: str, client: Client) -> str | None:
        return text if text in dict(self.options(client)) else None

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(self.means.get(value, Q(**{self.column or self.key: value})))


@dataclass(frozen=True)
class RowFilter(Filter):
    """A row of another kind, by its id; `0` is none of them."""

    rows: Callable[[Client], QuerySet[Any]] = field(kw_only=True)
    none: Text = ""

    def options(self, client: Client) -> list[tuple[str, Text]]:
        offered = [(str(row.pk), str(row)) for row in self.rows(client)[:MOST_OPTIONS]]
        return [*([("0", self.none)] if self.none else []), *offered]

    def read(self, text: str, client: Client) -> int | None:
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            return None
        number = int(text)
        return number if number or self.none else None

    def narrowed(self, rows: QuerySet[Any], value: int) -> QuerySet[Any]:
        return rows.filter(**{f"{self.key}_id": value or None})


#: More than this nobody picks from a menu.
MOST_OPTIONS = 300


@dataclass(frozen=True)
class DayFilter(Filter):
    """A date that the rows' day is not before (`is_last` False) or not after."""

    column: str = ""
    is_last: bool = False

    def read(self, text: str, client: Client) -> date | None:
        try:
            return date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            return None

    def narrowed(self, rows: QuerySet[Any], value: date) -> QuerySet[Any]:
        return rows.filter(**{f"{self.column}__{'lte' if self.is_last else 'gte'}": value})

    def words(self, text: str, client: Client) -> str:
        return day_text(self.read(text, client)) or text


@dataclass(frozen=True)
class InForceFilter(DayFilter):
    """A date that lies within the rows' period; one without an end goes on."""

    def narrowed(self, rows: QuerySet[Any], value: date) -> QuerySet[Any]:
        goes_on = Q(ends_on__gte=value) | Q(ends_on=None)
        return rows.filter(goes_on, starts_on__lte=value)
