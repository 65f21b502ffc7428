"""Every worked example of the specification, run through the catalogue and the formats.

The figures are in worked_examples.json; their inputs are read here as the totals of our measures.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from campaigns.measures import FAMILIES
from kpis.calculate import Scope, median_of, value_of
from kpis.catalogue import KPIS, Kpi, Parameters
from kpis.coverage import Coverage, SourceSpan
from kpis.formats import NBSP, UNDEFINED, format_value
from kpis.formula import Atom, Undefined, evaluate

ENTRIES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8")
)
CASES = [(entry["key"], case) for entry in ENTRIES for case in entry["cases"]]

#: In the catalogue, but not of the specification: the platforms' own counts, and what is shown
#: beside another KPI.
OUR_OWN = {
    "platform_conversions", "platform_leads", "platform_sales", "cost_per_platform_lead",
    "cost_per_platform_sale", "budget_pace", "sales_cycle_median",
}  # fmt: skip

Total = Decimal | Undefined | None
#: The text of an atom → its total.
Totals = dict[str, Total]
ON_COST = Parameters(profit_basis="cost_of_goods")
YEAR = ":last_12_months"


@dataclass(frozen=True)
class Given:
    """The inputs of a case by name; None is "not known"."""

    inputs: Mapping[str, str | None]
    names: tuple[str, ...] = field(default=())

    def __getitem__(self, name: str) -> Decimal | None:
        text = self.inputs[name]
        return None if text is None else Decimal(text)

    def __contains__(self, name: str) -> bool:
        return name in self.inputs

    @property
    def parts(self) -> list[Decimal | None]:
        return [self[name] for name in self.inputs]


def _revenue(total: Decimal | None, suffix: str = "") -> Totals:
    """Revenue as orders less refunds: what is below zero was given back."""
    if total is None:
        return {f"order_value{suffix}": None, f"refunds{suffix}": None}
    return {
        f"order_value{suffix}": max(total, Decimal(0)),
        f"refunds{suffix}": max(-total, Decimal(0)),
    }


def _marketing(total: Decimal, suffix: str = "") -> Totals:
    """A cost of marketing as its five layers."""
    layers = ("agency_fees", "tool_cost", "people_cost", "other_marketing_cost")
    return {f"ad_spend{suffix}": total} | {f"{each}{suffix}": Decimal(0) for each in layers}


def _profit(revenue: Decimal, profit: Decimal, suffix: str = "") -> Totals:
    """A gross profit as revenue less the cost of goods, all of it known."""
    goods = {f"cost_of_goods{suffix}": revenue - profit, f"uncosted_value{suffix}": Decimal(0)}
    return _revenue(revenue, suffix) | goods


def _cac(total: Decimal | None) -> Totals:
    """A CAC of 40 customers; not defined if there is none."""
    if total is None:
        return _marketing(Decimal(100)) | {"new_customers": Decimal(0)}
    return _marketing(total * 40) | {"new_customers": Decimal(40)}


def _lifetime(given: Given) -> Totals:
    """An LTV: 200 orders in twelve months, of whose customers' months `churn` ended."""
    if "ltv" in given:
        ltv = given["ltv"]
        # ltv × 20 of profit over the year, 20 of 400 left: profit ÷ 20 = ltv.
        profit = Decimal(4800) if ltv is None else ltv * 20
        stayed = Decimal(400 if ltv is None else 380)
        return _profit(Decimal(12000), profit, YEAR) | {
            f"orders{YEAR}": Decimal(200),
            f"customers_start{YEAR}": Decimal(400),
            f"stayed{YEAR}": stayed,
        }
    return _monthly_profit(given) | (
        {f"stayed{YEAR}": Decimal(400) * (1 - _known(given["churn"]))} if "churn" in given else {}
    )


def _monthly_profit(given: Given) -> Totals:
    """Net AOV × orders a month × margin, of 400 customers' months."""
    orders = 400 * _known(given["freq"])
    if given["net_aov"] is None:
        return _profit(Decimal(0), Decimal(0), YEAR) | {
            f"orders{YEAR}": Decimal(0), f"customers_start{YEAR}": Decimal(400),
        }  # fmt: skip
    revenue = orders * _known(given["net_aov"])
    return _profit(revenue, revenue * (given["margin"] or Decimal(0)), YEAR) | {
        f"orders{YEAR}": orders, f"customers_start{YEAR}": Decimal(400),
    }  # fmt: skip


def _known(number: Decimal | None) -> Decimal:
    assert number is not None
    return number


def _range(given: Given, key: str, **more: str) -> Totals:
    """A figure for one reported range; not reported: no value, whatever its days add up to."""
    if "range_reported" in given:
        return {key: Undefined("range_not_reported", key)}
    if "seen_again" in given:
        *days, again = map(_known, given.parts)
        return {key: sum(days, Decimal(0)) - again}
    return {key: sum(map(_known, given.parts), Decimal(0))}


