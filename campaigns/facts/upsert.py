"""The way of every kind of fact that comes in by the API: created or changed by external id, many in one call.

A kind says what identifies it, how a row is laid over it, what it points at, and what follows.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg import DatabaseError

from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.announcing import facts_announce, source_keep_live
from campaigns.facts.parents import parents_named
from campaigns.facts.rows import Fault, Row

SOURCE = "api"
REASON = "api"
Days = dict[str, date]  # family -> the earliest day that was written
_TRIES = 3


@dataclass(frozen=True)
class Verdict:
    """What became of a row: new, changed, same or refused. `id` is the fact's, None if refused."""

    external_id: str
    verdict: str
    id: int | None = None
    faults: tuple[Fault, ...] = ()


@dataclass
class Pending:
    """A row on its way: the fact as it will be, and the values it had (None: it is new)."""

    row: Row
    fact: Any
    before: dict[str, Any] | None
    faults: tuple[Fault, ...] = ()

    @property
    def verdict(self) -> str:
        if self.faults:
            return "refused"
        if self.before is None:
            return "new"
        return "same" if self.before == values_of(self.fact) else "changed"


@dataclass(frozen=True)
class Kind:
    """What differs between the kinds of facts."""

    model: Any
    identity: tuple[str, ...]  # names in a row and on the model, beside the source
    lay: Callable[[Any, Row, Client], Iterator[Fault]]
    references: Mapping[str, Any]  # name in a row -> model of the parent
    constraint: str  # the one that two writers of the same new fact meet at
    settle: Callable[[Client, list[Pending]], None]  # copies onto facts with known references
    record: Callable[[Client, Sequence[Pending]], Days]  # what else is written; first days


def values_of(fact: Any) -> dict[str, Any]:
    """The columns of a fact that a writer may set."""
    return {field.attname: getattr(fact, field.attname) for field in _writable(type(fact))}


def _writable(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not field.primary_key
    ]


def upsert(kind: Kind, client: Client, rows: Sequence[Row], source: str) -> list[Verdict]:
    """1. Rows that name the same fact twice are refused, all of them.
    2. The facts that are there are locked, in the order of their ids, and each row laid over its own.
    3. Parents are found or made for the good rows.
    4. New facts are inserted, changed ones updated, equal ones left alone.
    5. If somebody else inserted one of the new ones meanwhile, start again: it is there now.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic(), writing_because(REASON):
                pending = _laid(kind, client, rows, source)
                _refer(kind, client, [one for one in pending if not one.faults])
                _write(kind, client, [one for one in pending if not one.faults], source)
            return [_verdict(one) for one in pending]
        except IntegrityError as error:
            if attempt == _TRIES or _constraint_of(error) != kind.constraint:
                raise
    raise AssertionError("the last attempt returned or raised")


def _laid(kind: Kind, client: Client, rows: Sequence[Row], source: str) -> list[Pending]:
    keys = [tuple(row[name] for name in kind.identity) for row in rows]
    times = Counter(keys)
    known = {
        tuple(getattr(fact, name) for name in kind.identity): fact
        for fact in kind.model.objects.filter(
            agency_id=client.agency_id,
            client=client,
            source=source,
            external_id__in={row["external_id"] for row in rows},
        )
        .order_by("pk")
        .select_for_update()
    }
    pending = []
    for key, row in zip(keys, rows, strict=True):
        fact = known.get(key)
        before = None if fact is None else values_of(fact)
        if fact is None:
            identity = {name: row[name] for name in kind.identity}
            fact = kind.model(
                agency_id=client.agency_id, client=client, source=source, tz=client.time_zone,
                **identity,
            )  # fmt: skip
        if times[key] > 1:
            faults = [_named_twice([at for at, other in enumerate(keys) if other == key])]
        else:
            faults = list(kind.lay(fact, row, client))
        pending.append(Pending(row, fact, before, tuple(faults)))
    return pending


def _named_twice(places: Sequence[int]) -> Fault:
    numbers = ", ".join(str(place) for place in places)
    message = _("The rows %(numbers)s name the same fact. Send it once.") % {"numbers": numbers}
    return Fault("external_id", "twice", message)


def _refer(kind: Kind, client: Client, good: list[Pending]) -> None:
    """Point the facts at their parents, which are made where they are new."""
    for name, model in kind.references.items():
        wanted: dict[str, str] = {}
        for one in good:
            if own := one.row.get(name):
                wanted[own] = one.row.get(f"{name}_name") or wanted.get(own, "")
        ids = parents_named(model, client, wanted)
        for one in good:
            if name in one.row:
                setattr(one.fact, f"{name}_id", ids.get(one.row[name] or ""))
    kind.settle(client, good)


def _write(kind: Kind, client: Client, good: Sequence[Pending], source: str) -> None:
    verdicts = [(one.verdict, one) for one in good]
    changed = [one for verdict, one in verdicts if verdict == "changed"]
    # In a fixed order, so that two writers never wait for each other crosswise.
    new = sorted(
        (one for verdict, one in verdicts if verdict == "new"),
        key=lambda one: str(one.row["external_id"]),
    )
    kind.model.objects.bulk_create([one.fact for one in new])
    if changed:
        # One statement for any number of rows: their locks are held, so each of them conflicts.
        kind.model.objects.bulk_create(
            [one.fact for one in changed],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[field.name for field in _writable(kind.model)],
        )
    written = [*new, *changed]
    if written:
        for family, since in sorted(kind.record(client, written).items()):
            source_keep_live(client, family, since, source)
        facts_announce(client)


def _verdict(one: Pending) -> Verdict:
    fact_id = None if one.faults else one.fact.pk
    return Verdict(str(one.row["external_id"]), one.verdict, fact_id, one.faults)


def _constraint_of(error: IntegrityError) -> str | None:
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, DatabaseError) else None
