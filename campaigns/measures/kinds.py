"""What a measure is: its class, unit, family, settle time, and the dimensions it may have. Pure."""

from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise

Unit = Literal["count", "money", "seconds", "minutes", "days"]
Aggregation = Literal["sum", "last", "distinct", "rows"]
Family = Literal[
    "web", "ads", "leads", "sales", "costs", "budget", "mail", "social", "activity", "manual"
]
#: Who answers a measure's totals: the snapshot; a recount of facts; only the very ranges that a
#: platform or the client reported; the days that an agency or a client enters for its own measure.
Origin = Literal["snapshot", "recount", "reported", "own"]

FAMILIES: tuple[Family, ...] = (
    "web", "ads", "leads", "sales", "costs", "budget", "mail", "social", "activity", "manual",
)  # fmt: skip
CLIENT_WINDOW: Literal["window"] = "window"
CLIENT_REPEAT: Literal["repeat"] = "repeat"
DEFAULT_WINDOW_DAYS = 90
LEAD_TO_MQL_DAYS = 30
MQL_TO_SQL_DAYS = 30
DEFAULT_REPEAT_DAYS = 90

TOUCH = ("campaign", "channel")
TAGGED = (*TOUCH, "source", "medium")
WEB_WITHOUT_VISIT_KIND = (*TAGGED, "device", "landing_page", "country")
WEB = (*WEB_WITHOUT_VISIT_KIND, "is_returning")
FIRST_VISITS = (*TAGGED, "device", "country")
ADS = (*TAGGED, "device", "country", "platform")
LEADS = (*TAGGED, "device", "landing_page", "salesperson", "country")
RESPONSES = (*TAGGED, "salesperson")
OPPORTUNITIES = (*TAGGED, "salesperson", "country")
SALES = (*TAGGED, "device", "salesperson", "country", "is_returning")
GOODS = (*SALES, "product")
FIRST_SALES = (*TAGGED, "salesperson", "country")
FIRST_SALE_COHORT = (*TAGGED, "country")
STANDING = ("salesperson", "country")
OFFERS = ("salesperson", "product")
SELLERS = ("salesperson",)
MAIL = ("campaign", "platform")
NETWORKS = ("network",)
NONE: tuple[str, ...] = ()

DIMENSIONS = (
    "campaign",
    "channel",
    "source",
    "medium",
    "device",
    "landing_page",
    "salesperson",
    "country",
    "is_returning",
    "product",
    "platform",
    "network",
)


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One thing that is counted or added, per client-local day.

    `aggregation`: sum (over days and dimensions), last (stock: last day over time, sum over
    dimensions), distinct and rows (recounted from facts, never summed).
    `settle_days`: days after its own day until a figure is taken as final; CLIENT_WINDOW means
    the client's lead-to-sale window W, CLIENT_REPEAT its window for buying again.
    `lag_days`: days during which the figure is too young for goals, forecasts and alerts.
    `either_family`: a second family that can supply the measure as well (media costs typed in by
    hand are ad spend). `outcome_family`: for cohort measures, the family in which the outcome is
    looked for until the window is over. `origin`: who answers its totals; what is not said follows
    from the class.

    Two measures are the same if their keys are (a lazy name would hash by the reader's language).
    """

    key: str
    name: str | Promise = field(repr=False)
    unit: Unit
    aggregation: Aggregation
    family: Family
    settle_days: int | Literal["window", "repeat"]
    dimensions: tuple[str, ...]
    dated_by: str
    either_family: Family | None = None
    outcome_family: Family | None = None
    lag_days: int = 0
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if self.origin is None:
            is_additive = self.aggregation in ("sum", "last")
            object.__setattr__(self, "origin", "snapshot" if is_additive else "recount")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Measure) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def is_stored(self) -> bool:
        """True if the snapshot has a column of this name."""
        return self.origin == "snapshot"

    @property
    def families(self) -> tuple[Family, ...]:
        return (self.family,) if self.either_family is None else (self.family, self.either_family)

    def settles_in(
        self, window_days: int = DEFAULT_WINDOW_DAYS, repeat_days: int = DEFAULT_REPEAT_DAYS
    ) -> int:
        """Days after its own day until the figure is final, for a client with these windows."""
        own = {CLIENT_WINDOW: window_days, CLIENT_REPEAT: repeat_days}
        return own[self.settle_days] if isinstance(self.settle_days, str) else self.settle_days
