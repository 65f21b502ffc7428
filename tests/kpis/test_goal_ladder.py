"""The way back from a big goal: volumes by rates, ends by months past, one rate at a time (KPIS C.2)."""

from fractions import Fraction

import pytest

from kpis.goals.ladder import Rates, ends, if_it_stays, ladder, needed_alone

NOW = Rates(Fraction(250), Fraction(10, 100), Fraction(4, 100), Fraction(8))


def test_from_revenue_to_budget():
    # KPIS C.2: 50,000 / 250 = 200; / 10 % = 2,000; / 4 % = 50,000; 2,000 × 8 = 16,000
    assert ladder("revenue", 50_000, NOW) == {
        "revenue": 50_000, "sales_count": 200, "leads": 2_000, "sessions": 50_000,
        "ad_spend": 16_000,
    }  # fmt: skip


def test_from_leads_only_what_is_below():
    assert ladder("leads", 100, NOW) == {"leads": 100, "sessions": 2_500, "ad_spend": 800}


def test_what_is_below_an_adjusted_rung_follows_it():
    # 1,500 leads by hand: / 4 % = 37,500 visits, × 8 = 12,000; sales stay
    assert ladder("revenue", 50_000, NOW, {"leads": 1_500}) == {
        "revenue": 50_000, "sales_count": 200, "leads": 1_500, "sessions": 37_500,
        "ad_spend": 12_000,
    }  # fmt: skip


@pytest.mark.parametrize("close", [None, Fraction(0), Fraction(-1)])
def test_nothing_is_known_below_an_unknown_rate(close):
    found = ladder("revenue", 50_000, Rates(Fraction(250), close, Fraction(4, 100), Fraction(8)))
    assert found == {
        "revenue": 50_000, "sales_count": 200, "leads": None, "sessions": None, "ad_spend": None,
    }  # fmt: skip
    by_hand = ladder("revenue", 50_000, Rates(cpl=Fraction(8)), {"leads": 10})
    assert (by_hand["leads"], by_hand["ad_spend"]) == (10, 80)


def test_ends_by_the_months_together():
    # revenue per unit of budget: 20 × 1 % / 2 = 0.1; 20 × 2 % / 2 = 0.2; 20 × 4 % / 2 = 0.4
    months = [Rates(Fraction(20), Fraction(share, 100), cpl=Fraction(2)) for share in (4, 1, 2)]
    found = ends("revenue", 1_000, months)
    assert found is not None
    # 10 %: 0.1 + 0.2 × 0.1 = 0.12; median 0.2; 90 %: 0.2 + 0.8 × 0.2 = 0.36
    assert (found.worst, found.likely, found.best) == (120, 200, 360)
    assert ends("revenue", 1_000, months[:2]) is None
    assert ends("revenue", 1_000, [*months[:2], Rates()]) is None


def test_if_a_rate_stays_the_others_carry_on():
    planned = Rates(Fraction(250), Fraction(16, 100), Fraction(4, 100), Fraction(8))
    assert ladder("revenue", 50_000, planned)["ad_spend"] == 10_000  # 200 / 16 % × 8
    assert if_it_stays("revenue", 50_000, planned, NOW, "close")["ad_spend"] == 16_000
    assert if_it_stays("revenue", 50_000, planned, NOW, "aov")["ad_spend"] == 10_000


def test_what_one_rate_alone_must_become():
    # 8,000 buy 1,000 leads, 100 sales, 25,000: half of 50,000, so one rate must double or halve
    assert needed_alone("revenue", 50_000, 8_000, NOW, "close") == Fraction(20, 100)
    assert needed_alone("revenue", 50_000, 8_000, NOW, "aov") == 500
    assert needed_alone("revenue", 50_000, 8_000, NOW, "cpl") == 4
    assert needed_alone("revenue", 50_000, 8_000, NOW, "visit_to_lead") is None
    assert needed_alone("leads", 50_000, 8_000, NOW, "aov") is None
    assert needed_alone("revenue", 50_000, 0, NOW, "close") is None
