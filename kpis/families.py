"""Which rows of which facts make the snapshot's rows, part by part, as SQL. Pure: it runs nothing.

A part is refilled as a whole for a set of days. Its name is what the dirty-day log calls it; the
stock of open opportunities is a part of its own, because one opportunity touches every day it is
open, and belongs to the family of leads in all else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from campaigns.measures import LEAD_TO_MQL_DAYS, MEASURES

#: The dimensions of the fine grain with what a fact that lacks one has there.
DIMENSIONS: Mapping[str, str] = {
    "channel": "''",
    "campaign_id": "NULL::bigint",
    "currency": "''",
    "device": "''",
    "landing_page_id": "NULL::bigint",
    "salesperson_id": "NULL::bigint",
    "country": "''",
    "is_returning": "NULL::boolean",
}
#: Counts that come in fractions: platforms credit parts of a conversion.
FRACTIONAL = ("platform_conversions",)
COARSE_DIMENSIONS = ("channel", "campaign_id", "currency")
TOUCH = {"channel": "channel", "campaign_id": "campaign_id"}

_OF_CLIENT = "agency_id = %(agency)s AND client_id = %(client)s"


@dataclass(frozen=True)
class Arm:
    """The rows of one table that fall on a day by one of their dates, and what they add to it."""

    table: str
    day: str
    measures: Mapping[str, str]  # snapshot column → aggregate
    dimensions: Mapping[str, str] = field(default_factory=lambda: TOUCH)
    where: str = "TRUE"

    def select(self, columns: tuple[str, ...], is_whole: bool) -> str:
        """One row per day and combination of dimensions, with all of the part's columns."""
        named = {**DIMENSIONS, **self.dimensions}
        days = "" if is_whole else f" AND {self.day} = ANY(%(days)s)"
        values = [
            f"{self.measures.get(key, 'NULL')}::{column_type(key)} AS {key}" for key in columns
        ]
        return (
            f"SELECT {self.day} AS day, {listed(f'{value} AS {key}' for key, value in named.items())},"
            f" {listed(values)} FROM {self.table} WHERE {_OF_CLIENT} AND {self.where}{days}"
            f" GROUP BY {listed(str(number + 1) for number in range(len(named) + 1))}"
        )


@dataclass(frozen=True)
class Part:
    """What is deleted and refilled together. `family` is the snapshot's; `rows` tells its rows apart."""

    name: str
    family: str
    columns: tuple[str, ...]
    arms: tuple[Arm, ...] = ()
    sql: str = ""  # instead of arms; with {days} where the condition on `day` belongs
    rows: str = "TRUE"
    is_stock: bool = False

    def select(self, is_whole: bool) -> str:
        """day, the dimensions and the columns, one row per combination that exists in the facts."""
        if self.sql:
            return self.sql.format(days="" if is_whole else "AND day = ANY(%(days)s)")
        if len(self.arms) == 1:
            return self.arms[0].select(self.columns, is_whole)
        arms = " UNION ALL ".join(arm.select(self.columns, is_whole) for arm in self.arms)
        return (
            f"SELECT day, {listed(DIMENSIONS)}, {listed(summed(key) for key in self.columns)}"
            f" FROM ({arms}) AS arm GROUP BY day, {listed(DIMENSIONS)}"
        )


def listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def column_type(key: str) -> str:
    return "numeric(18,6)" if is_decimal(key) else "bigint"


def is_decimal(key: str) -> bool:
    """Whether the column has six decimals and not none."""
    return MEASURES[key].unit == "money" or key in FRACTIONAL


def in_force(parameter: str, day: str) -> str:
    """A client's parameter on a day, from the parallel arrays of `kpis.parameters.sql_versions`."""
    return f"(%({parameter})s::int[])[width_bucket({day}, %(versions)s::date[])]"


def summed(key: str) -> str:
    return f"sum({key})::{column_type(key)} AS {key}"


# --- web and ads: daily facts ---

_DAILY = {
    **TOUCH,
    "currency": "currency",
    "device": "device",
    "landing_page_id": "landing_page_id",
    "country": "country",
}


def _daily(family: str) -> Part:
    keys = tuple(key for key, each in MEASURES.items() if each.family == family and each.is_stored)
    sums = {key: f"sum({key})" for key in keys}
    arm = Arm("campaigns_dailyfact", "day", sums, _DAILY, f"family = '{family}'")
    return Part(family, family, keys, (arm,))


# --- leads, by each of their dates ---

