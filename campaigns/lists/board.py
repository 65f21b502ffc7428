"""Leads as a board: a column per stage with its newest leads, how many there are and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When

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
_IS_DATED = Q(closed_at__isnull=False) | Q(closed_date__isnull=False)
Sums = list[tuple[Decimal, str]]
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
    of_today = Q(outcome="") | Q(closed_on__gte=since)
    rows = rows_of(Lead, client).filter(of_today, status=LeadStatus.VALID, **narrowed)
    totals = _totals(rows)
    columns = []
    for stage, name in Stage.choices:
        count, sums = totals.get(stage, (0, []))
        day = "closed_on" if stage in CLOSED else "created_on"
        mine = rows.filter(STAGE_IS[stage]).select_related("salesperson")
        if stage in CLOSED:  # in the words of the index of closing days
            mine = mine.filter(_IS_DATED, closed_on__gte=since)
        newest = mine.order_by(F(day).desc(), "-pk")
        shown = newest[: 200 if stage == whole else CARDS] if count else ()
        cards = [Card(lead, _ahead(lead)) for lead in shown]
        columns.append(BoardColumn(stage, name, count, sums, cards, stage in CLOSED))
    return columns


def _totals(rows: QuerySet[Lead]) -> dict[str, tuple[int, Sums]]:
    """By stage, how many and what they add up to in each currency: one pass over the leads."""
    stages = Case(*(When(STAGE_IS[stage], then=Value(stage)) for stage in Stage.values))
    groups = (
        rows.values(reached=stages, code=F("currency"))
        .annotate(n=Count("pk"), total=Sum("amount"))
        .order_by("code")
    )
    found: dict[str, tuple[int, Sums]] = {}
    for each in groups:
        count, sums = found.get(each["reached"], (0, []))
        more = [(each["total"], each["code"])] if each["total"] else []
        found[each["reached"]] = (count + each["n"], sums + more)
    return found


def _ahead(lead: Lead) -> list[tuple[str, Text]]:
    if lead.outcome:
        return []
    steps = [stage for stage in _STEPS if getattr(lead, f"{stage}_on") is None]
    return [(stage, Stage(stage).label) for stage in (*steps, *CLOSED)]