def _waiting(given: Given) -> Totals:
    if "leads" in given:
        return {"response_minutes": median_of([])}
    minutes = [None if text == "inf" else Decimal(text or 0) for text in given.inputs.values()]
    return {"response_minutes": median_of(minutes)}


def _pipeline(given: Given) -> Totals:
    """18 deals won of 60 decided; the inputs say the rate, the worth and the cycle."""
    won, decided = Decimal(18), Decimal(60)
    if given["win_rate"] is None:
        won = decided = Decimal(0)
    else:
        assert won / decided == given["win_rate"]
    days = ":last_90_days"
    return {
        "open_opps": given["open_opps"],
        f"opps_won{days}": won,
        f"opps_lost{days}": decided - won,
        f"won_amount{days}": won * _known(given["deal"]),
        f"won_cycle_days{days}": won * _known(given["cycle"]),
    }


def _ticket(given: Given) -> Totals:
    """An average order value of 200 orders; not defined if there is none."""
    orders = Decimal(0 if given["aov"] is None else 200)
    return {"orders": orders, "order_value": orders * (given["aov"] or Decimal(0))}


def _interactions(given: Given) -> Totals:
    stocks = [given[name] for name in given.inputs if name != "interactions"]
    mean = sum(map(_known, stocks), Decimal(0)) / len(stocks)
    return {"interactions": given["interactions"], "active_customers:month_ends": mean}


def _projected(given: Given) -> Totals:
    net = given["net_aov"]
    orders = Decimal(0 if net is None else 200)
    return _revenue(orders * (net or Decimal(0))) | {
        "orders": orders, "expected_orders": given["expected_orders"],
    }  # fmt: skip


def _staff(given: Given) -> Totals:
    if "entered_periods_in_range" in given:
        return dict.fromkeys(
            ("staff_start", "staff_stayed"), Undefined("range_not_reported", "staff_start")
        )
    return {name: given[name] for name in given.inputs}


def _last(given: Given, key: str) -> Totals:
    return {key: given.parts[-1]}


def _renamed(given: Given, names: Mapping[str, str]) -> Totals:
    return {names.get(name, name): given[name] for name in given.inputs}


INBOUND, CREDITED, PAID = "[channel=inbound]", "[channel=credited]", "[channel=paid]"
SOCIAL, SEARCH = "[channel=social]", "[channel=organic_search]"

#: How the inputs of an entry are said in our measures, where they are not named like them.
READINGS: Mapping[str, Callable[[Given], Totals]] = {
    "users": lambda given: _range(given, "users"),
    "reach": lambda given: _range(given, "platform_reach"),
    "organic_reach": lambda given: _range(given, "post_reach"),
    "frequency": lambda given: {
        "impressions": given["impressions"],
        "platform_reach": given["reach"]
        if given["reach"] is not None
        else Undefined("range_not_reported", "platform_reach"),
    },
    "mobile_traffic_share": lambda given: _renamed(
        given, {"mobile_sessions": "sessions[device=mobile]"}
    ),
    "roas": lambda given: (
        _revenue(given["attributed_revenue"], PAID) | {f"ad_spend{PAID}": given["ad_spend"]}
    ),
    "cpa": lambda given: _renamed(
        given, {"ad_spend": f"ad_spend{PAID}", "attributed_orders": f"orders{PAID}"}
    ),
    "budget_utilisation": lambda given: _renamed(
        given, {"ad_spend": "ad_spend:budget_to_date", "ad_budget": "ad_budget:budget_whole"}
    ),
    "response_sla_rate": lambda given: _renamed(
        given, {"in_sla": "leads_in_sla", "due": "leads_sla_due"}
    ),
    "speed_to_lead": _waiting,
    "sales_growth": lambda given: (
        _revenue(given["revenue"]) | _revenue(given["revenue_comparison"], ":comparison")
    ),
    "revenue_per_customer": lambda given: (
        _revenue(given["revenue"]) | {"customers": given["customers"]}
    ),
    "projected_revenue": _projected,
    "open_pipeline_value": lambda given: _last(given, "open_pipeline_amount"),
    "followers": lambda given: _last(given, "followers"),
    "pipeline_velocity": _pipeline,
    "cac": lambda given: (
        _marketing(_known(given["marketing_cost"])) | {"new_customers": given["new_customers"]}
    ),
    "cac_full": lambda given: (
        _marketing(_known(given["marketing_cost"]))
        | {
            "new_customers": given["new_customers"],
            "sales_cost": Undefined("not_reported", "sales_cost")
            if given["sales_cost"] is None
            else given["sales_cost"],
        }
    ),
    "cltv_historical": lambda given: _renamed(
        given, {"gross_profit": "cohort_value", "customers": "cohort_size"}
    ),
    "ltv": _lifetime,
    "ltv_cac_ratio": lambda given: _lifetime(given) | _cac(given["cac"]),
    "customer_profit": lambda given: _lifetime(given) | _cac(given["cac"]),
    "payback_months": lambda given: _monthly_profit(given) | _cac(given["cac"]),
    "cac_to_ticket": lambda given: _cac(given["cac"]) | _ticket(given),
    "repeat_purchase_rate": lambda given: _renamed(given, {"cohort": "cohort_customers"}),
    "roi": lambda given: (
        _profit(Decimal(12000), _known(given["attributed_gross_profit"]), CREDITED)
        | _marketing(_known(given["marketing_cost"]))
    ),
    "inbound_roi": lambda given: (
        _profit(Decimal(12000), _known(given["attributed_gross_profit"]), INBOUND)
        | _marketing(_known(given["marketing_cost"]), INBOUND)
    ),
    "mer": lambda given: _revenue(given["revenue"]) | _marketing(_known(given["marketing_cost"])),
    "gross_margin": lambda given: _profit(_known(given["revenue"]), _known(given["gross_profit"])),
    "interactions_per_customer": _interactions,
    "employee_retention": _staff,
    "organic_lead_rate": lambda given: {f"{key}{SEARCH}": given[key] for key in given.inputs},
    "social_lead_rate": lambda given: {f"{key}{SOCIAL}": given[key] for key in given.inputs},
    "mobile_lead_rate": lambda given: {f"{key}[device=mobile]": given[key] for key in given.inputs},
    "mobile_bounce_rate": lambda given: {
        f"{key}[device=mobile]": given[key] for key in given.inputs
    },
    "direct_share": lambda given: _renamed(given, {"direct_sessions": "sessions[channel=direct]"}),
}