_LEAD = {
    **TOUCH,
    "device": "device",
    "landing_page_id": "landing_page_id",
    "country": "country",
}
_OPPORTUNITY = {**TOUCH, "country": "country"}
_VALID = "status = 'valid'"
_HAS_OPP = "(opp_at IS NOT NULL OR opp_date IS NOT NULL)"


def _lead_arm(
    stage: str,
    measures: Mapping[str, str],
    dimensions: Mapping[str, str],
    salesperson: str,
    only: str = "",
) -> Arm:
    # The condition is the partial index's own, word for word, or the planner will not use it.
    reached = f"({stage}_at IS NOT NULL OR {stage}_date IS NOT NULL)"
    where = " AND ".join(filter(None, (_VALID, "" if stage == "created" else reached, only)))
    seller = {"salesperson_id": f"{salesperson}_salesperson_id"}
    return Arm("campaigns_lead", f"{stage}_on", measures, {**dimensions, **seller}, where)


_CREATED = {
    "leads": "count(*)",
    "lead_cohort": "count(*)",
    "lead_cohort_to_mql": (
        f"count(*) FILTER (WHERE mql_on - created_on BETWEEN 0 AND {LEAD_TO_MQL_DAYS})"
    ),
    "prospect_cohort": "count(*) FILTER (WHERE NOT was_customer)",
    "prospect_cohort_won": (
        "count(*) FILTER (WHERE NOT was_customer"
        f" AND first_sale_on - created_on BETWEEN 0 AND {in_force('windows', 'created_on')})"
    ),
}
_WON = "FILTER (WHERE outcome = 'won')"
_CLOSED = {
    "opps_won": f"count(*) {_WON}",
    "opps_lost": "count(*) FILTER (WHERE outcome = 'lost')",
    "won_amount": f"sum(amount) {_WON}",
    "won_cycle_days": f"sum(closed_on - opp_on) {_WON}",
}
_AMOUNT_CURRENCY = "CASE WHEN amount IS NULL THEN '' ELSE currency END"

LEADS = Part(
    "leads",
    "leads",
    (
        *_CREATED,
        "mqls",
        "sqls",
        "opps_created",
        *_CLOSED,
    ),
    (
        _lead_arm("created", _CREATED, _LEAD, "first"),
        _lead_arm("mql", {"mqls": "count(*)"}, _LEAD, "mql"),
        _lead_arm("sql", {"sqls": "count(*)"}, _LEAD, "sql"),
        _lead_arm("opp", {"opps_created": "count(*)"}, _OPPORTUNITY, "opp"),
        _lead_arm(
            "closed",
            _CLOSED,
            {**_OPPORTUNITY, "currency": _AMOUNT_CURRENCY},
            "closed",
            f"{_HAS_OPP} AND outcome <> ''",
        ),
    ),
    rows="open_opps IS NULL",
)

# --- the stock: open at the end of a day, from the opportunity to the day before it was closed ---

_STOCK_DIMENSIONS = {
    **DIMENSIONS,
    **_OPPORTUNITY,
    "currency": _AMOUNT_CURRENCY,
    "salesperson_id": "opp_salesperson_id",
}
_COMBINATION = listed(f"{value} AS {key}" for key, value in _STOCK_DIMENSIONS.items())
_OPENED = f"{_OF_CLIENT} AND {_VALID} AND {_HAS_OPP} AND opp_on <= %(last)s"
_HAS_CLOSED = "(closed_at IS NOT NULL OR closed_date IS NOT NULL)"
_IS_OPEN = "closed_at IS NULL AND closed_date IS NULL"
# What opens and closes is added up per day and combination, then carried from one change to the
# next: the work is as large as the changes and the rows written, not as opportunities × days.
# Decided and undecided ones are read apart, because each has an index for its range of days.
_STOCK_SQL = f"""
WITH opened AS MATERIALIZED (
    SELECT opp_on, closed_on, amount, {_COMBINATION}
      FROM campaigns_lead WHERE {_OPENED} AND {_IS_OPEN}
    UNION ALL
    SELECT opp_on, closed_on, amount, {_COMBINATION}
      FROM campaigns_lead WHERE {_OPENED} AND {_HAS_CLOSED}
       AND closed_on > %(first)s AND closed_on > opp_on
), moved AS (
    SELECT GREATEST(opp_on, %(first)s) AS day, {listed(DIMENSIONS)},
           count(*) AS opps, count(amount) AS priced, sum(amount) AS amount
      FROM opened GROUP BY 1, {listed(DIMENSIONS)}
    UNION ALL
    SELECT closed_on, {listed(DIMENSIONS)}, -count(*), -count(amount), -sum(amount)
      FROM opened WHERE closed_on <= %(last)s GROUP BY closed_on, {listed(DIMENSIONS)}
), netted AS (
    SELECT day, {listed(DIMENSIONS)}, sum(opps) AS opps, sum(priced) AS priced,
           COALESCE(sum(amount), 0) AS amount
      FROM moved GROUP BY day, {listed(DIMENSIONS)}
), running AS (
    SELECT {listed(DIMENSIONS)}, day AS since,
           lead(day, 1, %(last)s + 1) OVER in_time AS upto,
           sum(opps) OVER in_time AS opps, sum(priced) OVER in_time AS priced,
           sum(amount) OVER in_time AS amount
      FROM netted WINDOW in_time AS (PARTITION BY {listed(DIMENSIONS)} ORDER BY day)
)
SELECT day, {listed(DIMENSIONS)}, opps::bigint AS open_opps,
       CASE WHEN priced > 0 THEN amount END::numeric(18,6) AS open_pipeline_amount
  FROM running
 CROSS JOIN LATERAL (SELECT since + step AS day FROM generate_series(0, upto - since - 1) AS step)
 WHERE opps > 0 {{days}}
"""
STOCK = Part(
    "stock",
    "leads",
    ("open_opps", "open_pipeline_amount"),
    sql=_STOCK_SQL,
    rows="open_opps IS NOT NULL",
    is_stock=True,
)

