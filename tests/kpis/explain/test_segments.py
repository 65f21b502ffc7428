"""Mix and rate: the worked examples of KPIS D.1, and that nothing is ever left over."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.explain import Contribution, Part, Segment, ratio_change, sum_change

PP = Fraction(1, 100)


def segment(key: str, before: tuple[int, int], after: tuple[int, int]) -> Segment:
    """(numerator, denominator) in both periods."""
    return Segment(key, Part(*map(Fraction, before)), Part(*map(Fraction, after)))


def test_both_segments_improve_and_the_total_falls() -> None:
    found = ratio_change(
        [
            segment("mobile", (120, 6000), (189, 9000)),
            segment("desktop", (200, 4000), (156, 3000)),
        ]
    )
    assert found is not None
    assert (found.before, found.after) == (Fraction("3.2") * PP, Fraction("2.875") * PP)
    mobile, desktop = found.rows
    assert (mobile.share_before, mobile.share_after) == (Fraction(60, 100), Fraction(75, 100))
    assert (desktop.rate_before, desktop.rate_after) == (5 * PP, Fraction("5.2") * PP)
    # R mean = (3.2 + 2.875) / 2 = 3.0375; mobile: 0.15 × (2.05 − 3.0375), 0.675 × 0.1
    assert (mobile.mix, mobile.rate) == (Fraction("-0.148125") * PP, Fraction("0.0675") * PP)
    assert (desktop.mix, desktop.rate) == (Fraction("-0.309375") * PP, Fraction("0.065") * PP)
    assert (found.mix, found.rate, found.change) == (
        Fraction(-183, 40000),
        Fraction(53, 40000),
        Fraction(-13, 4000),
    )
    assert found.alone == 0
    assert found.alone_keys == ()


def test_spend_without_leads_is_a_line_of_its_own() -> None:
    found = ratio_change([segment("A", (500, 50), (550, 50)), segment("B", (300, 20), (250, 0))])
    assert found is not None
    a, b = found.rows
    # CPL 800/70 → 800/50; z = 250/50; R mean without z = (80/7 + 11) / 2 = 157/14
    assert found.before == Fraction(80, 7)
    assert found.after == 16
    assert found.change == Fraction(32, 7)
    assert (found.alone_before, found.alone_after, found.alone) == (0, 5, 5)
    assert found.alone_keys == ("B",)
    assert a.mix == Fraction(2, 7) * (Fraction(21, 2) - Fraction(157, 14))
    assert [round(float(each), 6) for each in (a.mix, b.mix, a.rate, b.rate)] == [
        -0.204082,
        -1.081633,
        0.857143,
        0.0,
    ]
    assert (b.rate_before, b.rate_after) == (15, None)
    assert found.alone + found.mix + found.rate == found.change


def test_a_segment_absent_from_one_period_is_all_mix() -> None:
    found = ratio_change([segment("old", (10, 100), (10, 100)), segment("new", (0, 0), (30, 100))])
    assert found is not None
    old, new = found.rows
    assert new.rate == 0
    assert (new.rate_before, new.rate_after) == (None, Fraction(30, 100))
    # share 0 → 0.5, its rate 0.30 against the mean (0.10 + 0.20) / 2
    assert new.mix == Fraction(1, 2) * (Fraction(30, 100) - Fraction(15, 100))
    assert old.mix + old.rate + new.mix == Fraction(10, 100)


def test_a_segment_that_never_divides_stays_with_the_spend_alone() -> None:
    found = ratio_change([segment("A", (10, 10), (10, 10)), segment("B", (5, 0), (7, 0))])
    assert found is not None
    assert [row.key for row in found.rows] == ["A"]
    assert (found.alone, found.change) == (Fraction(2, 10), Fraction(2, 10))


@pytest.mark.parametrize("period", ["before", "after"])
def test_nothing_to_divide_by(period: str) -> None:
    sides = {"before": (5, 10), "after": (5, 10), period: (5, 0)}
    assert ratio_change([segment("A", sides["before"], sides["after"])]) is None
    assert ratio_change([]) is None


def test_more_than_twenty_segments_are_joined_and_computed_again() -> None:
    segments = [segment(str(n), (n, 100), (n + (40 if n > 4 else 0), 100)) for n in range(25)]
    found = ratio_change(segments)
    assert found is not None
    assert len(found.rows) == 21
    assert found.joined == 5
    rest = found.rows[-1]
    # The five that did not move: 0 + 1 + 2 + 3 + 4 over 500, a fifth of 2,500
    assert (rest.key, rest.rate_before, rest.rate_after) == (None, Fraction(10, 500), PP * 2)
    assert rest.share_before == rest.share_after == Fraction(1, 5)
    assert rest.total == 0
    assert found.mix + found.rate + found.alone == found.change == Fraction(20 * 40, 2500)


def test_contributions_to_a_sum() -> None:
    rows = [Contribution(key, Fraction(a), Fraction(b)) for key, a, b in (("x", 5, 2), ("y", 0, 7))]
    found = sum_change(rows)
    assert (found.before, found.after, found.change) == (5, 9, 4)
    assert [row.total for row in found.rows] == [-3, 7]


def test_contributions_beyond_twenty_are_joined() -> None:
    rows = [Contribution(str(n), Fraction(0), Fraction(n)) for n in range(30)]
    found = sum_change(rows)
    assert len(found.rows) == 21
    # 0 + 1 + … + 9 = 45 are the smallest changes
    assert found.rows[-1] == Contribution(None, Fraction(0), Fraction(45))
    assert sum(row.total for row in found.rows) == found.change == 435


AMOUNT = st.one_of(st.just(Fraction(0)), st.fractions(-50, 1000, max_denominator=100))
COUNT = st.one_of(st.just(Fraction(0)), st.integers(0, 400).map(Fraction))
SEGMENTS = st.lists(
    st.builds(
        Segment,
        st.just(""),
        st.builds(Part, AMOUNT, COUNT),
        st.builds(Part, AMOUNT, COUNT),
    ),
    max_size=30,
).map(lambda found: [Segment(str(n), each.before, each.after) for n, each in enumerate(found)])


def turned(segments: Sequence[Segment]) -> list[Segment]:
    return [Segment(each.key, each.after, each.before) for each in segments]


@given(SEGMENTS, st.sampled_from([3, 20]))
def test_nothing_is_left_over(segments: list[Segment], most: int) -> None:
    found = ratio_change(segments, most)
    if found is None:
        assert 0 in (sum(s.before.below for s in segments), sum(s.after.below for s in segments))
        return
    assert found.alone + found.mix + found.rate == found.change
    assert len(found.rows) <= most + 1


@given(SEGMENTS, st.sampled_from([3, 20]))
def test_time_reversed_turns_every_sign(segments: list[Segment], most: int) -> None:
    there, back = ratio_change(segments, most), ratio_change(turned(segments), most)
    if there is None or back is None:
        assert there is back is None
        return
    assert back.alone == -there.alone
    assert [(row.key, row.mix, row.rate) for row in back.rows] == [
        (row.key, -row.mix, -row.rate) for row in there.rows
    ]


DEBTS = st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), max_size=8)


@given(DEBTS)
def test_denominators_below_zero_add_up_too(rows: list[tuple[Fraction, ...]]) -> None:
    segments = [Segment(str(n), Part(a, b), Part(c, d)) for n, (a, b, c, d) in enumerate(rows)]
    found = ratio_change(segments, most=2)
    if found is not None:
        assert found.alone + found.mix + found.rate == found.change
