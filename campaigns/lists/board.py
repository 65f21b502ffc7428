"""Leads as a board: a column per stage with its newest leads, how many there are and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from accounts.models import Client
from campaigns.lead_steps import today_of
from campaigns.lists.columns import Text
from campaigns.lists.kinds.shared import rows_of
from campaigns.models import Lead
from campaigns.models.leads import LeadStatus, Stage
from campaigns.queries import STAGE_IS

CARDS = 12
#: A board is about today's work: what was closed longer ago is in the list.
CLOSED_DAYS = 30
CLOSED = (Stage.CUSTOMER, Stage.LOST)
_STEPS = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)


@dataclass(frozen=True)
class Card:
    """ahead: the stages it can go to, with their names."""

    lead: Lead
    ahead: list[tuple[str, Text]]

    @property
    def places(self) -> str:
        """For the one who drags it."""
        return " ".join(stage for stage, _name in self.ahead)


@dataclass(frozen=True)
class BoardColumn:
    stage: str
    name: Text
    count: int
    sums: list[tuple[Decimal, str]]
    cards: list[Card]
    is_closed: bool

    @property
    def has_more(self) -> bool:
        return self.count > len(self.cards)


def board_of(client: Client, narrowed: Mapping[str, Any], whole: str = "") -> list[BoardColumn]:
    """narrowed: further conditions. whole: the stage of which up to 200 are shown instead of 12."""
    since = today_of(client) - timedelta(days=CLOSED_DAYS)
    columns = []
    for stage, name in Stage.choices:
        rows = rows_of(Lead, client).filter(STAGE_IS[stage], status=LeadStatus.VALID, **narrowed)
        if stage in CLOSED:
            rows = rows.filter(closed_on__gte=since)
        count, sums = _totals(rows)
        day = "closed_on" if stage in CLOSED else "created_on"
        newest = rows.select_related("salesperson").order_by(F(day).desc(), "-pk")
        shown = newest[: 200 if stage == whole else CARDS] if count else ()
        cards = [Card(lead, _ahead(lead)) for lead in shown]
        columns.append(BoardColumn(stage, name, count, sums, cards, stage in CLOSED))
    return columns


def _totals(rows: QuerySet[Lead]) -> tuple[int, list[tuple[Decimal, str]]]:
    found = (
        rows.values("currency").annotate(n=Count("pk"), total=Sum("amount")).order_by("currency")
    )
    groups = list(found)
    sums = [(each["total"], each["currency"]) for each in groups if each["total"]]
    return sum(each["n"] for each in groups), sums


def _ahead(lead: Lead) -> list[tuple[str, Text]]:
    if lead.outcome:
        return []
    steps = [stage for stage in _STEPS if getattr(lead, f"{stage}_on") is None]
    return [(stage, Stage(stage).label) for stage in (*steps, *CLOSED)]
