"""What a reader asks of a list, read from the address: filters, search, order, place in the pages."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.models import Client
from campaigns.lists.declared import ListKind
from campaigns.lists.filters import ALL, Filter
from campaigns.plain_text import search_words

LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: the order's value and the id of the row it stands at."""

    value: Any
    number: int
    is_back: bool = False


@dataclass(frozen=True)
class Asked:
    """texts: what stands in each filter's control. values: what it means, where it means something."""

    search: str = ""
    order: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    cursor: Cursor | None = None

    @property
    def words(self) -> list[str]:
        return search_words(self.search)

    @property
    def is_narrowed(self) -> bool:
        """Whether the address asks for fewer rows than the list usually shows."""
        return bool(self.search or self.said)


def asked_of(
    kind: ListKind,
    client: Client,
    parameters: Mapping[str, str],
    usual: dict[str, str] | None = None,
) -> Asked:
    """usual: what a filter means to this reader when the address does not say, by its key."""
    texts, values, said = {}, {}, set()
    for each in kind.filters:
        text, is_said = _text(each, parameters, (usual or {}).get(each.key, each.usual))
        value = each.read(text, client) if text and text != ALL else None
        texts[each.key] = text
        if value is not None:
            values[each.key] = value
        if is_said:
            said.add(each.key)
    order = parameters.get("sort", "")
    return Asked(
        search=parameters.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        order=order if order.removeprefix("-") in kind.orders else kind.order,
        texts=texts,
        values=values,
        said=frozenset(said),
        cursor=_cursor(parameters),
    )


def _text(each: Filter, parameters: Mapping[str, str], usual: str) -> tuple[str, bool]:
    text = parameters.get(each.key, "")[:100]
    return (text, text != usual) if text else (usual, False)


def _cursor(parameters: Mapping[str, str]) -> Cursor | None:
    """What `cursor_text` wrote; None for anything else."""
    for name, is_back in (("after", False), ("before", True)):
        if text := parameters.get(name):
            try:
                value, number = json.loads(base64.urlsafe_b64decode(text.encode()))
                if not -(2**63) < int(number) < 2**63:
                    return None
                return Cursor(_typed(value), int(number), is_back)
            except (ValueError, TypeError, InvalidOperation):
                return None
    return None


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        name, text = value
        return Decimal(text) if name == "n" else date.fromisoformat(text)
    if value is None or (isinstance(value, str) and "\0" not in value):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    raise ValueError(value)


def cursor_text(value: Any, number: int) -> str:
    if isinstance(value, date):
        value = ["d", value.isoformat()]
    elif isinstance(value, Decimal):
        value = ["n", str(value)]
    return base64.urlsafe_b64encode(json.dumps([value, number]).encode()).decode()
