"""What each kind of fact table gets from a staged row: the columns as data, for one upsert statement.

In `value`, s is the staged row, c, p and w its campaign, page and salesperson. In `update`, t is the
row that is there and n the new one; a target whose sources are not mapped is only ever inserted.
"""

from collections.abc import Set
from dataclasses import dataclass

from campaigns.imports.kinds import DAILY_MEASURES
from campaigns.imports.writing.parents import CAMPAIGN_KEY, SALESPERSON_KEY
from campaigns.imports.writing.staging import STAGED


@dataclass(frozen=True)
class Target:
    """A column of a fact table. of: the mapping's targets that speak for it.

    adds: the aggregate that makes one value of rows with the same key.
    """

    column: str
    value: str
    of: tuple[str, ...] = ()
    update: str | None = None
    adds: str = "max"

    def is_updated(self, mapped: Set[str]) -> bool:
        return bool(set(self.of) & mapped)

    @property
    def new(self) -> str:
        return self.update or f"n.{self.column}"


@dataclass(frozen=True)
class Table:
    """A fact table: how its staged rows are joined, its columns, and its key beside the client's.

    rows: what the rows s are, if not the staged ones themselves; has_zone: it has a column tz.
    """

    name: str
    targets: tuple[Target, ...]
    joins: str = ""
    key: tuple[str, ...] = ("source", "external_id")
    external_id: str = "s.external_id"
    tz: str = "%(tz)s"
    rows: str = STAGED
    has_zone: bool = True

    def updated(self, mapped: Set[str]) -> list[Target]:
        return [target for target in self.targets if target.is_updated(mapped)]


TOUCH = ("utm_source", "utm_medium", "channel")
CAMPAIGN = Target("campaign_id", "c.id", ("campaign", "campaign_id"))
CAMPAIGN_JOIN = f" LEFT JOIN rumbo_campaigns c ON c.key = {CAMPAIGN_KEY}"
PAGE_JOIN = " LEFT JOIN rumbo_pages p ON p.key = s.landing_page"
SELLER_JOIN = f" LEFT JOIN rumbo_people w ON w.key = {SALESPERSON_KEY}"
SELLER = ("salesperson", "salesperson_name")


def text(column: str, default: str = "''", of: str | None = None) -> Target:
    return Target(column, f"COALESCE(s.{of or column}, {default})", (of or column,))


def measure(key: str) -> Target:
    return Target(key, f"s.{key}", (key,), adds="sum")


_DERIVED_MEASURES = {
    "platform_conversions": Target(
        "platform_conversions",
        "COALESCE(s.platform_conversions, CASE WHEN s.result_indicator ~* '(lead|purchase)' THEN s.results END)",
        ("platform_conversions", "results"), adds="sum",
    ),
    "platform_leads": Target(
        "platform_leads",
        "COALESCE(s.platform_leads, CASE WHEN s.result_indicator ILIKE '%%lead%%' THEN s.results::bigint END)",
        ("platform_leads", "results"), adds="sum",
    ),
    "platform_sales": Target(
        "platform_sales",
        "COALESCE(s.platform_sales, CASE WHEN s.result_indicator ILIKE '%%purchase%%' THEN s.results::bigint END)",
        ("platform_sales", "results"), adds="sum",
    ),
}  # fmt: skip

DAILY = Table(
    "campaigns_dailyfact",
    (
        Target("day", "s.day"),
        Target("channel", "s.channel", TOUCH),
        Target("campaign_id", "c.id"),
        text("utm_source"),
        text("utm_medium"),
        text("device"),
        text("country"),
        text("item"),
        text("platform"),
        Target("landing_page_id", "p.id"),
        Target(
            "currency",
            "CASE WHEN s.ad_spend IS NULL AND s.platform_conversion_value IS NULL THEN ''"
            " ELSE COALESCE(s.currency, %(currency)s) END",
            ("ad_spend", "platform_conversion_value"),
        ),
        Target("covers_from", "s.covers_from", ("day", "ends")),
        Target("covers_to", "s.covers_to", ("day", "ends")),
        Target("period_rule", "COALESCE(s.period_rule, '')", ("day", "ends")),
        *(
            _DERIVED_MEASURES.get(column.key, measure(column.key))
            for columns in DAILY_MEASURES.values()
            for column in columns
            if column.key not in ("results", "result_indicator")
        ),
    ),
    CAMPAIGN_JOIN + PAGE_JOIN,
    ("family", "source", "external_id"),
)

COSTS = Table(
    "campaigns_cost",
    (
        Target("layer", "COALESCE(s.layer, 'media')", ("layer",)),
        Target(
            "is_shared",
            "COALESCE(s.is_shared = 't', COALESCE(s.layer, 'media') NOT IN ('people', 'tools'))",
            ("is_shared", "layer"),
        ),
        Target("starts_on", "COALESCE(s.starts, s.day)", ("month", "starts", "day")),
        Target("ends_on", "COALESCE(s.ends, s.starts, s.day)", ("month", "starts", "ends", "day")),
        Target("amount", "s.amount", ("amount",)),
        Target("currency", "COALESCE(s.currency, %(currency)s)", ("amount", "currency")),
        Target("channel", "CASE WHEN %(has_touch)s THEN s.channel ELSE '' END", TOUCH),
        CAMPAIGN,
        Target("salesperson_id", "w.id", SELLER),
        text("description"),
    ),
    CAMPAIGN_JOIN + SELLER_JOIN,
)
