"""A list as its page shows it: heads that sort, controls that narrow, rows of cells, one's place in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Client
from campaigns.lists.asking import Asked
from campaigns.lists.columns import Cell, Column, Text, cell_of
from campaigns.lists.declared import ListKind
from campaigns.lists.filters import ALL, DayFilter


@dataclass(frozen=True)
class Head:
    """next: what `sort` becomes when it is clicked, "" where nothing sorts. sorted: as ARIA says it."""

    column: Column
    next: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Control:
    """One filter above the list. options: (value, text, is chosen); none for a date."""

    key: str
    label: Text
    text: str
    options: list[tuple[str, Text, bool]]
    is_day: bool
    is_said: bool


@dataclass(frozen=True)
class Line:
    number: int
    title: str
    href: str
    cells: list[Cell]
    edit_href: str = ""  # where its form is, if not on its page


def heads_of(kind: ListKind, columns: Iterable[Column], asked: Asked) -> list[Head]:
    heads = []
    for column in columns:
        order = kind.orders.get(column.key)
        if order is None:
            heads.append(Head(column))
            continue
        up, down = column.key, f"-{column.key}"
        first, second = (down, up) if order.is_down_first else (up, down)
        state = {up: "ascending", down: "descending"}.get(asked.order, "")
        heads.append(Head(column, second if asked.order == first else first, state))
    return heads


def controls_of(
    kind: ListKind, client: Client, asked: Asked, usual: dict[str, str]
) -> list[Control]:
    controls = []
    for each in kind.filters:
        text = asked.texts[each.key]
        open_word = ALL if (usual.get(each.key) or each.usual) else ""
        options = [(value, words, value == text) for value, words in each.options(client)]
        controls.append(
            Control(
                each.key,
                each.label,
                text if each.key in asked.values else "",
                [(open_word, "", each.key not in asked.values), *options],
                isinstance(each, DayFilter),
                each.key in asked.said,
            )
        )
    return controls


def orders_of(
    kind: ListKind, columns: Iterable[Column], asked: Asked
) -> list[tuple[str, str, bool]]:
    """The orders as a menu: where the heads are not shown."""
    found = []
    for column in columns:
        if order := kind.orders.get(column.key):
            ways = (("-", "↓"), ("", "↑")) if order.is_down_first else (("", "↑"), ("-", "↓"))
            for sign, arrow in ways:
                value = f"{sign}{column.key}"
                found.append((value, f"{column.label} {arrow}", value == asked.order))
    return found


def lines_of(
    columns: list[Column],
    rows: Iterable[Any],
    address: Callable[[Any], str],
    edit: Callable[[Any], str] = lambda row: "",
) -> list[Line]:
    return [
        Line(
            row.pk,
            str(columns[0].value(row)),
            address(row),
            [cell_of(each, row) for each in columns],
            edit(row),
        )
        for row in rows
    ]
