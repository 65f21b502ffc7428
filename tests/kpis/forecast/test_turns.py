"""When a choice of model is made again: within a week with all models, then every four weeks."""

from collections import Counter
from datetime import date, timedelta

from kpis.forecast.turns import CYCLE, WEEK, turn_of

FIRST = date(2026, 3, 2)
NIGHTS = [FIRST + timedelta(days=number) for number in range(100)]


def chosen(place: int, nights: list[date]) -> dict[date, date]:
    """The night on which a choice was made with all models -> the turn it was made for."""
    row: date | None = None
    found = {}
    for night in nights:
        for _again in range(2):  # a night that runs twice chooses once
            turn = turn_of(place, row, night)
            if turn is not None:
                assert night not in found
                found[night] = row = turn
            row = row or night  # without a turn a new goal's model is chosen without fitting
    return found


def test_within_a_week_and_then_every_four_weeks() -> None:
    for place in range(CYCLE):
        first, second, *rest = chosen(place, NIGHTS)
        assert (first - FIRST).days < WEEK
        assert (second - first).days in (7, 14, 21, 28)
        assert {(b - a).days for a, b in zip([second, *rest], rest, strict=False)} == {CYCLE}


def test_no_night_has_all_of_them() -> None:
    """28 choices, of goals set on one day: a seventh each night at first, then one a night."""
    nights = Counter(night for place in range(CYCLE) for night in chosen(place, NIGHTS))
    assert [nights[each] for each in NIGHTS[:WEEK]] == [CYCLE // WEEK] * WEEK
    assert {nights[each] for each in NIGHTS[CYCLE + WEEK :]} == {1}


def test_a_turn_that_was_missed_is_made_up_for() -> None:
    """Nights from the first day on, and none in a whole month: the first one after it chooses."""
    after = FIRST + timedelta(days=40)
    for place in range(CYCLE):
        found = chosen(place, [*NIGHTS[:WEEK], after])
        assert found[after] <= after
        assert turn_of(place, found[after], after) is None


def test_a_choice_of_tomorrow_is_left_alone() -> None:
    """A source may fall back behind the day up to which it was read."""
    assert all(turn_of(place, FIRST + timedelta(days=1), FIRST) is None for place in range(CYCLE))
