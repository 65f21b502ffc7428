"""What a list is: columns, filters, orders, words for when it is empty. One per kind, as data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Client
from campaigns.lists.columns import Column, Text
from campaigns.lists.filters import Filter

#: From the words asked for to the rows meant.
Search = Callable[[Client, list[str]], Q]


@dataclass(frozen=True)
class Order:
    """By a column of the row. `is_down_first`: the first click sorts the largest or latest on top."""

    column: str
    is_down_first: bool = False
    has_gaps: bool = False  # some rows have no value; they stand at the end either way


@dataclass(frozen=True)
class Empty:
    """What a list without a row says, and what it advises to do next."""

    icon: str
    title: Text
    text: Text


@dataclass(frozen=True)
class ListKind:
    """A list of rows of one kind.

    key: as in addresses. rows: all of a client's, joined with what the columns read. see, edit:
    capabilities. sums: (column, currency column) to add up. order: the usual one, "-" for downwards.
    tabs: the lists that stand together. searched: where its search looks, for the field's placeholder.
    """

    key: str
    one: str
    title: Text
    new: Text
    icon: str
    see: str
    edit: str
    rows: Callable[[Client], QuerySet[Any]]
    columns: tuple[Column, ...]
    orders: dict[str, Order]
    order: str
    empty: Empty
    filters: tuple[Filter, ...] = ()
    search: Search | None = None
    searched: Text = ""
    sums: tuple[str, str] | None = None
    tabs: tuple[str, ...] = field(default=())

    @property
    def route(self) -> str:
        """The list's own route; the page "customers" is the one about their value."""
        return "customer_list" if self.key == "customers" else self.key

    def seen(self, can: Callable[[str], bool]) -> list[Column]:
        return [column for column in self.columns if not column.needs or can(column.needs)]
