"""The rows that were asked for: narrowed, ordered, one page of them, and what they add up to.

Pages go by the last row seen and not by number, so the thousandth costs what the first does. Counts
and sums stop at a limit: nobody needs to know whether it is 80,000 or 81,000.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import Client
from campaigns.lists.asking import Asked, Cursor, cursor_text
from campaigns.lists.declared import ListKind, Order

PAGE = 50
#: Rows that are counted and summed at most.
COUNTED = 10_000


@dataclass(frozen=True)
class Page:
    """before, after: the places of the neighbouring pages as the address carries them, "" for none."""

    rows: list[Any]
    before: str
    after: str


@dataclass(frozen=True)
class Tally:
    """How many rows there are, and per currency their sum; is_capped: there are more than that."""

    count: int
    is_capped: bool
    sums: list[tuple[Decimal, str]]


def rows_asked(kind: ListKind, client: Client, asked: Asked) -> QuerySet[Any]:
    """In no order."""
    rows = kind.rows(client)
    for each in kind.filters:
        if each.key in asked.values:
            rows = each.narrowed(rows, asked.values[each.key])
    if kind.search and asked.words:
        rows = rows.filter(kind.search(client, asked.words))
    elif asked.search:
        rows = rows.none()  # signs only: nothing is called so
    return rows


def page_asked(kind: ListKind, client: Client, asked: Asked, size: int = PAGE) -> Page:
    """One row more than a page is read: it tells whether there is another page."""
    order, is_down = _order(kind, asked)
    cursor = asked.cursor if _fits(asked.cursor, order, kind, client) else None
    is_back = cursor is not None and cursor.is_back
    rows = _ordered(rows_asked(kind, client, asked), order, is_down != is_back, is_back)
    if cursor is not None:
        rows = rows.filter(_beyond(order, cursor, is_down != is_back))
    found = list(rows[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    if not found:
        return Page([], "", "")
    places = [cursor_text(getattr(row, order.column), row.pk) for row in (found[0], found[-1])]
    return Page(
        found,
        before=places[0] if (has_more if is_back else cursor is not None) else "",
        after=places[1] if (has_more or is_back) else "",
    )


def all_asked(kind: ListKind, client: Client, asked: Asked) -> Iterator[Any]:
    """Every row, in its order, a thousand at a time: for a file."""
    order, is_down = _order(kind, asked)
    return _ordered(rows_asked(kind, client, asked), order, is_down, False).iterator(1000)


def ids_asked(kind: ListKind, client: Client, asked: Asked, most: int) -> list[int]:
    """The ids of all rows that were asked for, on whatever page; one more than `most` if there are more."""
    rows = rows_asked(kind, client, asked).order_by("pk")
    return list(rows.values_list("pk", flat=True)[: most + 1])


def tally_asked(kind: ListKind, client: Client, asked: Asked) -> Tally:
    rows = rows_asked(kind, client, asked).order_by()
    count = rows.values("pk")[: COUNTED + 1].count()
    sums: list[tuple[Decimal, str]] = []
    if kind.sums and 0 < count <= COUNTED:
        amount, currency = kind.sums
        by_currency = rows.values(currency).annotate(total=Sum(amount)).order_by(currency)
        sums = [(row["total"], row[currency]) for row in by_currency if row["total"] is not None]
    return Tally(min(count, COUNTED), count > COUNTED, sums)


def _order(kind: ListKind, asked: Asked) -> tuple[Order, bool]:
    return kind.orders[asked.order.removeprefix("-")], asked.order.startswith("-")


def _fits(cursor: Cursor | None, order: Order, kind: ListKind, client: Client) -> bool:
    """Whether the cursor was made for this order: addresses are edited by hand, and orders changed."""
    if cursor is None or (cursor.value is None and order.has_gaps):
        return cursor is not None
    field: Any = kind.rows(client).model._meta.get_field(order.column)
    wanted = getattr(field, "output_field", None) or field
    types = {"DateField": date, "DecimalField": Decimal, "TextField": str, "BigAutoField": int}
    return isinstance(cursor.value, types[wanted.get_internal_type()])


def _ordered(rows: QuerySet[Any], order: Order, is_down: bool, is_back: bool) -> QuerySet[Any]:
    """Rows without a value at the end; read backwards they come first."""
    column = F(order.column)
    gaps: dict[str, Any] = {}
    if order.has_gaps:
        gaps = {"nulls_first": True} if is_back else {"nulls_last": True}
    first = column.desc(**gaps) if is_down else column.asc(**gaps)
    return rows.order_by(first, "-pk" if is_down else "pk")


def _beyond(order: Order, cursor: Cursor, is_down: bool) -> Q:
    """The rows behind the cursor in the direction of reading."""
    column, step = order.column, "lt" if is_down else "gt"
    same = Q(**{column: cursor.value} if cursor.value is not None else {f"{column}__isnull": True})
    behind = same & Q(**{f"pk__{step}": cursor.number})
    if cursor.value is None:  # all that have a value stand before the gaps
        return behind | Q(**{f"{column}__isnull": False}) if cursor.is_back else behind
    # Said twice, so that the index over the column is entered at the right place.
    inside = Q(**{f"{column}__{step}e": cursor.value}) & (
        Q(**{f"{column}__{step}": cursor.value}) | behind
    )
    if order.has_gaps and not cursor.is_back:
        return inside | Q(**{f"{column}__isnull": True})
    return inside


def row_of(kind: ListKind, client: Client, number: int) -> Any | None:
    """One row of a client's, with what its columns read."""
    return kind.rows(client).filter(pk=number).first()
