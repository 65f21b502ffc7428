"""Rows to pick from where there are too many for a menu: found by the beginning of a word."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Client
from accounts.numbers import money_here
from campaigns.lists.columns import day_text
from campaigns.lists.kinds.shared import rows_of
from campaigns.lists.searching import own_words, words_of
from campaigns.models import Customer, Lead, Product, Sale
from campaigns.plain_text import search_words

OFFERED = 8
SEPARATOR = " · "


@dataclass(frozen=True)
class Offer:
    number: int
    text: str


def offers(kind: str, client: Client, text: str) -> list[Offer]:
    """The first that fit, the newest first; of a search without a word, the newest of all."""
    words = search_words(text)
    if text.strip() and not words:
        return []
    rows = _rows(kind, client)
    if words:
        looks = words_of(("customer", Customer)) if kind == "sales" else own_words
        rows = rows.filter(looks(client, words))
    return [Offer(row.pk, said(row)) for row in rows.order_by("-pk")[:OFFERED]]


def products_called(client: Client, texts: Iterable[str]) -> dict[str, Product]:
    """The product that each text stands for, if one does: by its name, its id, or both as `said` has them.

    Of several with one name it is the one that came last.
    """
    wanted = {text for text in texts if text}
    ends = {text.rpartition(SEPARATOR)[2] for text in wanted}
    looks = Q(name__in=wanted) | Q(external_id__in=wanted | ends)
    found: dict[str, Product] = {}
    for product in rows_of(Product, client).filter(looks).order_by("pk") if wanted else ():
        for text in (product.external_id, product.name, said(product)):
            if text in wanted:
                found[text] = product
    return found


def said(row: Any) -> str:
    """A row as one picks it: a sale by its customer, day and amount."""
    if isinstance(row, Sale):
        amount = f"{money_here(row.amount, row.currency)} {row.currency}"
        return " · ".join((str(row.customer or row.external_id), day_text(row.sold_on), amount))
    if isinstance(row, Customer | Product) and row.name:
        return f"{row.name}{SEPARATOR}{row.external_id[:24]}"
    if isinstance(row, Lead):
        return " · ".join(filter(None, (str(row), row.email if row.name else "")))
    return str(row)


def row_picked(kind: str, client: Client, number: int) -> Any | None:
    return _rows(kind, client).filter(pk=number).first()


def _rows(kind: str, client: Client) -> QuerySet[Any]:
    model, joined = {
        "customers": (Customer, ()), "leads": (Lead, ()), "sales": (Sale, ("customer",)),
        "products": (Product, ()),
    }[kind]  # fmt: skip
    return rows_of(model, client, *joined)