# --- sales and refunds ---

_SALE = {
    **TOUCH,
    "currency": "currency",
    "device": "device",
    "salesperson_id": "salesperson_id",
    "country": "country",
    "is_returning": "NOT is_first",
}
SALES = Part(
    "sales",
    "sales",
    ("orders", "order_value", "new_customers", "refunds"),
    (
        Arm(
            "campaigns_sale",
            "sold_on",
            {
                "orders": "count(*)",
                "order_value": "sum(amount)",
                "new_customers": "count(*) FILTER (WHERE is_first)",
            },
            _SALE,
        ),
        Arm("campaigns_refund", "refunded_on", {"refunds": "sum(amount)"}, _SALE),
    ),
)

# --- costs, spread over their days ---

#: ISO 4217: currencies whose minor unit is not a hundredth.
EXPONENTS: Mapping[int, tuple[str, ...]] = {
    0: (
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
        "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    ),
    3: ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"),
    4: ("CLF", "UYW"),
}  # fmt: skip
_EXPONENT = (
    "CASE "
    + " ".join(
        f"WHEN currency IN ({listed(repr(code) for code in codes)}) THEN {exponent}"
        for exponent, codes in EXPONENTS.items()
    )
    + " ELSE 2 END"
)
LAYERS: Mapping[str, str] = {
    "media": "ad_spend",
    "fee": "agency_fees",
    "tools": "tool_cost",
    "people": "people_cost",
    "other": "other_marketing_cost",
}
_COST_COLUMNS = listed(
    f"{ {**TOUCH, 'currency': 'currency'}.get(key, empty) } AS {key}"
    for key, empty in DIMENSIONS.items()
)
_COST_SHARES = listed(
    f"sum(share) FILTER (WHERE layer = '{layer}')::numeric(18,6) AS {key}"
    for layer, key in LAYERS.items()
)
# In whole minor units, the rest one by one to the first days (all remainders are equal), so that
# the days add up to the amount exactly. An amount finer than its minor unit is spread in the
# storage's own unit, the millionth.
_COST_SQL = f"""
SELECT day, {_COST_COLUMNS}, {_COST_SHARES}
  FROM (
    SELECT starts_on + step AS day, channel, campaign_id, currency, layer,
           (div(units, days) + CASE WHEN step < mod(units, days) THEN 1 ELSE 0 END) / scale AS share
      FROM (
        SELECT *, amount * scale AS units
          FROM (
            SELECT starts_on, channel, campaign_id, currency, layer, amount,
                   ends_on - starts_on + 1 AS days,
                   CASE WHEN amount = round(amount, exponent)
                        THEN 10::numeric ^ exponent ELSE 1000000 END AS scale
              FROM (SELECT *, {_EXPONENT} AS exponent FROM campaigns_cost
                     WHERE {_OF_CLIENT} AND starts_on <= %(last)s AND ends_on >= %(first)s) AS cost
          ) AS scaled
      ) AS counted
     CROSS JOIN LATERAL generate_series(0, days - 1) AS step
  ) AS spread
 WHERE TRUE {{days}}
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
COSTS = Part("costs", "costs", tuple(LAYERS.values()), sql=_COST_SQL)

PARTS: Mapping[str, Part] = {
    part.name: part for part in (_daily("web"), _daily("ads"), LEADS, STOCK, SALES, COSTS)
}
