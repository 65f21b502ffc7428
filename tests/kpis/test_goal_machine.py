"""When a status is committed, and when it is told (KPIS C.7)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.goals import band
from kpis.goals.machine import (
    DIGEST,
    NOTHING,
    NOTIFY,
    ORDER,
    UNJUDGED,
    Change,
    State,
    is_reminder_due,
    step,
    to_say,
)

FIRST = date(2026, 3, 1)


NOTHING_YET = State()


def run(candidates, state=NOTHING_YET, first=FIRST):
    """The committed statuses, and what was said, day by day."""
    committed, said, told, told_on = [], [], "", None
    for number, candidate in enumerate(candidates):
        state, change = step(state, candidate, first + timedelta(days=number))
        say = to_say(change, told, told_on) if change else NOTHING
        if change and say == NOTIFY:
            told, told_on = change.after, change.on
        committed.append(state.committed)
        said.append(say)
    return committed, said, state


# The worked sequence of C.7: pace, candidate, committed, said.
SEQUENCE = """
0.970 on_track  on_track
0.940 at_risk   on_track
0.960 on_track  on_track
0.940 at_risk   on_track
0.930 at_risk   at_risk   notify
0.955 at_risk   at_risk
0.965 at_risk   at_risk
0.940 at_risk   at_risk
0.790 off_track at_risk
0.810 at_risk   at_risk
0.780 off_track at_risk
0.790 off_track off_track notify
0.815 off_track off_track
0.830 at_risk   off_track
0.840 at_risk   at_risk   digest
0.960 at_risk   at_risk
0.975 on_track  at_risk
0.980 on_track  on_track  digest
"""


def test_the_worked_sequence_sends_two_messages():
    rows = [(*line.split(), "")[:4] for line in SEQUENCE.strip().splitlines()]
    assert len(rows) == 18
    state = State(committed="on_track", since=FIRST, candidate="on_track", day=FIRST)
    told, told_on, seen = "", None, []
    for number, (pace, *_) in enumerate(rows, start=1):
        day = FIRST + timedelta(days=number)
        candidate = band(Decimal(pace), state.committed)
        state, change = step(state, candidate, day)
        say = to_say(change, told, told_on) if change else NOTHING
        if change and say == NOTIFY:
            told, told_on = change.after, day
        seen.append((pace, candidate, state.committed, say))
    assert seen == rows
    assert [row[3] for row in seen].count(NOTIFY) == 2
    plain = ["on_track", *(band(Decimal(row[0])) for row in rows)]
    assert sum(one != other for one, other in pairwise(plain)) == 10


def test_the_first_status_takes_two_days():
    assert run(["too_early", "too_early", "off_track"])[0] == ["", "", ""]
    assert run(["too_early", "off_track", "off_track"])[0] == ["", "", "off_track"]
    assert run(["too_early", "off_track", "off_track"])[1] == ["", "", NOTIFY]
    assert run(["at_risk", "at_risk"])[1] == ["", NOTIFY]
    assert run(["on_track", "on_track"])[:2] == (["", "on_track"], ["", ""])  # good, so not told


def test_of_the_first_two_the_better_one():
    assert run(["off_track", "at_risk"])[0] == ["", "at_risk"]
    assert run(["on_track", "off_track", "off_track"])[0] == ["", "on_track", "off_track"]


def test_before_the_first_is_committed_a_page_shows_the_candidate():
    state, _ = step(State(), "at_risk", FIRST)
    assert (state.committed, state.shown) == ("", "at_risk")


@pytest.mark.parametrize("unjudged", sorted(UNJUDGED))
def test_days_that_are_not_judged_move_no_counter(unjudged):
    good = State("on_track", FIRST, "on_track", 0, FIRST)
    committed, said, _state = run(
        ["at_risk", unjudged, unjudged, "at_risk"], good, FIRST + timedelta(days=1)
    )
    assert committed == ["on_track", "on_track", "on_track", "at_risk"]
    assert said == ["", "", "", NOTIFY]
    assert run([unjudged] * 3)[2] == State()


def test_a_status_that_is_no_verdict_counts_as_none():
    """Whoever stored `too_early` as what stands gets the rule of the first candidate."""
    early = State(committed="too_early", since=FIRST, day=FIRST)
    assert run(["at_risk", "at_risk"], early, FIRST + timedelta(days=1))[:2] == (
        ["", "at_risk"],
        ["", NOTIFY],
    )


def test_the_milder_of_two_worse_and_the_less_good_of_two_better():
    good = State("on_track", FIRST, "on_track", 0, FIRST)
    after = FIRST + timedelta(days=1)
    assert run(["off_track", "at_risk"], good, after)[0] == ["on_track", "at_risk"]
    assert run(["at_risk", "off_track"], good, after)[0] == ["on_track", "at_risk"]
    # The off_track of the second day is the first day of the next worsening.
    assert run(["at_risk", "off_track", "off_track"], good, after)[0][-1] == "off_track"
    bad = State("off_track", FIRST, "off_track", 0, FIRST)
    assert run(["on_track", "at_risk"], bad, after)[0] == ["off_track", "at_risk"]
    assert run(["at_risk", "on_track", "on_track"], bad, after)[0] == [
        "off_track", "at_risk", "on_track",
    ]  # fmt: skip


def test_a_worse_and_a_better_day_are_not_two_in_a_row():
    fair = State("at_risk", FIRST, "at_risk", 0, FIRST)
    after = FIRST + timedelta(days=1)
    days = ["off_track", "on_track"] * 5
    assert run(days, fair, after)[0] == ["at_risk"] * 10


def test_achieved_and_missed_at_once():
    good = State("on_track", FIRST, "on_track", 0, FIRST)
    after = FIRST + timedelta(days=1)
    assert run(["achieved"], good, after)[:2] == (["achieved"], [DIGEST])
    assert run(["missed"], good, after)[:2] == (["missed"], [NOTIFY])
    assert run(["achieved"])[1] == [DIGEST]
    assert run(["missed"])[1] == [NOTIFY]
    won = State("achieved", FIRST, "achieved", 0, FIRST)
    assert run(["achieved"], won, after)[:2] == (["achieved"], [NOTHING])
    # It can turn back before the close: not bad news, but it was told otherwise.
    assert run(["on_track", "on_track"], won, after)[:2] == (["achieved", "on_track"], ["", DIGEST])


def test_the_same_warning_is_not_told_twice_within_seven_days():
    told_on = FIRST
    back = Change("on_track", "at_risk", FIRST + timedelta(days=6))
    assert to_say(back, "at_risk", told_on) == DIGEST
    assert to_say(Change("on_track", "at_risk", FIRST + timedelta(days=7)), "at_risk", told_on) == (
        NOTIFY
    )
    worse = Change("at_risk", "off_track", FIRST + timedelta(days=2))
    assert to_say(worse, "at_risk", told_on) == NOTIFY
    milder = Change("on_track", "at_risk", FIRST + timedelta(days=2))
    assert to_say(milder, "off_track", told_on) == DIGEST


@pytest.mark.parametrize(
    ("committed", "days", "is_acknowledged", "is_due"),
    [
        ("off_track", 7, False, True),
        ("off_track", 6, False, False),
        ("off_track", 30, True, False),
        ("at_risk", 30, False, False),
        ("missed", 30, False, False),
    ],
)
def test_a_reminder_a_week_while_off_track_and_nobody_said_that_they_know(
    committed, days, is_acknowledged, is_due
):
    day = FIRST + timedelta(days=days)
    assert is_reminder_due(committed, FIRST, day, is_acknowledged=is_acknowledged) is is_due


CANDIDATES = st.lists(st.sampled_from([*ORDER, *sorted(UNJUDGED)]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(CANDIDATES)
def test_twice_is_once(candidates):
    """A day judged again, even with another result, moves nothing; so a restatement sends nothing."""
    once, _, state = run(candidates)
    again, twice = State(), []
    for number, candidate in enumerate(candidates):
        day = FIRST + timedelta(days=number)
        again, _ = step(again, candidate, day)
        if candidate not in UNJUDGED:
            assert step(again, "off_track", day) == (again, None)
            assert step(again, "achieved", day - timedelta(days=1)) == (again, None)
        twice.append(again.committed)
    assert (once, state) == (twice, again)


@settings(max_examples=60, deadline=None)
@given(CANDIDATES)
def test_nothing_is_committed_that_was_not_nearly_seen(candidates):
    """A committed status lies between what stood and both of the last two judged candidates."""
    state, judged = State(), []
    for number, candidate in enumerate(candidates):
        before = state
        state, change = step(state, candidate, FIRST + timedelta(days=number))
        if candidate not in UNJUDGED:
            judged.append(candidate)
        if change is None:
            assert state.committed == before.committed
            continue
        assert change.before == before.committed != change.after == state.committed
        assert change.after in judged[-2:]
