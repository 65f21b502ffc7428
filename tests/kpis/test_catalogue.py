"""The catalogue: every worked example is a test; what the KPIs promise about themselves."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.calculate import example_totals
from kpis.catalogue import DECLARED, Kpi, Parameters, kpi
from kpis.formats import NBSP, format_value
from kpis.formula import Undefined, evaluate, quotients

#: What may be split or filtered by what; unit, direction, class and goal are in worked_examples.json.
DIMENSIONS_OF = {
    "campaign channel source medium device landing_page country is_returning": """
        sessions users engagement_rate bounce_rate avg_session_duration pageviews
        pages_per_session session_key_event_rate visitor_conversion_rate traffic_to_lead_rate
        landing_conversion_rate""",
    "campaign channel source medium device landing_page country": "new_visitor_share",
    "campaign channel source medium device country": """
        new_users roas cpl cost_per_qualified_lead cpa cpl_by_channel""",
    "campaign channel source medium device country platform": """
        impressions clicks ad_spend ctr cpc cpm click_conversion_rate cost_per_conversion
        platform_conversions platform_leads platform_sales cost_per_platform_lead
        cost_per_platform_sale""",
    "campaign platform": """
        reach frequency email_open_rate email_click_rate email_ctor email_bounce_rate
        email_unsubscribe_rate""",
    "campaign channel": "budget_utilisation budget_pace cac cac_to_ticket roi",
    "campaign channel source medium device landing_page salesperson country": """
        leads mqls sqls lead_to_mql_rate mql_to_sql_rate lead_to_customer_rate""",
    "campaign channel source medium salesperson country": """
        opportunities_created lead_close_ratio_period win_rate avg_deal_size sales_cycle_days
        sales_cycle_median open_pipeline_value pipeline_velocity new_customers""",
    "campaign channel source medium salesperson": "speed_to_lead response_sla_rate",
    "campaign channel source medium device salesperson country is_returning product": """
        revenue sales_count sales_growth aov items_per_order gross_margin""",
    "campaign channel source medium device salesperson country is_returning": """
        revenue_per_customer orders_per_customer projected_revenue""",
    "campaign channel source medium country": "cltv_historical repeat_purchase_rate",
    "salesperson country": "retention_rate",
    "salesperson": "meetings_held engaged_customer_rate interactions_per_customer",
    "salesperson product": "upsell_rate cross_sell_rate",
    "network": "organic_reach social_engagement_rate followers",
    # Presets are not cut by what they are narrowed by.
    "campaign channel source medium landing_page country is_returning": """
        mobile_traffic_share mobile_lead_rate mobile_bounce_rate""",
    "campaign source medium device landing_page country is_returning": """
        organic_sessions organic_lead_rate social_sessions social_lead_rate direct_share""",
    "campaign source medium device landing_page salesperson country": "email_leads",
    "campaign": "inbound_roi",
    "": """
        cac_full ltv ltv_cac_ratio customer_profit payback_months mer net_margin
        employee_retention""",
}

each_kpi = pytest.mark.parametrize("each", DECLARED, ids=lambda each: each.key)


def test_what_each_kpi_may_be_cut_by() -> None:
    expected = {key: cut for cut, keys in DIMENSIONS_OF.items() for key in keys.split()}
    assert {each.key: " ".join(each.dimensions()) for each in DECLARED} == expected


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
    for stored in ("0.4000", "0.4"):  # as the database and as a test say it
        margin = Parameters(profit_basis="margin", margin=Decimal(stored))
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
        "mql_to_sql_rate": 30,
        "lead_to_customer_rate": 90,
        "repeat_purchase_rate": 90,
    }
    assert kpi("lead_to_customer_rate").matures_in(Parameters(window_days=45)) == 45
    assert {each.key for each in DECLARED if each.lag_days} == {
        "click_conversion_rate",
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
