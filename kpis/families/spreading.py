"""Parts of money over periods, spread over their days exactly: costs in layers, and budgets. Pure."""

from collections.abc import Mapping

from kpis.families.parts import OF_CLIENT, TOUCH, Part, listed, named_dimensions

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
    "sales": "sales_cost",
}


def _spread_sql(table: str, own: Mapping[str, str], columns: tuple[str, ...], shares: str) -> str:
    """In whole minor units, the rest one by one to the first days (all remainders are equal), so
    that the days add up to the amount exactly. An amount finer than its minor unit is spread in the
    storage's own unit, the millionth. `columns`: what of a row the shares are made of."""
    kept = listed(("currency", *columns))
    return f"""
SELECT day, {named_dimensions(own)}, {shares}
  FROM (
    SELECT starts_on + step AS day, {kept},
           (div(units, days) + CASE WHEN step < mod(units, days) THEN 1 ELSE 0 END) / scale AS share
      FROM (
        SELECT *, amount * scale AS units
          FROM (
            SELECT starts_on, amount, {kept}, ends_on - starts_on + 1 AS days,
                   CASE WHEN amount = round(amount, exponent)
                        THEN 10::numeric ^ exponent ELSE 1000000 END AS scale
              FROM (SELECT *, {_EXPONENT} AS exponent FROM {table}
                     WHERE {OF_CLIENT} AND starts_on <= %(last)s AND ends_on >= %(first)s) AS given
          ) AS scaled
      ) AS counted
     CROSS JOIN LATERAL generate_series(0, days - 1) AS step
  ) AS spread
 WHERE TRUE {{days}}
 GROUP BY {listed(("day", *own.values()))}
"""


_PLANNED = {**TOUCH, "currency": "currency"}
#: Only what selling costs is somebody's: the salesperson of another layer is not asked for.
_SPENT = {
    **_PLANNED,
    "salesperson_id": "CASE WHEN layer = 'sales' THEN salesperson_id END",
}
_SHARES = listed(
    f"sum(share) FILTER (WHERE layer = '{layer}')::numeric(18,6) AS {key}"
    for layer, key in LAYERS.items()
)
COSTS = Part(
    "costs",
    "costs",
    tuple(LAYERS.values()),
    sql=_spread_sql(
        "campaigns_cost", _SPENT, ("channel", "campaign_id", "layer", "salesperson_id"), _SHARES
    ),
    facts=("campaigns_cost",),
)
BUDGET = Part(
    "budget",
    "budget",
    ("ad_budget",),
    sql=_spread_sql(
        "campaigns_budget", _PLANNED, ("channel", "campaign_id"),
        "sum(share)::numeric(18,6) AS ad_budget",
    ),
    facts=("campaigns_budget",),
)  # fmt: skip
