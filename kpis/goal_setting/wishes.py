"""A goal as a person says it, before it is checked and kept. Plain data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from campaigns.models import Campaign
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.goal_standing.progress import filters_for
from kpis.goal_standing.values import Filters
from kpis.models import Goal


@dataclass(frozen=True)
class GoalWish:
    """Numbers in the KPI's own unit; `target_as`: absolute, relative (0.10 is +10 %) or points.

    `baseline` is typed, or read over `baseline_period`, or else over the usual days. `season`
    overwrites last year's values of a seasonal path, grain by grain (None: as it was); `by_hand` are
    the milestones of a manual one. `dimensions` narrow the scope beside channel and campaign.
    `cost_basis` "" is the client's own.
    """

    kpi: str
    period: Period
    kind: str
    accumulation: str
    target: Decimal | None = None
    target_as: str = "absolute"
    low: Decimal | None = None
    high: Decimal | None = None
    baseline: Decimal | None = None
    channel: str = ""
    campaign: Campaign | None = None
    note: str = ""
    shape: str = "linear"
    grain: str = "month"
    tolerance: Decimal | None = None
    required_share: Decimal = Decimal(1)
    baseline_period: Period | None = None
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    season: tuple[Decimal | None, ...] = ()
    by_hand: tuple[Decimal | None, ...] = ()
    guard_kpi: str = ""
    guard_operator: str = ""
    guard_limit: Decimal | None = None
    parent: Goal | None = None
    owner: Membership | None = None
    cadence: str = ""
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    currency: str = ""
    cost_basis: str = ""

    @property
    def about(self) -> dict[str, Any]:
        """What it counts and where it should go, as the columns of a goal have it."""
        return {
            "kpi": self.kpi,
            "channel": self.channel,
            "campaign": self.campaign,
            "filters": {name: list(values) for name, values in self.dimensions.items()},
            "cost_basis": self.cost_basis,
            "kind": self.kind,
        }

    @property
    def filters(self) -> Filters:
        return filters_for(
            self.channel, self.campaign.pk if self.campaign else None, self.dimensions
        )


@dataclass(frozen=True)
class Baseline:
    """Where a KPI stands before a goal begins: its value over the days it was read.

    `number` is the value per grain where a goal counts by grains. `is_closed`: no day of it can
    change any more.
    """

    period: Period
    value: Value
    number: Decimal | None

    @property
    def is_closed(self) -> bool:
        return self.value.state == "final"


def kind_and_way(kpi: Kpi, kind: str, way: str) -> tuple[str, str]:
    """Kind and way of counting; what is not said is the usual of the KPI."""
    usual_kind, usual_way = kpi.goal or ("increase", "cumulative")
    kind = kind or usual_kind
    ways: Iterable[str] = (each for one, each in kpi.goal_modes if one == kind)
    return kind, way or next(iter(ways), usual_way)


def wish_of(goal: Goal) -> GoalWish:
    """What a goal says now, as if it were said again. Its baseline stays the number it was."""
    return GoalWish(
        kpi=goal.kpi,
        period=Period(goal.starts_on, max(goal.starts_on, goal.ends_on)),
        kind=goal.kind,
        accumulation=goal.accumulation,
        target=goal.target,
        low=goal.low,
        high=goal.high,
        baseline=goal.baseline,
        channel=goal.channel,
        campaign=goal.campaign,
        note=goal.note,
        shape=goal.shape,
        grain=goal.grain,
        tolerance=goal.tolerance,
        required_share=goal.required_share,
        dimensions={name: tuple(values) for name, values in goal.filters.items()},
        season=tuple(None if each is None else Decimal(each) for each in goal.season),
        guard_kpi=goal.guard_kpi,
        guard_operator=goal.guard_operator,
        guard_limit=goal.guard_limit,
        parent=goal.parent,
        owner=goal.owner,
        cadence=goal.cadence,
        thresholds=goal.thresholds,
        currency=goal.currency,
        cost_basis=goal.cost_basis,
    )
