"""What must hold between KPIs whenever both sides are defined: exactly, as fractions (KPIS B.4)."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calculate import example_totals
from kpis.catalogue import KPIS, Parameters
from kpis.formula import Atom, Undefined, evaluate

ON_MARGIN = Parameters(profit_basis="margin", margin=Decimal("0.35"))
#: Any totals, by the name of the measure: a filter or a span does not change it here.
TOTALS = st.fixed_dictionaries(
    {
        key: st.integers(0, 9999).map(Fraction)
        for key in (
            "sessions", "engaged_sessions", "orders", "order_value", "refunds", "customers",
            "ad_spend", "clicks", "leads", "impressions", "platform_reach", "unique_clicks",
            "unique_opens", "emails_delivered", "new_customers", "customers_start", "stayed",
            "agency_fees", "tool_cost", "people_cost", "other_marketing_cost", "cost_of_goods",
        )
    }
)  # fmt: skip
Value = Fraction | None


def kpi(key: str, totals: Mapping[str, Fraction], parameters: Parameters = ON_MARGIN) -> Value:
    atoms = KPIS[key].atoms(parameters)
    given_totals: dict[Atom, Fraction] = {atom: totals[atom.measure.key] for atom in atoms}
    found = evaluate(KPIS[key].expression(parameters), given_totals, Fraction)
    return None if isinstance(found, Undefined) else found


def over(above: Fraction, below: Fraction) -> Value:
    return above / below if below else None


def times(*factors: Value) -> Value:
    result = Fraction(1)
    for factor in factors:
        if factor is None:
            return None
        result *= factor
    return result


def agree(left: Value, right: Value) -> bool:
    return left is None or right is None or left == right


@given(TOTALS)
def test_identities(t: dict[str, Fraction]) -> None:
    def value(key: str) -> Value:
        return kpi(key, t)

    revenue = value("revenue")
    assert revenue == t["order_value"] - t["refunds"]
    bounce, engaged = value("bounce_rate"), value("engagement_rate")
    assert bounce is None or engaged is None or bounce + engaged == 1
    by_ticket = times(value("aov"), t["orders"])
    assert by_ticket is None or revenue == by_ticket - t["refunds"]
    per_visit = over(t["orders"], t["sessions"])
    assert agree(times(t["sessions"], per_visit, value("aov")), t["order_value"])
    per_click = over(t["leads"], t["clicks"])
    if per_click:
        assert agree(value("cpl"), times(value("cpc"), 1 / per_click))
    assert agree(times(value("frequency"), value("reach")), t["impressions"])
    opened = value("email_open_rate")
    if opened:
        assert agree(value("email_ctor"), times(value("email_click_rate"), 1 / opened))
    assert agree(value("ltv"), times(value("ltv_cac_ratio"), value("cac")))
    net_ticket = over(t["order_value"] - t["refunds"], t["orders"])
    profit = (t["order_value"] - t["refunds"]) * Fraction("0.35")
    assert agree(over(profit, t["orders"]), times(net_ticket, value("gross_margin")))
    assert agree(value("revenue_per_customer"), times(net_ticket, value("orders_per_customer")))
    assert agree(value("cpm"), times(Fraction(1000), value("ctr"), value("cpc")))


@given(TOTALS)
def test_they_are_defined_when_nothing_they_divide_by_is_zero(t: dict[str, Fraction]) -> None:
    """Else the identities would hold for want of values."""
    above_zero = {key: total + 1 for key, total in t.items()}
    above_zero["stayed"] = above_zero["customers_start"] / 2
    above_zero["order_value"] = above_zero["refunds"] + 1
    for key in (
        "bounce_rate", "engagement_rate", "aov", "cpl", "cpc", "cpm", "ctr", "frequency",
        "email_ctor", "email_click_rate", "email_open_rate", "ltv", "ltv_cac_ratio", "cac",
        "gross_margin", "revenue_per_customer", "orders_per_customer",
    ):  # fmt: skip
        assert kpi(key, above_zero) is not None, key


def test_the_identity_of_cac() -> None:
    """With one cost and one cohort: CAC = CPL ÷ lead-to-customer rate: 25 ÷ 0.12 = 208.33."""
    cpl, rate = KPIS["cpl"].example.answer, KPIS["lead_to_customer_rate"].example.answer
    assert cpl / rate == Fraction(625, 3)
    assert round(float(cpl / rate), 2) == 208.33


def test_a_ratio_of_sums_is_not_the_mean_of_daily_ratios() -> None:
    """Days (100 visits, 5 leads), (10, 2), (0, 0): 7 / 110 = 6.36 %; the mean would say 12.5 %."""
    days = [(100, 5), (10, 2), (0, 0)]
    rate = KPIS["traffic_to_lead_rate"]
    sessions_with_lead, sessions = rate.atoms()
    sums = {
        sessions: sum(visits for visits, _leads in days),
        sessions_with_lead: sum(leads for _visits, leads in days),
    }
    assert evaluate(rate.expression(), sums, Fraction) == Fraction(7, 110)
    daily = [
        evaluate(rate.expression(), {sessions: visits, sessions_with_lead: leads}, Fraction)
        for visits, leads in days
    ]
    known = [each for each in daily if not isinstance(each, Undefined)]
    assert sum(known) / len(known) == Fraction(1, 8)
    assert isinstance(daily[2], Undefined)


@pytest.mark.parametrize("key", ["ltv_cac_ratio", "customer_profit", "payback_months"])
def test_the_worked_examples_share_one_customer(key: str) -> None:
    """LTV 240 and CAC 80 stand behind all three."""
    parameters = KPIS[key].example.parameters
    totals = example_totals(KPIS[key])
    cac = evaluate(
        KPIS["cac"].expression(parameters),
        {atom: totals[atom] for atom in KPIS["cac"].atoms(parameters)},
        Fraction,
    )
    assert cac == 80
