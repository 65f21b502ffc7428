"""A goal with another target from a day on (KPIS C.1, C.2): what was asked before stays."""

from dataclasses import replace
from fractions import Fraction

from kpis.calendar import Period
from kpis.goals import milestones, problems, renewal_problems, renewed
from tests.kpis.goal_examples import CPL_LEVEL, LEADS_LEVEL, LEADS_TOTAL, d, rounded


def test_an_amount_asks_the_rest_of_what_the_target_leaves():
    before = milestones(LEADS_TOTAL)
    found = renewed(replace(LEADS_TOTAL, target=1200), before, d("2026-03-15"))
    assert [stone.value for stone in found.kept] == [stone.value for stone in before[:2]]
    # January and February keep 900 × 59/181 = 293.3702; 906.6298 are left for 122 days.
    assert [rounded(stone.value) for stone in found.stones] == [
        "154.14", "139.23", "230.37", "222.94", "230.37", "222.94",
    ]  # fmt: skip
    assert sum(stone.value for stone in found.stones) == 1200
    assert found.rest is not None and found.rest.period == Period(d("2026-03-01"), d("2026-06-30"))


def test_a_level_goes_on_from_its_last_milestone():
    before = milestones(LEADS_LEVEL)  # 116.67, 133.33, 150 …
    found = renewed(replace(LEADS_LEVEL, target=300), before, d("2026-04-01"))
    # 150 in March, 300 in June: 50 more a month.
    assert [stone.value for stone in found.stones][2:] == [150, 200, 250, 300]
    compounding = renewed(
        replace(LEADS_LEVEL, target=300, shape="compounding"), before, d("2026-04-01")
    )
    # 150 × 2^(1/3) = 188.99, × 2^(2/3) = 238.11.
    assert [rounded(stone.value) for stone in compounding.stones[3:]] == [
        "188.99", "238.11", "300.00",
    ]  # fmt: skip


def test_before_the_start_everything_is_made_anew():
    found = renewed(replace(CPL_LEVEL, target=6), milestones(CPL_LEVEL), d("2025-12-01"))
    assert found.kept == () and [stone.value for stone in found.stones] == [11, 10, 9, 8, 7, 6]


def test_an_earlier_end_lets_milestones_fall():
    shorter = replace(LEADS_TOTAL, period=Period(d("2026-01-01"), d("2026-04-30")))
    found = renewed(shorter, milestones(LEADS_TOTAL), d("2026-03-01"))
    assert len(found.stones) == 4 and sum(stone.value for stone in found.stones) == 900


def test_what_is_asked_already_cannot_be_taken_back():
    lower = replace(LEADS_TOTAL, target=250)
    found = renewed(lower, milestones(LEADS_TOTAL), d("2026-03-01"))
    assert [each.code for each in renewal_problems(found, lower)] == ["target_already_asked"]
    late = renewed(LEADS_TOTAL, milestones(LEADS_TOTAL), d("2026-07-01"))
    assert [each.code for each in renewal_problems(late, LEADS_TOTAL)] == ["nothing_left"]


def test_by_hand_in_whole_leads_takes_the_fractions_in_its_last_milestone():
    before = milestones(LEADS_TOTAL)
    kept = [stone.value for stone in before[:4]]
    # 900 × 61/181 = 303.3149 are left for May and June: 203 + 100 miss them by less than a half.
    terms = replace(LEADS_TOTAL, shape="manual", by_hand=(*kept, 203, 100))
    found = renewed(terms, before, d("2026-05-10"))
    assert problems(terms) == [] and list(renewal_problems(found, terms)) == []
    assert found.stones[4].value == 203
    assert sum(stone.value for stone in found.stones) == 900
    assert rounded(found.stones[5].value) == "100.31"


def test_milestones_by_hand_must_add_up_or_end_at_the_target():
    def code(terms):
        return [each.code for each in problems(terms)]

    by_hand = replace(LEADS_TOTAL, shape="manual", by_hand=(100, 100, 200, 200, 200, 100))
    assert code(by_hand) == [] and milestones(by_hand)[2].value == Fraction(200)
    assert code(replace(by_hand, by_hand=(100, 100, 200, 200, 200, 99))) == [
        "by_hand_does_not_add_up"
    ]
    assert code(replace(by_hand, by_hand=(100, 800))) == ["by_hand_incomplete"]
    assert code(replace(by_hand, by_hand=(-100, 300, 200, 200, 200, 100))) == ["by_hand_negative"]
    level = replace(LEADS_LEVEL, shape="manual", by_hand=(110, 120, 150, 150, 180, 200))
    assert code(level) == []
    assert code(replace(level, by_hand=(110, 120, 150, 150, 180, 190))) == ["by_hand_misses_target"]
