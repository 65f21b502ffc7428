"""A client's own changes to the template it was given, and a newer template with these kept. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpis.choosing.entries import Entries, Entry


@dataclass(frozen=True)
class OwnChanges:
    """What the client's list has differently from the template as it was applied."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    regrouped: tuple[str, ...] = ()
    is_reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.regrouped or self.is_reordered)


def own_changes(given: Entries, current: Entries) -> OwnChanges:
    """The difference between a template as applied and what the client shows now."""
    before, now = _by_key(given), _by_key(current)
    shared = [key for key in before if key in now]
    return OwnChanges(
        added=tuple(key for key in now if key not in before),
        removed=tuple(key for key in before if key not in now),
        regrouped=tuple(key for key in shared if before[key] != now[key]),
        is_reordered=shared != [key for key in now if key in before],
    )


def merged(given: Entries, current: Entries, newer: Entries) -> Entries:
    """The newer template with the client's own changes kept.

    1. Kept out: what the client took out of the template it was given.
    2. The order is the newer template's, or the client's own if it changed the order.
    3. What only the other list has comes in after the entry that it follows there: the client's
       own additions, or what is new in the template. What the template dropped goes.
    4. The heading is the client's where it changed it, else the template's.
    """
    own = own_changes(given, current)
    before, now, then = _by_key(given), _by_key(current), _by_key(newer)

    def is_kept(key: str) -> bool:
        return key not in own.removed and (key in then or key in own.added)

    lead, other = (now, then) if own.is_reordered else (then, now)
    order = _woven(filter(is_kept, lead), filter(is_kept, other))

    def heading(key: str) -> str:
        is_own = key in now and (key not in before or now[key] != before[key])
        return now[key] if is_own or key not in then else then[key]

    return tuple(Entry(key, heading(key)) for key in order)


def _by_key(entries: Entries) -> Mapping[str, str]:
    return {entry.key: entry.section for entry in entries}


def _woven(lead: Iterable[str], other: Iterable[str]) -> list[str]:
    """The first list, with what only the second has put after the entry it follows there."""
    order = list(lead)
    at = -1
    for key in other:
        if key in order:
            at = order.index(key)
        else:
            at += 1
            order.insert(at, key)
    return order
