"""The machine over days that are over (KPIS C.7): what would have been said."""

from datetime import date, timedelta
from decimal import Decimal

from kpis.goals import Verdict, band
from kpis.goals.machine import State
from kpis.goals.replaying import replayed

FIRST = date(2026, 3, 1)
#: The worked sequence of C.7, day by day.
PACES = (
    "0.970 0.940 0.960 0.940 0.930 0.955 0.965 0.940 0.790"
    " 0.810 0.780 0.790 0.815 0.830 0.840 0.960 0.975 0.980"
)


def by_pace(pace: str):
    return lambda committed: Verdict(band(Decimal(pace), committed))


def by_status(*statuses: str):
    return [
        (FIRST + timedelta(days=number), lambda committed, status=status: Verdict(status))
        for number, status in enumerate(statuses)
    ]


def said(replay) -> list[tuple[int, str, str, str]]:
    """(day from 1, before, after, what)."""
    return [((each.day - FIRST).days + 1, each.before, each.after, each.said) for each in replay.told]  # fmt: skip


def test_the_worked_sequence_sends_two_messages():
    stands = State("on_track", FIRST, "on_track", 0, FIRST - timedelta(days=1))
    course = [
        (FIRST + timedelta(days=number), by_pace(pace)) for number, pace in enumerate(PACES.split())
    ]
    found = replayed(course, stands)
    assert said(found) == [
        (5, "on_track", "at_risk", "notify"),
        (12, "at_risk", "off_track", "notify"),
        (15, "off_track", "at_risk", "digest"),
        (18, "at_risk", "on_track", "digest"),
    ]
    assert (found.messages, found.lines, found.judged) == (2, 2, 18)


def test_a_reminder_each_week_while_it_is_off_track():
    # Committed on day 2 and told; reminders on days 9 and 16; the 17th is not judged.
    found = replayed(by_status(*["off_track"] * 16, "no_data"))
    assert said(found) == [
        (2, "", "off_track", "notify"),
        (9, "off_track", "off_track", "reminder"),
        (16, "off_track", "off_track", "reminder"),
    ]
    assert (found.messages, found.lines, found.judged) == (3, 0, 16)


def test_what_comes_back_within_a_week_is_a_line_and_reminded_of_from_the_last_telling():
    # Told on day 2, over on day 4, back on day 6: a line; a week after day 2 a reminder.
    found = replayed(by_status(*["off_track"] * 2, *["on_track"] * 2, *["off_track"] * 12))
    assert said(found) == [
        (2, "", "off_track", "notify"),
        (4, "off_track", "on_track", "digest"),
        (6, "on_track", "off_track", "digest"),
        (9, "off_track", "off_track", "reminder"),
        (16, "off_track", "off_track", "reminder"),
    ]


def test_silence_says_nothing():
    assert replayed(by_status("too_early", "no_data", "not_started")).told == ()
    assert said(replayed(by_status("on_track", "on_track", "achieved"))) == [
        (3, "on_track", "achieved", "digest")
    ]
