"""Which KPIs a client shows: what was chosen for it, or what suits the data it has."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Client
from kpis.catalogue import Kpi
from kpis.choices.queries import set_of
from kpis.choosing import Entries, default_for, from_json, headline, keys_of
from kpis.question import MOST_KEYS
from kpis.services import standing_of


@dataclass(frozen=True)
class Chosen:
    """`is_default`: nobody chose; the view may put in what the client has data for."""

    entries: Entries
    is_default: bool

    @property
    def keys(self) -> tuple[str, ...]:
        return keys_of(self.entries)

    @property
    def headline(self) -> tuple[str, ...]:
        return headline(self.entries)


def chosen_of(
    client: Client, book: Mapping[str, Kpi], families: Collection[str] | None = None
) -> Chosen:
    """Inside a scope that holds the client. `families` are those for which it has a source, looked
    up if they are needed and not given.

    KPIs that do not exist any more are left out, as are those of starting points that the
    book does not have; a list of which nothing is left counts as none.
    """
    row = set_of(client)
    entries = _known(from_json(row.entries), book) if row else ()
    if entries:
        return Chosen(entries, is_default=False)
    if families is None:
        families = {span.family for span in standing_of(client).spans}
    return Chosen(_known(default_for(families).entries, book), is_default=True)


def keys_unless_named(
    params: Mapping[str, Any], client: Client, book: Mapping[str, Kpi]
) -> tuple[str, ...]:
    """What is asked of a client when the address names no `keys`: what it shows."""
    return () if params.get("keys") else chosen_of(client, book).keys[:MOST_KEYS]


def _known(entries: Entries, book: Mapping[str, Kpi]) -> Entries:
    return tuple(entry for entry in entries if entry.key in book)
