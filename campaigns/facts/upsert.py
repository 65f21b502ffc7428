"""The way of every kind of fact that comes in by the API: created or changed by external id, many in one call.

A kind says what identifies it, how a row is laid over it, what it points at, and what follows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.announcing import facts_announce, source_keep_live
from campaigns.facts.parents import Born, customers_born, parents_named
from campaigns.facts.rows import Fault, Row
from campaigns.facts.tables import blank_of, facts_insert, facts_locked, facts_update, values_of
from campaigns.models import Customer

SOURCE = "api"
REASON = "api"
Days = dict[str, date]  # family -> the earliest day that was written
_TRIES = 3
_MOST_NAMED = 10


@dataclass(frozen=True)
class Verdict:
    """What became of a row: new, changed, same or refused. `id` is the fact's, None if refused.

    `fact` is a new one as the database has it, its own columns only.
    """

    external_id: str
    verdict: str
    id: int | None = None
    faults: tuple[Fault, ...] = ()
    fact: Any = field(default=None, compare=False, repr=False)


@dataclass
class Pending:
    """A row on its way: the fact as it will be, and the values it had (None: it is new)."""

    row: Row
    fact: Any
    before: dict[str, Any] | None
    faults: tuple[Fault, ...] = ()
    #: What the row names that is no parent of its own making: name in the row -> the object.
    found: dict[str, Any] = field(default_factory=dict)
    #: Something that hangs on the fact will be another, whatever its own columns say.
    is_touched: bool = False

    @property
    def verdict(self) -> str:
        if self.faults:
            return "refused"
        if self.before is None:
            return "new"
        is_same = not self.is_touched and self.before == values_of(self.fact)
        return "same" if is_same else "changed"

    @property
    def is_late(self) -> bool:
        """Somebody else inserted it meanwhile, after it was looked for."""
        return not self.faults and self.fact.pk is None

    def was(self, name: str) -> Any:
        """What a column was before; None for a new fact."""
        return (self.before or {}).get(name)


Step = Callable[[Client, list[Pending]], None]


def _nothing(client: Client, good: list[Pending]) -> None:
    """Many kinds need no step of their own."""


def _hold_nobody(client: Client, rows: Sequence[Row], source: str) -> None:
    """Most kinds follow from nothing that others write, too."""


def _no_days(client: Client, written: Sequence[Pending]) -> Days:
    return {}


@dataclass(frozen=True)
class Kind:
    """What differs between the kinds of facts.

    Steps may give a row its faults: those of `look` before anything is made for it, those of
    `settle` before it is written itself.
    """

    model: Any
    lay: Callable[[Any, Row, Client], Iterator[Fault]]
    constraint: str  # the one that two writers of the same new fact meet at
    identity: tuple[str, ...] = ("external_id",)  # names in a row and on the model
    has_source: bool = True  # parents of facts have none: they are the client's
    #: Locks what follows from the facts, before the facts themselves.
    hold: Callable[[Client, Sequence[Row], str], None] = _hold_nobody
    look: Step = _nothing  # finds what rows name and nobody makes: leads, sales
    references: Mapping[str, Any] = field(
        default_factory=dict
    )  # name in a row -> model of the parent
    settle: Step = _nothing  # copies onto facts with known references
    record: Callable[[Client, Sequence[Pending]], Days] = _no_days  # what else; first days


def upsert(
    kind: Kind,
    client: Client,
    rows: Sequence[Row],
    source: str = SOURCE,
    *,
    is_new_likely: bool = False,
) -> list[Verdict]:
    """Create or change facts by what identifies them, one verdict per row, in the rows' order.

    Rows are checked already for types and lengths. Inside a scope. Sends facts_changed on commit.

    1. Rows that name the same fact twice are refused, all of them.
    2. The facts that are there are locked (after whoever they belong to), in the order of their ids,
       and each row laid over its own.
    3. Parents are found or made for the good rows, and copies taken from what they point at.
    4. New facts are inserted, changed ones updated, equal ones left alone.
    5. What somebody else inserted meanwhile is gone through again: it is there now.
    With is_new_likely none is looked for at first (2): those that are there are met in 5.
    """
    with writing_because(REASON):
        pending = _tried(kind, client, rows, source, has_look=not is_new_likely)
        for _again in range(_TRIES):
            late = [place for place, one in enumerate(pending) if one.is_late]
            if not late:
                return [_verdict(one) for one in pending]
            found = _tried(kind, client, [rows[place] for place in late], source)
            for place, one in zip(late, found, strict=True):
                pending[place] = one
    raise RuntimeError(f"{kind.constraint}: rows come and go faster than they can be read")


def _tried(
    kind: Kind, client: Client, rows: Sequence[Row], source: str, has_look: bool = True
) -> list[Pending]:
    pending = _laid(kind, client, rows, source, has_look)
    kind.look(client, _good(pending))
    _refer(kind, client, _good(pending))
    kind.settle(client, _good(pending))
    _write(kind, client, _good(pending), source)
    return pending


def _good(pending: Sequence[Pending]) -> list[Pending]:
    return [one for one in pending if not one.faults]


def _laid(
    kind: Kind, client: Client, rows: Sequence[Row], source: str, has_look: bool
) -> list[Pending]:
    keys = [tuple(row[name] for name in kind.identity) for row in rows]
    owned: dict[str, Any] = {"agency_id": client.agency_id, "client_id": client.pk}
    owned |= {"source": source} if kind.has_source else {}
    wanted = [row["external_id"] for row in rows] if has_look else []
    if wanted:
        kind.hold(client, rows, source)
    known = {
        tuple(getattr(fact, name) for name in kind.identity): fact
        for fact in (facts_locked(kind.model, owned, wanted) if wanted else ())
    }
    places: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    zone = {"tz": client.time_zone} if kind.has_source else {}
    blank = blank_of(kind.model, **owned, **zone)
    pending = []
    for key, row in zip(keys, rows, strict=True):
        fact = known.get(key)
        before = None if fact is None else values_of(fact)
        if fact is None:
            fact = blank()
            for name, own in zip(kind.identity, key, strict=True):
                setattr(fact, name, own)
        if len(places[key]) > 1:
            faults = [_named_twice(places[key])]
        else:
            faults = list(kind.lay(fact, row, client))
        pending.append(Pending(row, fact, before, tuple(faults)))
    return pending


def _named_twice(places: Sequence[int]) -> Fault:
    numbers = ", ".join(str(place) for place in places[:_MOST_NAMED])
    message = _("The rows %(numbers)s name the same fact. Send it once.") % {"numbers": numbers}
    return Fault("external_id", "twice", message)


def _refer(kind: Kind, client: Client, good: list[Pending]) -> None:
    """Point the facts at their parents, which are made where they are new."""
    for name, model in kind.references.items():
        wanted: dict[str, str] = {}
        for one in good:
            if own := one.row.get(name):
                wanted[own] = one.row.get(f"{name}_name") or wanted.get(own, "")
        ids = parents_named(model, client, wanted, _first_words(model, name, good))
        for one in good:
            if name in one.row:
                setattr(one.fact, f"{name}_id", ids.get(one.row[name] or ""))


def _first_words(model: Any, name: str, good: Sequence[Pending]) -> dict[str, Born]:
    """What rows say of customers that are met for the first time: as `customer_born` has it."""
    if model is not Customer:
        return {}
    return customers_born(
        (
            own,
            one.fact.country if "country" in one.row else "",
            getattr(one.fact, "salesperson_id", None),  # a contract names none
        )
        for one in good
        if (own := one.row.get(name))
    )


def _write(kind: Kind, client: Client, good: Sequence[Pending], source: str) -> None:
    verdicts = [(one.verdict, one) for one in good]
    changed = [one for verdict, one in verdicts if verdict == "changed"]
    # In a fixed order, so that two writers never wait for each other crosswise.
    new = sorted(
        (one for verdict, one in verdicts if verdict == "new"),
        key=lambda one: str(one.row["external_id"]),
    )
    facts_insert(kind.model, [one.fact for one in new], kind.constraint, kind.identity)
    facts_update(kind.model, [one.fact for one in changed], _names(kind, changed))
    written = [*(one for one in new if not one.is_late), *changed]
    if written:
        for family, since in sorted(kind.record(client, written).items()):
            source_keep_live(client, family, since, source)
        facts_announce(client)


def _verdict(one: Pending) -> Verdict:
    fact_id = None if one.faults else one.fact.pk
    is_made = one.before is None and not one.faults
    fact = one.fact if is_made else None
    return Verdict(str(one.row["external_id"]), one.verdict, fact_id, one.faults, fact)


def _names(kind: Kind, changed: Sequence[Pending]) -> set[str]:
    """The columns in which a row became another; one at least, so that it is stamped as changed."""
    return {kind.identity[-1]} | {
        name
        for one in changed
        for name, value in (one.before or {}).items()
        if getattr(one.fact, name) != value
    }
