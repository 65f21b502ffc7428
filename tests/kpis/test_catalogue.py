"""The catalogue: every worked example is a test; what the KPIs promise about themselves."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.calculate import example_totals
from kpis.catalogue import DECLARED, KPIS, Kpi, Parameters, kpi
from kpis.formats import NBSP, format_value
from kpis.formula import Undefined, evaluate, quotients

SPLIT_BY = {
    "web": "campaign channel source medium device landing_page country is_returning",
    "platform": "campaign channel source medium device country platform",
    "ads": "campaign channel source medium device country",
    "leads": "campaign channel source medium device landing_page salesperson country",
    "goods": "campaign channel source medium device salesperson country is_returning product",
    "sales": "campaign channel source medium device salesperson country is_returning",
    "deals": "campaign channel source medium salesperson country",
}
# key: (aggregation, unit, better, dimensions)
EXPECTED = {
    "sessions": ("sum", "count", "higher", SPLIT_BY["web"]),
    "bounce_rate": ("ratio", "percent", "lower", SPLIT_BY["web"]),
    "avg_session_duration": ("ratio", "seconds", "higher", SPLIT_BY["web"]),
    "mobile_traffic_share": (
        "ratio", "percent", "neutral",
        "campaign channel source medium landing_page country is_returning",
    ),
    "traffic_to_lead_rate": ("ratio", "percent", "higher", SPLIT_BY["web"]),
    "landing_conversion_rate": ("ratio", "percent", "higher", SPLIT_BY["web"]),
    "impressions": ("sum", "count", "neutral", SPLIT_BY["platform"]),
    "clicks": ("sum", "count", "higher", SPLIT_BY["platform"]),
    "ad_spend": ("sum", "money", "neutral", SPLIT_BY["platform"]),
    "ctr": ("ratio", "percent", "higher", SPLIT_BY["platform"]),
    "cpc": ("ratio", "money", "lower", SPLIT_BY["platform"]),
    "cpm": ("ratio", "money", "lower", SPLIT_BY["platform"]),
    "platform_conversions": ("sum", "count", "higher", SPLIT_BY["platform"]),
    "cost_per_conversion": ("ratio", "money", "lower", SPLIT_BY["platform"]),
    "platform_leads": ("sum", "count", "higher", SPLIT_BY["platform"]),
    "platform_sales": ("sum", "count", "higher", SPLIT_BY["platform"]),
    "cost_per_platform_lead": ("ratio", "money", "lower", SPLIT_BY["platform"]),
    "cost_per_platform_sale": ("ratio", "money", "lower", SPLIT_BY["platform"]),
    "roas": ("ratio", "ratio", "higher", SPLIT_BY["ads"]),
    "leads": ("sum", "count", "higher", SPLIT_BY["leads"]),
    "mqls": ("sum", "count", "higher", SPLIT_BY["leads"]),
    "sqls": ("sum", "count", "higher", SPLIT_BY["leads"]),
    "lead_to_mql_rate": ("ratio", "percent", "higher", SPLIT_BY["leads"]),
    "lead_to_customer_rate": ("ratio", "percent", "higher", SPLIT_BY["leads"]),
    "lead_close_ratio_period": ("ratio", "percent", "higher", SPLIT_BY["deals"]),
    "cpl": ("ratio", "money", "lower", SPLIT_BY["ads"]),
    "cost_per_qualified_lead": ("ratio", "money", "lower", SPLIT_BY["ads"]),
    "speed_to_lead": ("rows", "minutes", "lower", "campaign channel source medium salesperson"),
    "revenue": ("sum", "money", "higher", SPLIT_BY["goods"]),
    "sales_count": ("sum", "count", "higher", SPLIT_BY["sales"]),
    "sales_growth": ("derived", "percent", "higher", SPLIT_BY["goods"]),
    "aov": ("ratio", "money", "higher", SPLIT_BY["sales"]),
    "revenue_per_customer": ("distinct", "money", "higher", SPLIT_BY["sales"]),
    "win_rate": ("ratio", "percent", "higher", SPLIT_BY["deals"]),
    "open_pipeline_value": ("last", "money", "higher", SPLIT_BY["deals"]),
    "new_customers": ("sum", "count", "higher", SPLIT_BY["deals"]),
    "cpa": ("ratio", "money", "lower", SPLIT_BY["ads"]),
    "cac": ("ratio", "money", "lower", "campaign channel"),
    "cac_to_ticket": ("derived", "ratio", "lower", "campaign channel"),
    "roi": ("ratio", "percent", "higher", "campaign channel"),
    "mer": ("ratio", "ratio", "higher", ""),
}  # fmt: skip

each_kpi = pytest.mark.parametrize("each", DECLARED, ids=lambda each: each.key)


def test_the_whole_catalogue() -> None:
    found = {
        each.key: (each.aggregation, each.unit, each.better, " ".join(each.dimensions()))
        for each in DECLARED
    }
    assert found == EXPECTED
    assert list(KPIS) == list(EXPECTED)


def test_kpi_by_key() -> None:
    assert kpi("cpl").key == "cpl"
    with pytest.raises(KeyError):
        kpi("conversion_rate")


@each_kpi
def test_the_worked_example_is_exact(each: Kpi) -> None:
    expression = each.expression(each.example.parameters)
    assert evaluate(expression, example_totals(each), Fraction) == each.example.answer


@each_kpi
def test_the_worked_example_reads_as_it_says(each: Kpi) -> None:
    value = evaluate(each.expression(each.example.parameters), example_totals(each), Decimal)
    assert isinstance(value, Decimal)
    assert format_value(value, each.unit, "en").replace(NBSP, " ") == each.example.display


@pytest.mark.parametrize(
    "each", [each for each in DECLARED if quotients(each.expression())], ids=lambda each: each.key
)
def test_nothing_to_divide_by_is_undefined_and_nothing_to_divide_is_zero(each: Kpi) -> None:
    expression = each.expression()
    nothing = {atom: Decimal(0) for atom in each.atoms()}
    assert isinstance(evaluate(expression, nothing, Decimal), Undefined)
    for division in quotients(expression):
        zero_below = dict(nothing)
        for atom in each.atoms():
            zero_below[atom] = Decimal(0 if str(atom) in str(division.right) else 5)
        assert isinstance(evaluate(expression, zero_below, Decimal), Undefined)


CASES = """
cost_per_conversion | ad_spend=1250.40 platform_conversions=72.5 | 12504/725
ctr | clicks=1 impressions=16 | 1/16
cpc | ad_spend=1250.40 clicks=0 | -
cpc | ad_spend=0 clicks=1440 | 0
bounce_rate | sessions=1000 engaged_sessions=1000 | 0
lead_close_ratio_period | new_customers=30 leads=24 | 5/4
revenue | order_value=300 refunds=500 | -200
sales_growth | order_value=12000 refunds=0 order_value:comparison=0 refunds:comparison=0 | -
sales_growth | order_value=12000 refunds=0 order_value:comparison=300 refunds:comparison=500 | -
sales_growth | order_value=12000 refunds=0 refunds:comparison=0 | -
sales_growth | order_value=15000 refunds=0 order_value:comparison=16000 refunds:comparison=0 | -1/16
sales_growth | order_value=100 refunds=300 order_value:comparison=100 refunds:comparison=0 | -3
aov | order_value=0 orders=200 | 0
revenue_per_customer | order_value=0 refunds=500 customers=0 | -
win_rate | opps_won=0 opps_lost=42 | 0
win_rate | opps_won=0 opps_lost=0 | -
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_edge_cases(line: str) -> None:
    key, inputs, answer = (part.strip() for part in line.split("|"))
    given = dict(pair.rsplit("=", 1) for pair in inputs.split())
    totals = {atom: given.get(atom.text) for atom in kpi(key).atoms()}
    numbers = {atom: None if text is None else Decimal(text) for atom, text in totals.items()}
    value = evaluate(kpi(key).expression(), numbers, Fraction)
    assert ("-" if isinstance(value, Undefined) else str(value)) == answer


