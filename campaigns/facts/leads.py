"""Leads: persons with the dates of their stages; a won one brings its customer and its sale."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from accounts.tenancy import current_scope
from campaigns.facts.holding import hold_won
from campaigns.facts.parents import TOUCH
from campaigns.facts.rows import Fault, Row, keep_moment, lay_channel, lay_moment, local_day
from campaigns.facts.tables import blank_of, facts_insert
from campaigns.facts.upsert import Days, Kind, Pending
from campaigns.facts.wins import REFUNDED, Won, customers_assign, refunded_of, sales_follow
from campaigns.models import Lead, Salesperson, StageChange

LEAD_TEXTS = (
    "name", "email", "phone", "utm_source", "utm_medium", "device", "country", "outcome",
    "lost_reason", "currency",
)  # fmt: skip
#: Moments of a lead: `x_at` with a time or `x_on` without one; and the stage that they begin.
MOMENTS: Mapping[str, str] = {
    "created": "lead", "mql": "mql", "sql": "sql", "opp": "opp", "closed": "",
}  # fmt: skip


def lead_lay(lead: Lead, row: Row, client: Client) -> Iterator[Fault]:
    """Lay a row over a lead, references excepted; yields what then does not hold."""
    for name in LEAD_TEXTS:
        if name in row:
            setattr(lead, name, row[name] or "")
    if "status" in row:
        lead.status = row["status"] or "valid"
    for name in ("answered_at", "amount"):
        if name in row:
            setattr(lead, name, row[name])
    for moment in MOMENTS:
        lay_moment(lead, row, moment)
    lay_channel(lead, row)
    if lead.amount is not None and not lead.currency:
        lead.currency = client.currency
    _fill_stages(lead)
    if not (lead.created_at or lead.created_date):
        yield Fault("created_at", "required", _("A lead needs created_at or created_on."))
    if lead.outcome and not (lead.closed_at or lead.closed_date):
        yield Fault("closed_at", "required", _("An outcome needs closed_at or closed_on."))


def _fill_stages(lead: Lead) -> None:
    """A later stage counts as having entered every earlier one; of two dates the earlier holds."""
    later = "closed" if lead.outcome == "won" else ""
    for stage in ("opp", "sql", "mql"):
        own, then = local_day(lead, stage), local_day(lead, later) if later else None
        if then and (own is None or then < own):
            keep_moment(lead, stage, getattr(lead, f"{later}_at"), getattr(lead, f"{later}_date"))
        if own or then:
            later = stage


def _settle_leads(client: Client, good: list[Pending]) -> None:
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


def _was_won(one: Pending) -> bool:
    return (one.before or {}).get("outcome") == "won"


def _settle_owners(one: Pending) -> None:
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


def _record_leads(client: Client, written: Sequence[Pending]) -> Days:
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


def _days(written: Sequence[Pending], moment: str) -> list[date]:
    return [day for one in written if (day := local_day(one.fact, moment))]


def _record_stages(client: Client, written: Sequence[Pending]) -> None:
    """The history of the leads: each stage that was dated, or dated anew."""
    scope = current_scope()
    blank = blank_of(
        StageChange,
        agency_id=client.agency_id,
        client_id=client.pk,
        written_by=scope.actor_id if scope else None,
        written_at=timezone.now(),
    )
    changes = []
    for one in written:
        lead, before = one.fact, one.before or {}
        for moment, stage in MOMENTS.items():
            at, day = getattr(lead, f"{moment}_at"), getattr(lead, f"{moment}_date")
            was = (before.get(f"{moment}_at"), before.get(f"{moment}_date"))
            entered = stage or {"won": "customer", "lost": "lost"}.get(lead.outcome, "")
            is_decided = not stage and before.get("outcome") != lead.outcome
            if entered and (at or day) and ((at, day) != was or is_decided):
                change = blank()
                change.lead_id, change.salesperson_id = lead.pk, lead.salesperson_id
                change.stage, change.at, change.on_date = entered, at, day
                changes.append(change)
    facts_insert(StageChange, changes)


LEADS = Kind(
    model=Lead,
    lay=lead_lay,
    references={**TOUCH, "salesperson": Salesperson},
    constraint="lead_once",
    hold=hold_won,
    settle=_settle_leads,
    record=_record_leads,
)
