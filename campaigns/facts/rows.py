"""How a row that says something about a fact is laid over what the fact was. Nothing is written here.

A row is a mapping with the names of the API: what it does not name stays as it was; None clears it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.channels import UNASSIGNED, channel_for

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """Why a row is refused: a code for programs, a sentence for people, and the field, if it is one."""

    field: str
    code: str
    message: str | Promise


#: What a column of money holds: 12 digits before the point.
MOST_MONEY = Decimal(10) ** 12


def too_large(field: str, *amounts: Decimal | None) -> Iterator[Fault]:
    """The fault of a row whose products or sums are more than can be kept."""
    if any(amount is not None and abs(amount) >= MOST_MONEY for amount in amounts):
        yield Fault(field, "too_large", _("It adds up to more than can be kept."))


def lay_texts(fact: Any, row: Row, names: Iterable[str]) -> None:
    for name in names:
        if name in row:
            setattr(fact, name, row[name] or "")


def lay_values(fact: Any, row: Row, names: Iterable[str]) -> None:
    for name in names:
        if name in row:
            setattr(fact, name, row[name])


def lay_moment(fact: Any, row: Row, moment: str) -> None:
    """An instant wins over a date; a date that is the instant's own local day changes nothing."""
    at, on = f"{moment}_at", f"{moment}_on"
    given: datetime | None = row.get(at)
    day: date | None = row.get(on)
    if given is not None:
        keep_moment(fact, moment, given, None)
    elif at in row and on not in row:
        keep_moment(fact, moment, None, getattr(fact, f"{moment}_date"))
    elif on in row:
        known: datetime | None = None if at in row else getattr(fact, at)
        if known is None or day is None or local_day(fact, moment) != day:
            keep_moment(fact, moment, None, day)


def keep_moment(fact: Any, moment: str, at: datetime | None, day: date | None) -> None:
    setattr(fact, f"{moment}_at", at)
    setattr(fact, f"{moment}_date", day)


def local_day(fact: Any, moment: str) -> date | None:
    """The day of a moment as PostgreSQL will make it, before the fact is written."""
    at: datetime | None = getattr(fact, f"{moment}_at")
    day: date | None = getattr(fact, f"{moment}_date")
    return at.astimezone(ZoneInfo(fact.tz)).date() if at else day


def lay_channel(fact: Any, row: Row) -> None:
    """Source and medium win over a channel that was only named."""
    named = {"utm_source", "utm_medium", "campaign_name"} & set(row)
    if named and (fact.utm_source or fact.utm_medium):
        campaign = row.get("campaign_name") or row.get("campaign") or ""
        fact.channel = channel_for(fact.utm_source, fact.utm_medium, campaign)
    elif "channel" in row and not (fact.utm_source or fact.utm_medium):
        fact.channel = row["channel"] or UNASSIGNED
