"""The moment at which a message may go out: in the client's office hours, by its own clock."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from kpis.catalogue.kpi import Office
from steering.alerts.hours import day_after, next_opening

OFFICE = Office(time(9), time(18), "12345")
MADRID, MEXICO = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Mexico_City")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (
            "2026-03-16T01:00",
            "2026-03-16T08:00",
        ),  # Monday at two: at nine, which is 8 UTC in winter
        ("2026-03-16T10:30", "2026-03-16T10:30"),  # inside: at once
        ("2026-03-16T17:00", "2026-03-17T08:00"),  # at six sharp it is closed
        ("2026-03-20T20:00", "2026-03-23T08:00"),  # Friday evening: Monday
        ("2026-03-28T12:00", "2026-03-30T07:00"),  # the clocks change on Sunday: 9 is 7 UTC then
    ],
)
def test_in_madrid(at: str, expected: str) -> None:
    found = next_opening(datetime.fromisoformat(at + "+00:00"), OFFICE, MADRID)
    assert found.astimezone(UTC) == datetime.fromisoformat(expected + "+00:00")


def test_each_client_has_its_own_zone_and_days() -> None:
    at = datetime(2026, 3, 16, 8, tzinfo=UTC)  # two in the night in Mexico
    assert next_opening(at, OFFICE, MEXICO).astimezone(UTC) == datetime(2026, 3, 16, 15, tzinfo=UTC)
    weekend = Office(time(10), time(14), "67")
    assert next_opening(at, weekend, MADRID) == datetime(2026, 3, 21, 10, tzinfo=MADRID)


def test_the_day_after_begins_at_midnight_there() -> None:
    at = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)  # half past midnight of the 17th in Madrid
    assert day_after(at, MADRID) == datetime(2026, 3, 18, tzinfo=MADRID)
