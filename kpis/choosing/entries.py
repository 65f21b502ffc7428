"""A list of chosen KPIs: each with the heading that it stands under. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

MOST_ENTRIES = 120
HEADLINE_KPIS = 6
MOST_HEADLINE = 8


class Entry(NamedTuple):
    """A KPI's key, and its heading: a group's code, or words of the agency's own; "" is none."""

    key: str
    section: str = ""


Entries = tuple[Entry, ...]


def from_json(stored: Iterable[Sequence[Any]] | None) -> Entries:
    """As it was stored: [[key, section], …]. A key counts once, where it stands first."""
    found: dict[str, Entry] = {}
    for key, section in stored or ():
        found.setdefault(str(key), Entry(str(key), str(section)))
    return tuple(found.values())


def keys_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.key for entry in entries)


def sections(entries: Iterable[Entry]) -> list[tuple[str, tuple[str, ...]]]:
    """(heading, keys) in the order of the list; a heading that comes again opens again."""
    return [
        (section, tuple(entry.key for entry in held))
        for section, held in groupby(entries, key=lambda entry: entry.section)
    ]


def headline(entries: Entries) -> tuple[str, ...]:
    """What an executive sees: the first section, at most eight; without headings, the first six."""
    parts = sections(entries)
    if len(parts) < 2:
        return keys_of(entries)[:HEADLINE_KPIS]
    return parts[0][1][:MOST_HEADLINE]
