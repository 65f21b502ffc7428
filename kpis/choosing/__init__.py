"""Which KPIs a client shows, in which order and under which headings: lists, and merging them. Pure."""

from kpis.choosing.entries import (
    MOST_ENTRIES,
    Entries,
    Entry,
    from_json,
    headline,
    keys_of,
    sections,
)
from kpis.choosing.merge import OwnChanges, merged, own_changes
from kpis.choosing.starting import STARTING_POINTS, StartingPoint, default_for

__all__ = [
    "MOST_ENTRIES",
    "STARTING_POINTS",
    "Entries",
    "Entry",
    "OwnChanges",
    "StartingPoint",
    "default_for",
    "from_json",
    "headline",
    "keys_of",
    "merged",
    "own_changes",
    "sections",
]
