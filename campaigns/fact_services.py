"""Facts that come in by the API: created or changed by their external ids, many in one call.

A won lead brings its sale; other sales, costs and refunds come by file or by hand. What a row
means is in `fact_rows`, what winning brings in `fact_wins`.
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
from accounts.tenancy import current_scope, writing_because
from campaigns.announcing import facts_announce, source_keep_live
from campaigns.fact_parents import parents_named
from campaigns.fact_rows import MOMENTS, Fault, Row, daily_lay, lead_lay, local_day
from campaigns.fact_wins import REFUNDED, Won, customers_assign, refunded_of, sales_follow
from campaigns.models import (
    Campaign,
    DailyFact,
    LandingPage,
    Lead,
    Salesperson,
    StageChange,
)

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
class _Pending:
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
class _Kind:
    """What differs between the kinds of facts."""

    model: Any
    identity: tuple[str, ...]  # names in a row and on the model, beside the source
    lay: Callable[[Any, Row, Client], Iterator[Fault]]
    references: Mapping[str, Any]  # name in a row -> model of the parent
    constraint: str  # the one that two writers of the same new fact meet at
    settle: Callable[[Client, list[_Pending]], None]  # copies onto facts with known references
    record: Callable[[Client, Sequence[_Pending]], Days]  # what else is written; first days


def lead_upsert_many(client: Client, rows: Sequence[Row], source: str = SOURCE) -> list[Verdict]:
    """Create or change leads by `external_id`, one verdict per row, in the rows' order.

    Rows are checked already for types and lengths. Inside a scope. Sends facts_changed on commit.
    """
    return _upsert(_LEADS, client, rows, source)


def daily_upsert_many(client: Client, rows: Sequence[Row], source: str = SOURCE) -> list[Verdict]:
    """Create or change daily facts by `family` and `external_id`; see lead_upsert_many."""
    return _upsert(_DAILY, client, rows, source)


def values_of(fact: Any) -> dict[str, Any]:
    """The columns of a fact that a writer may set."""
    return {field.attname: getattr(fact, field.attname) for field in _writable(type(fact))}


def _writable(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not field.primary_key
    ]


def _upsert(kind: _Kind, client: Client, rows: Sequence[Row], source: str) -> list[Verdict]:
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


def _laid(kind: _Kind, client: Client, rows: Sequence[Row], source: str) -> list[_Pending]:
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
        pending.append(_Pending(row, fact, before, tuple(faults)))
    return pending


def _named_twice(places: Sequence[int]) -> Fault:
    numbers = ", ".join(str(place) for place in places)
    message = _("The rows %(numbers)s name the same fact. Send it once.") % {"numbers": numbers}
    return Fault("external_id", "twice", message)


def _refer(kind: _Kind, client: Client, good: list[_Pending]) -> None:
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


def _write(kind: _Kind, client: Client, good: Sequence[_Pending], source: str) -> None:
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


def _verdict(one: _Pending) -> Verdict:
    fact_id = None if one.faults else one.fact.pk
    return Verdict(str(one.row["external_id"]), one.verdict, fact_id, one.faults)


def _constraint_of(error: IntegrityError) -> str | None:
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, DatabaseError) else None


def _settle_leads(client: Client, good: list[_Pending]) -> None:
    """Owners of the stages, customers of the won; and what is refunded cannot be lost again."""
    lost = [one for one in good if _was_won(one) and one.fact.outcome != "won"]
    refunded = refunded_of(client, [one.fact for one in lost])
    for one in lost:
        if one.fact.pk in refunded:
            one.faults = (REFUNDED,)
    for one in good:
        _settle_owners(one)
    customers_assign(
        client,
        [
            Won(one.fact, one.row.get("customer") or "", one.row.get("customer_name") or "")
            for one in good
            if one.fact.outcome == "won"
        ],
    )


def _was_won(one: _Pending) -> bool:
    return (one.before or {}).get("outcome") == "won"


def _settle_owners(one: _Pending) -> None:
    """Who owned the lead first, and at each stage when it was first dated."""
    lead, before = one.fact, one.before or {}
    if lead.first_salesperson_id is None:
        lead.first_salesperson_id = lead.salesperson_id
    for moment in MOMENTS:
        if moment == "created":
            continue
        is_dated = getattr(lead, f"{moment}_at") or getattr(lead, f"{moment}_date")
        was_dated = before.get(f"{moment}_at") or before.get(f"{moment}_date")
        if not is_dated:
            setattr(lead, f"{moment}_salesperson_id", None)
        elif not was_dated:
            setattr(lead, f"{moment}_salesperson_id", lead.salesperson_id)


def _record_leads(client: Client, written: Sequence[_Pending]) -> Days:
    """Their history, and their sales. A change dates no source further back than it was."""
    _record_stages(client, written)
    concerned = [one for one in written if one.fact.outcome == "won" or one.fact.customer_id]
    former = [
        before["customer_id"]
        for one in concerned
        if (before := one.before) and before["customer_id"]
    ]
    days = {"leads": min(_days(written, "created"))}
    if concerned:
        made = sales_follow(client, [one.fact for one in concerned], former)
        sold = _days([one for one in concerned if one.fact.outcome == "won"], "closed")
        if made and sold:
            days["sales"] = min(sold)
    return days


def _days(written: Sequence[_Pending], moment: str) -> list[date]:
    return [day for one in written if (day := local_day(one.fact, moment))]


def _record_daily(client: Client, written: Sequence[_Pending]) -> Days:
    days: Days = {}
    for one in written:
        family, day = one.fact.family, one.fact.day
        days[family] = min(day, days.get(family, day))
    return days


def _record_stages(client: Client, written: Sequence[_Pending]) -> None:
    """The history of the leads: each stage that was dated, or dated anew."""
    scope = current_scope()
    changes = []
    for one in written:
        lead, before = one.fact, one.before or {}
        for moment, stage in MOMENTS.items():
            at, day = getattr(lead, f"{moment}_at"), getattr(lead, f"{moment}_date")
            was = (before.get(f"{moment}_at"), before.get(f"{moment}_date"))
            entered = stage or {"won": "customer", "lost": "lost"}.get(lead.outcome, "")
            is_decided = not stage and before.get("outcome") != lead.outcome
            if entered and (at or day) and ((at, day) != was or is_decided):
                changes.append(
                    StageChange(
                        agency_id=client.agency_id, client=client, lead=lead, stage=entered,
                        at=at, on_date=day, salesperson_id=lead.salesperson_id,
                        written_by=scope.actor_id if scope else None,
                    )
                )  # fmt: skip
    StageChange.objects.bulk_create(changes)


_TOUCH = {"campaign": Campaign, "landing_page": LandingPage}
_LEADS = _Kind(
    model=Lead,
    identity=("external_id",),
    lay=lead_lay,
    references={**_TOUCH, "salesperson": Salesperson},
    constraint="lead_once",
    settle=_settle_leads,
    record=_record_leads,
)
_DAILY = _Kind(
    model=DailyFact,
    identity=("family", "external_id"),
    lay=daily_lay,
    references=_TOUCH,
    constraint="daily_fact_once",
    settle=lambda client, good: None,
    record=_record_daily,
)
