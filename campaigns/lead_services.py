"""Leads by hand: added, changed, moved along their stages, set aside, reopened."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import writing_because
from campaigns.announcing import MANUAL, writing_by_hand
from campaigns.channels import channel_for
from campaigns.facts.wins import REFUNDED, Won, customers_assign, refunded_of, sales_follow
from campaigns.lead_steps import DATED as DATED
from campaigns.lead_steps import Move as Move
from campaigns.lead_steps import move_check, reach, reopen, step_write, today_of
from campaigns.models import Lead
from campaigns.models.leads import LeadStatus, Stage

#: What a person may type about a lead.
FIELDS = (
    "name",
    "email",
    "phone",
    "utm_source",
    "utm_medium",
    "channel",
    "campaign",
    "device",
    "country",
    "salesperson",
    "amount",
    "answered_at",
)


def lead_create(client: Client, actor: Membership | None, fields: Mapping[str, Any]) -> Lead:
    """A lead that came in on `created_date`, at `created_time` if that is known (client's clock)."""
    values = _values(client, fields)
    salesperson = values.get("salesperson")
    created = _created(client, fields)
    with writing_by_hand(client, "leads", since=fields.get("created_date") or today_of(client)):
        lead = Lead.objects.create(
            agency_id=client.agency_id,
            client=client,
            source=MANUAL,
            external_id=uuid4().hex,
            first_salesperson=salesperson,
            **created,
            **values,
        )
        step_write(lead, Stage.LEAD, actor, on=lead.created_date, at=lead.created_at)
    lead.refresh_from_db()
    return lead


def lead_change(lead: Lead, client: Client, fields: Mapping[str, Any]) -> Lead:
    """Change what is known of a lead; its sale takes the new channel, campaign and country along.

    A new salesperson owns what comes from now on: past stages keep theirs.
    """
    values = _values(client, fields)
    with writing_by_hand(client, "leads"):
        for name, value in values.items():
            setattr(lead, name, value)
        if lead.first_salesperson_id is None:
            lead.first_salesperson_id = lead.salesperson_id
        names = [*values, "first_salesperson"]
        if fields.get("created_date"):
            created = _created(client, fields)
            for name, value in created.items():
                setattr(lead, name, value)
            names += created
        lead.save(update_fields=names)
        sales_follow(client, [lead], [])
    lead.refresh_from_db()
    return lead


def lead_move(lead: Lead, client: Client, actor: Membership | None, move: Move) -> Lead:
    """Move a lead to a stage on a date.

    1. The lead is locked: two people may press at once. 2. A later stage fills the earlier ones
    that have no date with its own; first dates stand. 3. Whoever owns the lead then is kept with
    each stage. 4. Won makes a customer and a sale. 5. Every step is written into the history.
    """
    held = _locked(lead)
    move_check(held, client, move)
    with writing_by_hand(client, "leads"):
        if move.salesperson is not None:
            held.salesperson = move.salesperson
            held.first_salesperson_id = held.first_salesperson_id or move.salesperson.pk
        if move.amount is not None:
            held.amount, held.currency = move.amount, client.currency
        reached = reach(held, move)
        if held.outcome == "won":
            customers_assign(client, [Won(held, "", held.name or held.email)])
        held.save()
        for stage in reached:
            note = move.note if stage == move.stage else ""
            step_write(held, stage, actor, on=move.on, note=note)
    if move.stage == Stage.CUSTOMER:
        with writing_by_hand(client, "sales", since=move.on):
            sales_follow(client, [held], [])
    held.refresh_from_db()
    return held


def lead_reopen(lead: Lead, client: Client, actor: Membership | None) -> Lead:
    """Take back the outcome of a lead; of a won one, also the sale that it made."""
    held = _locked(lead)
    if not held.outcome:
        raise DomainError("not_closed", _("This lead is open already."))
    if refunded_of(client, [held]):
        raise DomainError(REFUNDED.code, str(REFUNDED.message))
    former = [held.customer_id] if held.customer_id else []
    with writing_by_hand(client, "leads"):
        reopen(held, actor, today_of(client))
        sales_follow(client, [held], former)
    held.refresh_from_db()
    return held


def lead_mark(lead: Lead, client: Client, status: str) -> Lead:
    """Set a lead aside as a test, spam or a duplicate: it is counted nowhere. Or bring it back."""
    if status not in LeadStatus.values:
        raise DomainError("unknown_status", _("Choose one of the offered states."))
    with writing_by_hand(client, "leads"), writing_because("reclassified"):
        lead.status = status
        lead.save(update_fields=["status"])
    return lead


def _values(client: Client, fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in FIELDS if name in fields}
    source, medium = values.get("utm_source", ""), values.get("utm_medium", "")
    if source or medium:  # where they are known, they decide the channel
        campaign = values.get("campaign")
        values["channel"] = channel_for(source, medium, campaign.name if campaign else None)
    if "amount" in values:
        values["currency"] = client.currency if values["amount"] is not None else ""
    return values


def _created(client: Client, fields: Mapping[str, Any]) -> dict[str, Any]:
    """An instant when the time is known, else the date alone and no invented instant."""
    day, clock = fields.get("created_date") or today_of(client), fields.get("created_time")
    if day > today_of(client):
        raise DomainError(
            "in_the_future", _("The date lies in the future."), {"field": "created_date"}
        )
    if isinstance(clock, time):
        instant = datetime.combine(day, clock, ZoneInfo(client.time_zone))
        return {"created_at": instant, "created_date": None, "tz": client.time_zone}
    return {"created_at": None, "created_date": day, "tz": client.time_zone}


def _locked(lead: Lead) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