def test_cac_to_ticket_has_no_value_without_a_ticket() -> None:
    totals = example_totals(kpi("cac_to_ticket"))
    for key in ("order_value", "orders", "new_customers"):
        without = {atom: 0 if atom.text == key else total for atom, total in totals.items()}
        assert isinstance(evaluate(kpi("cac_to_ticket").expression(), without, Fraction), Undefined)


def test_roi_at_break_even_and_with_nothing_back() -> None:
    roi, basis = kpi("roi"), kpi("roi").example.parameters
    for profit, expected in (("3200", Fraction(0)), ("0", Fraction(-1))):
        totals = example_totals(roi) | {
            atom: Decimal(profit) for atom in roi.atoms(basis) if atom.measure.key == "gross_profit"
        }
        assert evaluate(roi.expression(basis), totals, Fraction) == expected


def test_cost_basis_changes_cpl_and_where_it_may_be_split() -> None:
    cpl = kpi("cpl")
    texts = {
        basis: str(cpl.expression(Parameters(cost_basis=basis)))
        for basis in ("media", "media_fees", "full")
    }
    assert texts == {
        "media": "ad_spend ÷ leads",
        "media_fees": "(ad_spend + agency_fees) ÷ leads",
        "full": "(ad_spend + agency_fees + tool_cost + people_cost + other_marketing_cost) ÷ leads",
    }
    assert cpl.dimensions(Parameters(cost_basis="full")) == ("campaign", "channel")


def test_profit_basis_of_roi() -> None:
    roi = kpi("roi")
    assert str(roi.qualifier()) == "on revenue"
    assert roi.qualifier(Parameters(profit_basis="cost_of_goods")) == ""
    margin = Parameters(profit_basis="margin", margin=Decimal("0.4"))
    assert str(roi.expression(margin)).startswith(
        "((order_value[channel=credited] − refunds[channel=credited]) × 0.4 − "
    )
    with pytest.raises(ValueError, match="margin"):
        Parameters(profit_basis="margin")


def test_both_sides_of_roas_and_cpa_are_paid_channels_only() -> None:
    for key in ("roas", "cpa"):
        for atom in kpi(key).atoms():
            assert [each.label for each in atom.filters] == ["paid"]
            assert len(atom.filters[0].values) == 7


def test_cohorts_and_lags() -> None:
    assert {each.key: each.matures_in() for each in DECLARED if each.cohort_days} == {
        "lead_to_mql_rate": 30,
        "lead_to_customer_rate": 90,
    }
    assert kpi("lead_to_customer_rate").matures_in(Parameters(window_days=45)) == 45
    assert {each.key for each in DECLARED if each.lag_days} == {
        "platform_conversions",
        "cost_per_conversion",
        "platform_leads",
        "platform_sales",
        "cost_per_platform_lead",
        "cost_per_platform_sale",
    }


def test_goal_modes() -> None:
    assert kpi("leads").goal_modes == (
        ("increase", "cumulative"),
        ("cap", "cumulative"),
        ("increase", "level"),
        ("decrease", "level"),
        ("maintain", "level"),
    )
    assert kpi("ad_spend").goal_modes[0] == ("cap", "cumulative")
    assert kpi("speed_to_lead").goal_modes == (
        ("decrease", "level"),
        ("increase", "level"),
        ("maintain", "level"),
    )
    assert ("decrease", "period") in kpi("cpl").goal_modes
    assert not any(way == "cumulative" for _, way in kpi("cpl").goal_modes)
