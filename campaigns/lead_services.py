"""Leads by hand: added, changed, moved along their stages, set aside, reopened. One or many at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.announcing import MANUAL, writing_by_hand
from campaigns.channels import channel_for
from campaigns.facts.wins import REFUNDED, Won, customers_assign, refunded_of, sales_follow
from campaigns.lead_steps import (
    COLUMNS_OF_A_STEP,
    move_check,
    reach,
    reopen,
    step_write,
    steps_write,
    today_of,
)
from campaigns.lead_steps import DATED as DATED
from campaigns.lead_steps import Move as Move
from campaigns.models import Campaign, Lead
from campaigns.models.leads import LeadStatus, Stage
from campaigns.rows_update import rows_update

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
    """A lead that came in on `created_date`, at `created_time` if that is known (client's clock).

    References are rows, or ids under `x_id`.
    """
    lead = Lead(
        agency_id=client.agency_id,
        client=client,
        source=MANUAL,
        external_id=fields.get("external_id") or uuid4().hex,
        tz=client.time_zone,
        status=fields.get("status") or LeadStatus.VALID,
    )
    values = {**_values(client, lead, fields, _campaign_names(client, fields))}
    values |= _created(client, lead, {"created_date": today_of(client), **fields})
    for name, value in values.items():
        setattr(lead, name, value)
    lead.first_salesperson_id = lead.salesperson_id
    day = values["created_date"] or values["created_at"].astimezone(ZoneInfo(lead.tz)).date()
    with writing_by_hand(client, "leads", since=day):
        lead.save(force_insert=True)
        step_write(lead, Stage.LEAD, actor, on=lead.created_date, at=lead.created_at)
    lead.refresh_from_db()
    return lead


def leads_change(client: Client, leads: Sequence[Lead], fields: Mapping[str, Any]) -> int:
    """Change what is known of leads that are locked; how many became others.

    Their sales take the new channel, campaign and country along. A new salesperson owns what comes
    from now on: past stages keep theirs.
    """
    campaigns = _campaign_names(client, fields, leads)
    names: set[str] = set()
    changed = []
    for lead in leads:
        values = _values(client, lead, fields, campaigns) | _created(client, lead, fields)
        if lead.first_salesperson_id is None and values.get("salesperson_id") is not None:
            values["first_salesperson_id"] = values["salesperson_id"]
        if "status" in fields:
            values["status"] = fields["status"] or LeadStatus.VALID
        different = [name for name, value in values.items() if getattr(lead, name) != value]
        for name in different:
            setattr(lead, name, values[name])
        if different:
            changed.append(lead)
            names.update(different)
    with writing_by_hand(client, "leads"):
        rows_update(client, Lead, sorted(names), changed)
        # Whether a lead was a customer already depends on the day it came in.
        moved = changed if names & {"created_at", "created_date"} else []
        sales_follow(client, changed, [one.customer_id for one in moved if one.customer_id])
    return len(changed)


def lead_move(lead: Lead, client: Client, actor: Membership | None, move: Move) -> Lead:
    held = _locked(lead)
    leads_move(client, actor, [held], move)
    held.refresh_from_db()
    return held


def leads_move(client: Client, actor: Membership | None, leads: Sequence[Lead], move: Move) -> None:
    """Move leads to a stage on a date, all or none.

    1. They are locked, by the caller: two people may press at once. 2. A later stage fills the
    earlier ones that have no date with its own; first dates stand. 3. Whoever owns the lead then is
    kept with each stage. 4. Won makes a customer and a sale. 5. Every step is written into the
    history.
    """
    for lead in leads:
        move_check(lead, client, move)
    with writing_by_hand(client, "leads"):
        steps = []
        for lead in leads:
            if move.salesperson is not None:
                lead.salesperson_id = move.salesperson.pk
                lead.first_salesperson_id = lead.first_salesperson_id or move.salesperson.pk
            if move.amount is not None:
                lead.amount, lead.currency = move.amount, client.currency
            reached = reach(lead, move)
            steps += [(lead, stage, move.note if stage == move.stage else "") for stage in reached]
        won = [lead for lead in leads if lead.outcome == "won"]
        customers_assign(client, [Won(lead, "", lead.name or lead.email) for lead in won])
        rows_update(client, Lead, COLUMNS_OF_A_STEP, leads)
        steps_write(client, actor, move.on, steps)
    if won:
        with writing_by_hand(client, "sales", since=move.on):
            sales_follow(client, won, [])


def lead_reopen(lead: Lead, client: Client, actor: Membership | None) -> Lead:
    held = _locked(lead)
    leads_reopen(client, actor, [held])
    held.refresh_from_db()
    return held


def leads_reopen(client: Client, actor: Membership | None, leads: Sequence[Lead]) -> None:
    """Take back the outcome of locked leads; of won ones, also the sales that they made."""
    if any(not lead.outcome for lead in leads):
        raise DomainError("not_closed", _("This lead is open already."))
    if refunded_of(client, leads):
        raise DomainError(REFUNDED.code, str(REFUNDED.message))
    former = [lead.customer_id for lead in leads if lead.customer_id]
    with writing_by_hand(client, "leads"):
        for lead in leads:
            reopen(lead, actor, today_of(client))
        sales_follow(client, leads, former)


def _values(
    client: Client, lead: Lead, fields: Mapping[str, Any], campaigns: Mapping[int, str]
) -> dict[str, Any]:
    """The columns that the fields say; where source or medium are known, they decide the channel."""
    values: dict[str, Any] = {}
    for name in FIELDS:
        column = Lead._meta.get_field(name).attname  # type: ignore[union-attr]
        if name in fields:
            value = fields[name]
            values[column] = value.pk if isinstance(value, Model) else value
        elif column in fields:
            values[column] = fields[column]
    source, medium, campaign_id = (
        values.get(name, getattr(lead, name))
        for name in ("utm_source", "utm_medium", "campaign_id")
    )
    if {"utm_source", "utm_medium"} & set(values) and (source or medium):
        values["channel"] = channel_for(source, medium, campaigns.get(campaign_id))
    if "amount" in values:
        values["currency"] = client.currency if values["amount"] is not None else ""
    return values


def _campaign_names(
    client: Client, fields: Mapping[str, Any], leads: Sequence[Lead] = ()
) -> dict[int, str]:
    """The names of the campaigns concerned: the channel rules read them."""
    given = fields.get("campaign")
    ids = {given.pk if isinstance(given, Model) else fields.get("campaign_id")}
    ids |= {lead.campaign_id for lead in leads}
    rows = Campaign.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids - {None})
    return dict(rows.values_list("pk", "name"))


def _created(client: Client, lead: Lead, fields: Mapping[str, Any]) -> dict[str, Any]:
    """An instant when the time is known, else the date alone and no invented instant.

    A date that is the lead's own day, without a time, changes nothing. The clock is the lead's.
    """
    at: datetime | None = fields.get("created_at")
    day: date | None = fields.get("created_date")
    clock = fields.get("created_time")
    if at is None and day is not None and isinstance(clock, time):
        at = datetime.combine(day, clock, ZoneInfo(lead.tz))
    if at is not None:
        day = at.astimezone(ZoneInfo(lead.tz)).date()
    is_same = lead.pk is not None and day == lead.created_on
    if day is None or (at is None and "created_time" not in fields and is_same):
        return {}
    _created_check(client, lead, day)
    if at is not None:
        return {"created_at": at, "created_date": None}
    return {"created_at": None, "created_date": day}


def _created_check(client: Client, lead: Lead, day: date) -> None:
    field = {"field": "created_date"}
    if day > today_of(client):
        raise DomainError("in_the_future", _("The date lies in the future."), field)
    if lead.pk is None or day == lead.created_on:
        return
    stages = [getattr(lead, f"{stage}_on") for stage in (*DATED, "closed")]
    first = min(filter(None, stages), default=None)
    if first is not None and day > first:
        message = _("The lead went further on %(day)s: it cannot have come in later.")
        raise DomainError("after_a_stage", message % {"day": first.isoformat()}, field)


def _locked(lead: Lead) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
