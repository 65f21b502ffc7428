"""How a row that says something about a fact is laid over what the fact was. Nothing is written here.

A row is a mapping with the names of the API: what it does not name stays as it was; None clears it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.channels import UNASSIGNED, channel_for
from campaigns.measures import MEASURES
from campaigns.models import DailyFact, Lead

Row = Mapping[str, Any]

#: Moments of a lead: `x_at` with a time or `x_on` without one; and the stage that they begin.
MOMENTS: Mapping[str, str] = {
    "created": "lead", "mql": "mql", "sql": "sql", "opp": "opp", "closed": "",
}  # fmt: skip
LEAD_TEXTS = (
    "name", "email", "phone", "utm_source", "utm_medium", "device", "country", "outcome",
    "lost_reason", "currency",
)  # fmt: skip
#: Families of what sources report by day.
DAILY_FAMILIES = ("web", "ads", "mail", "social")
DAILY_TEXTS = ("utm_source", "utm_medium", "device", "country", "item", "currency", "platform")
DAILY_MEASURES: Mapping[str, tuple[str, ...]] = {
    family: tuple(
        key for key, measure in MEASURES.items()
        if measure.family == family and measure.is_stored and hasattr(DailyFact, key)
    )
    for family in DAILY_FAMILIES
}  # fmt: skip
MONEY_MEASURES = tuple(key for key in DAILY_MEASURES["ads"] if MEASURES[key].unit == "money")


@dataclass(frozen=True)
class Fault:
    """Why a row is refused: a code for programs, a sentence for people, and the field, if it is one."""

    field: str
    code: str
    message: str | Promise


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
        _lay_moment(lead, row, moment)
    _lay_channel(lead, row)
    if lead.amount is not None and not lead.currency:
        lead.currency = client.currency
    _fill_stages(lead)
    if not (lead.created_at or lead.created_date):
        yield Fault("created_at", "required", _("A lead needs created_at or created_on."))
    if lead.outcome and not (lead.closed_at or lead.closed_date):
        yield Fault("closed_at", "required", _("An outcome needs closed_at or closed_on."))


def daily_lay(fact: DailyFact, row: Row, client: Client) -> Iterator[Fault]:
    """Lay a row over a daily fact, references excepted; yields what then does not hold."""
    for name in DAILY_TEXTS:
        if name in row:
            setattr(fact, name, row[name] or "")
    if "day" in row:
        fact.day = row["day"]
    for name in DAILY_MEASURES[fact.family]:
        if name in row:
            setattr(fact, name, row[name])
    _lay_channel(fact, row)
    if not fact.currency and any(getattr(fact, name) is not None for name in MONEY_MEASURES):
        fact.currency = client.currency
    if fact.day is None:
        yield Fault("day", "required", _("A daily fact needs its day."))
    for family, names in DAILY_MEASURES.items():
        for name in names:
            if family != fact.family and row.get(name) is not None:
                message = _("This figure belongs to the other family, %(family)s.")
                yield Fault(name, "other_family", message % {"family": family})


def _lay_moment(lead: Lead, row: Row, moment: str) -> None:
    """An instant wins over a date; a date that is the instant's own local day changes nothing."""
    at, on = f"{moment}_at", f"{moment}_on"
    given: datetime | None = row.get(at)
    day: date | None = row.get(on)
    if given is not None:
        _keep_moment(lead, moment, given, None)
    elif at in row and on not in row:
        _keep_moment(lead, moment, None, getattr(lead, f"{moment}_date"))
    elif on in row:
        known: datetime | None = None if at in row else getattr(lead, at)
        if known is None or day is None or local_day(lead, moment) != day:
            _keep_moment(lead, moment, None, day)


def _keep_moment(lead: Lead, moment: str, at: datetime | None, day: date | None) -> None:
    setattr(lead, f"{moment}_at", at)
    setattr(lead, f"{moment}_date", day)


def _fill_stages(lead: Lead) -> None:
    """A later stage counts as having entered every earlier one; of two dates the earlier holds."""
    later = "closed" if lead.outcome == "won" else ""
    for stage in ("opp", "sql", "mql"):
        own, then = local_day(lead, stage), local_day(lead, later) if later else None
        if then and (own is None or then < own):
            _keep_moment(lead, stage, getattr(lead, f"{later}_at"), getattr(lead, f"{later}_date"))
        if own or then:
            later = stage


def local_day(lead: Lead, moment: str) -> date | None:
    """The day of a moment as PostgreSQL will make it, before the lead is written."""
    at: datetime | None = getattr(lead, f"{moment}_at")
    day: date | None = getattr(lead, f"{moment}_date")
    return at.astimezone(ZoneInfo(lead.tz)).date() if at else day


def _lay_channel(fact: Any, row: Row) -> None:
    """Source and medium win over a channel that was only named."""
    named = {"utm_source", "utm_medium", "campaign_name"} & set(row)
    if named and (fact.utm_source or fact.utm_medium):
        campaign = row.get("campaign_name") or row.get("campaign") or ""
        fact.channel = channel_for(fact.utm_source, fact.utm_medium, campaign)
    elif "channel" in row and not (fact.utm_source or fact.utm_medium):
        fact.channel = row["channel"] or UNASSIGNED
