"""What a formula can be taken apart into."""

from decimal import Decimal

import pytest

from campaigns import measures as m
from kpis.catalogue import KPIS
from kpis.explain import Sides, excess, is_additive, parts, quotient, terms
from kpis.formula import Atom, Expression, as_expression, as_text

SPEND, LEADS, SESSIONS = Atom(m.AD_SPEND), Atom(m.NEW_LEADS), Atom(m.SESSIONS)
ORDERS, CUSTOMERS = Atom(m.ORDERS), Atom(m.CUSTOMERS)
ONE = as_expression(1)


@pytest.mark.parametrize(
    ("formula", "above", "below"),
    [
        (SPEND / LEADS, "ad_spend", "leads"),
        (1000 * SPEND / LEADS, "1000 × ad_spend", "leads"),
        (SPEND * Decimal("0.5") / (LEADS + ORDERS), "0.5 × ad_spend", "leads + orders"),
        ((SESSIONS - LEADS) / SESSIONS, "sessions − leads", "sessions"),
        (1 - LEADS / SESSIONS, "sessions − leads", "sessions"),
        (LEADS / SESSIONS + 2, "leads + 2 × sessions", "sessions"),
        (LEADS / SESSIONS + ORDERS / SESSIONS, "leads + orders", "sessions"),
        (SPEND.over_positive(LEADS), "ad_spend", "leads"),
        (SPEND / (2 * LEADS), "ad_spend", "2 × leads"),
        (LEADS.where(channel="email") / LEADS, "leads[channel=email]", "leads"),
    ],
)
def test_one_quotient_of_sums(formula: Expression, above: str, below: str) -> None:
    found = quotient(formula)
    assert found is not None
    assert (as_text(found.above), as_text(found.below)) == (above, below)


@pytest.mark.parametrize(
    "formula",
    [
        (SPEND / LEADS) / (SPEND / ORDERS),  # a ratio of ratios
        SPEND / LEADS + SPEND / ORDERS,  # two denominators
        SPEND * LEADS / ORDERS,  # a product does not add up
        SPEND / CUSTOMERS,  # people are not added up
        SPEND,  # a sum, not a quotient
        SPEND * 2,
        1 - SPEND,
        (SPEND + 1) / LEADS,  # the one would be counted in every segment
    ],
)
def test_no_quotient_of_sums(formula: Expression) -> None:
    assert quotient(formula) is None


def test_what_adds_up_over_segments() -> None:
    assert is_additive(SPEND + 2 * LEADS - ORDERS / 2)
    assert is_additive(Atom(m.OPEN_OPPS))
    assert not is_additive(CUSTOMERS)
    assert not is_additive(Atom(m.RESPONSE_MINUTES))
    assert not is_additive(SPEND + 1)
    assert not is_additive(SPEND / LEADS)
    assert not is_additive(SPEND * LEADS)


def test_every_ratio_of_the_catalogue_is_one_quotient() -> None:
    ratios = [kpi for kpi in KPIS.values() if kpi.aggregation == "ratio"]
    assert len(ratios) > 15
    assert [kpi.key for kpi in ratios if quotient(kpi.expression()) is None] == []


def test_parts_of_a_product_as_it_is_written() -> None:
    velocity = ORDERS * (LEADS / SESSIONS) * (SPEND / ORDERS) / (SESSIONS / LEADS)
    assert [(as_text(each), power) for each, power in parts(velocity)] == [
        ("orders", 1),
        ("leads ÷ sessions", 1),
        ("ad_spend ÷ orders", 1),
        ("sessions ÷ leads", -1),
    ]
    ticket = (SPEND / ORDERS) / (SESSIONS / LEADS)
    assert [as_text(each) for each, _power in parts(ticket)] == [
        "ad_spend ÷ orders",
        "sessions ÷ leads",
    ]
    assert parts(SPEND + LEADS) == ((SPEND + LEADS, 1),)


def test_terms_of_a_sum_with_their_signs() -> None:
    assert terms(SPEND - (LEADS - ORDERS)) == ((SPEND, 1), (LEADS, -1), (ORDERS, 1))
    assert terms(SPEND / LEADS) == ((SPEND / LEADS, 1),)


def test_what_is_left_over_one() -> None:
    assert excess((SPEND - LEADS) / LEADS) == SPEND / LEADS
    assert excess((SPEND - LEADS) / SESSIONS) is None
    assert excess(SPEND / LEADS) is None
    assert excess(SPEND - LEADS) is None


def test_sides_are_formulas() -> None:
    assert quotient(SPEND / LEADS) == Sides(SPEND, LEADS)