def totals_of(
    kpi: Kpi, inputs: Mapping[str, str | None], parameters: Parameters
) -> dict[Atom, Total]:
    """The inputs of a case as the totals of exactly the KPI's atoms."""
    given, atoms = Given(inputs), kpi.atoms(parameters)
    if kpi.key in READINGS:
        named = READINGS[kpi.key](given)
    elif len(atoms) == 1 and kpi.aggregation == "sum":
        named = {atoms[0].text: sum(map(_known, given.parts), Decimal(0))}
    else:
        named = {name: given[name] for name in inputs}
    wanted = {atom.text: atom for atom in atoms}
    assert set(wanted) <= set(named), (set(wanted) - set(named), kpi.key)
    return {atom: named[text] for text, atom in wanted.items()}


def parameters_for(key: str, inputs: Mapping[str, str | None]) -> Parameters:
    """Margins of the cases are read from goods; a case without a margin has no basis for one."""
    is_unknown = "margin" in inputs and inputs["margin"] is None
    is_on_cost = "profit_basis" in KPIS[key].parameters and not is_unknown
    return ON_COST if is_on_cost else Parameters()


def test_every_entry_is_declared_and_every_kpi_is_an_entry_or_our_own() -> None:
    keys = [entry["key"] for entry in ENTRIES]
    assert len(keys) == len(set(keys)) == 81 + 10
    assert [key for key in keys if key not in KPIS] == []
    assert set(KPIS) - set(keys) == OUR_OWN


def test_every_case_of_the_specification_is_there() -> None:
    assert len(CASES) == 237
    assert sum(case["answer"] is None for _key, case in CASES) == 83


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if "unit" in entry], ids=lambda entry: entry["key"]
)
def test_what_an_entry_says_of_itself(entry: dict[str, Any]) -> None:
    kpi = KPIS[entry["key"]]
    goal = list(kpi.goal) if kpi.goal else None
    found = (kpi.unit, kpi.better, kpi.aggregation, goal)
    assert found == (entry["unit"], entry["better"], entry["aggregation"], entry["goal"])


@pytest.mark.parametrize(
    ("key", "case"), CASES, ids=[f"{key}-{place}" for place, (key, _case) in enumerate(CASES)]
)
def test_case(key: str, case: dict[str, Any]) -> None:
    kpi, parameters = KPIS[key], parameters_for(key, case["inputs"])
    totals = totals_of(kpi, case["inputs"], parameters)
    value = value_of(kpi, totals, Scope(_whole_year(), parameters, comparison=_whole_year()))
    shown = format_value(value.value, kpi.unit, "en").replace(NBSP, " ")
    assert shown == case["display"]
    if case["answer"] is None:
        assert (value.value, shown) == (None, UNDEFINED)
        assert value.reason
    else:
        exact = evaluate(kpi.expression(parameters), totals, Fraction)
        assert exact == Fraction(case["answer"])


def _whole_year() -> Coverage:
    """Days of which every source has delivered everything, long ago."""
    spans = tuple(
        SourceSpan(family, family, date(2020, 1, 1), date(2026, 11, 30)) for family in FAMILIES
    )
    return Coverage(date(2025, 1, 1), date(2025, 12, 31), date(2026, 12, 1), spans)
