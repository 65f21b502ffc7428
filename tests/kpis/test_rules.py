"""The rules of a well-formed catalogue: the real one keeps them, a broken one is told where."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.checks import run_checks

from campaigns import measures as m
from campaigns.measures import Measure
from kpis.catalogue import DECLARED, Kpi, kpi
from kpis.catalogue.kpi import example
from kpis.checks import problems_of
from kpis.formula import Atom
from kpis.rules import RULES, dimension_of

CPL = kpi("cpl")
CAC = kpi("cac")
STRANGER = Measure("karma", "Karma", "count", "sum", "web", 1, ("channel",), "never")


def test_the_catalogue_is_well_formed() -> None:
    assert [rule.__name__ for rule in RULES if list(rule(DECLARED))] == []


def test_the_rules_run_as_system_checks() -> None:
    assert run_checks(tags=["kpis"]) == []


def broken(kpi: Kpi, **changes: object) -> tuple[Kpi, ...]:
    return (replace(kpi, **changes),)


@pytest.mark.parametrize(
    ("kpis", "number", "says"),
    [
        (broken(CPL, key="CPL"), 1, "not a plain key"),
        (broken(CPL, key="cost__per"), 1, "not a plain key"),
        ((CPL, CPL), 2, "declared 2 times"),
        (broken(CPL, formula=Atom(m.AD_SPEND) / STRANGER), 3, "'karma' is not a known measure"),
        (
            broken(CPL, formula=Atom(m.AGENCY_FEES).where(device="mobile") / m.NEW_LEADS),
            3,
            "agency_fees has no dimension 'device'",
        ),
        (
            broken(CPL, formula=Atom(m.AD_SPEND).where(channel="telepathy") / m.NEW_LEADS),
            3,
            "unknown channel",
        ),
        (broken(CAC, unit="percent"), 4, "the formula yields {'money': 1, 'count': -1}"),
        (broken(CAC, formula=Atom(m.AD_SPEND) + m.NEW_LEADS), 4, "adds"),
        (broken(CPL, meaning="Cost per lead (CPL)."), 5, "says no more than the name"),
        (broken(CPL, pitfall=""), 5, "pitfall is not a sentence"),
        (broken(CPL, source=" "), 5, "where the definition comes from"),
        (
            broken(CPL, example=replace(CPL.example, answer=Fraction(251, 10))),
            6,
            "gives 25, not 251/10",
        ),
        (broken(CPL, example=example("25", "25.00", leads="50")), 6, "gives ['leads']"),
        (
            broken(CPL, example=example("25", "25.00", leads="0", ad_spend="1")),
            6,
            "no value (zero_denominator)",
        ),
        (
            broken(kpi("revenue_per_customer"), formula=Atom(m.CUSTOMERS) + m.NEW_CUSTOMERS),
            7,
            "customers is recounted and cannot be added",
        ),
        (broken(CPL, goal=("increase", "cumulative")), 8, "makes no sense for a ratio"),
        (broken(CPL, goal=("increase", "level")), 8, "lower is better"),
        (broken(CPL, group="luck"), 9, "unknown group 'luck'"),
        (broken(CPL, parameters=("cost_basis", "mood")), 9, "unknown parameter 'mood'"),
        (broken(CPL, parameters=()), 9, "depends on a parameter that is not stated"),
        (broken(kpi("roas"), parameters=()), 9, "the paid channels are not stated"),
        (broken(kpi("lead_to_mql_rate"), cohort_days=0), 10, "cohort window 0"),
        (broken(CPL, cohort_days=30), 10, "cohort window 30"),
        (broken(kpi("lead_to_customer_rate"), parameters=()), 10, "not stated"),
    ],
)
def test_each_rule_tells_what_is_wrong(kpis: tuple[Kpi, ...], number: int, says: str) -> None:
    found = [(error.id, error.msg) for error in problems_of(kpis)]
    assert any(code == f"kpis.E{number:03d}" and says in text for code, text in found), found


@pytest.mark.parametrize("shape", [lambda a, b: a + b, lambda a, b: a - b])
def test_unlike_things_do_not_add(shape: Callable) -> None:
    with pytest.raises(ValueError, match="adds"):
        dimension_of(shape(Atom(m.AD_SPEND), m.CLICKS))


def test_dimensions_multiply_and_cancel() -> None:
    assert dimension_of(Atom(m.AD_SPEND) / m.NEW_LEADS) == {"money": 1, "count": -1}
    assert dimension_of(Atom(m.AD_SPEND) / m.ORDER_VALUE * Decimal(100)) == {}


@pytest.mark.parametrize(
    ("kpis", "number", "says"),
    [
        (broken(CPL, related=("cpl",)), 11, "points to itself"),
        (broken(CPL, related=("karma",)), 11, "points to 'karma'"),
        (broken(CPL, beside=("karma",)), 11, "points to 'karma'"),
        (broken(CPL, preset_of="karma"), 11, "points to 'karma'"),
        (broken(kpi("mer"), split_by="channel"), 11, "cannot be cut by 'channel'"),
        ((CPL, replace(CPL, key="cheap", preset_of="cpl")), 12, "no different from cpl"),
        ((CPL, replace(kpi("leads"), preset_of="cpl")), 12, "its parent cpl is in money"),
    ],
)
def test_neighbours_and_presets(kpis: tuple[Kpi, ...], number: int, says: str) -> None:
    found = [(error.id, error.msg) for error in problems_of(kpis)]
    assert any(code == f"kpis.E{number:03d}" and says in text for code, text in found), found


def test_a_share_of_recounts_may_be_subtracted_a_count_may_not() -> None:
    left = 1 - Atom(m.STAYED) / m.CUSTOMERS_START
    rate = kpi("retention_rate")
    assert [e for e in problems_of(broken(rate, formula=left, related=())) if "E007" in e.id] == []
    gone = Atom(m.CUSTOMERS_START) - m.STAYED
    found = problems_of(broken(rate, formula=gone / m.CUSTOMERS_START, related=()))
    assert any("recounted and cannot be added" in each.msg for each in found)
