"""Answers counted by office hours: local hours and weekdays, from a day on, against a calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.catalogue import KPIS, statements
from kpis.catalogue.kpi import Office, Parameters
from kpis.models import DailySnapshot
from kpis.parameters import parameters_change
from kpis.question import Question
from kpis.services import answer
from tests.cast import Cast
from tests.kpis.facts import new_lead, refresh

MADRID = ZoneInfo("Europe/Madrid")
FRIDAY = date(2026, 3, 6)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Bodega in Madrid, in June 2026, open Monday to Friday from nine to six."""
    with (
        time_machine.travel(datetime(2026, 6, 15, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="t", is_live=True
        )
        cast.bodega.clock = "office"
        cast.bodega.save()
        yield cast.bodega


def lead(client: Client, created: datetime, answered: datetime | None) -> None:
    new_lead(client, created_at=created, answered_at=answered, tz="Europe/Madrid")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), MADRID)


def value(client: Client, key: str) -> Any:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    refresh(client)
    return answer(client, Question((key,), march), sees_costs=True).only.values[key].value


def test_a_weekend_does_not_count(bodega: Client) -> None:
    # Friday 17:30 to Monday 9:20: 30 + 20 = 50 minutes; by all hours 3,830.
    lead(bodega, at(FRIDAY, 17, 30), at(FRIDAY + timedelta(days=3), 9, 20))
    assert value(bodega, "speed_to_lead") == Decimal(50)
    assert value(bodega, "response_sla_rate") == 1  # within 60
    bodega.clock = "calendar"
    bodega.save()
    assert value(bodega, "speed_to_lead") == Decimal(3830)
    assert value(bodega, "response_sla_rate") == 0


def test_the_night_and_an_answer_out_of_hours(bodega: Client) -> None:
    lead(bodega, at(FRIDAY, 3), at(FRIDAY, 9, 10))  # 10 minutes after opening
    lead(bodega, at(FRIDAY, 20), at(FRIDAY, 21))  # closed all the while: none
    lead(bodega, at(FRIDAY, 10), None)
    # 0, 10, for ever: the middle is 10.
    assert value(bodega, "speed_to_lead") == Decimal(10)


def test_from_a_day_on(bodega: Client) -> None:
    bodega.clock = "calendar"
    bodega.save()
    lead(bodega, at(FRIDAY, 17), at(FRIDAY + timedelta(days=3), 9))  # 64 hours
    lead(bodega, at(FRIDAY + timedelta(days=7), 17), at(FRIDAY + timedelta(days=10), 9, 30))
    parameters_change(bodega, date(2026, 3, 10), {"clock": "office"}, "", None)
    # 64 × 60 = 3,840 by all hours, then 60 + 30 = 90 by the office's: the mean of both is 1,965.
    assert value(bodega, "speed_to_lead") == Decimal(1965)


def test_the_clock_is_printed() -> None:
    kpi = KPIS["speed_to_lead"]
    office = Parameters(office=Office(time(9), time(18), "12345"))
    said = {str(label): tuple(map(str, values)) for label, values in statements(kpi, office)}
    assert said["Clock"] == ("Mon, Tue, Wed, Thu, Fri 09:00–18:00",)
    said = {str(label): tuple(map(str, values)) for label, values in statements(kpi)}
    assert said["Clock"] == ("all hours",)


MINUTES = st.integers(0, 60 * 24 * 40)


@given(MINUTES, MINUTES, st.integers(1, 127), st.integers(0, 22), st.integers(1, 24))
def test_it_is_the_count_of_open_minutes(
    db: None, one: int, other: int, mask: int, opens: int, length: int
) -> None:
    closes = min(24, opens + length)
    first, then = sorted((one, other))
    begin = datetime(2026, 2, 28)
    moments = (begin + timedelta(minutes=first), begin + timedelta(minutes=then))
    expected = sum(
        1
        for step in range(first, then)
        if (moment := begin + timedelta(minutes=step))
        and mask & (1 << moment.weekday())
        and opens <= moment.hour < closes
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rumbo_open_since(%s, %s, %s, %s) - rumbo_open_since(%s, %s, %s, %s)",
            [moments[1], opens * 3600, closes * 3600, mask,
             moments[0], opens * 3600, closes * 3600, mask],
        )  # fmt: skip
        assert cursor.fetchone()[0] == expected * 60


@pytest.mark.parametrize("clock", ["calendar", "office"])
def test_a_lead_of_which_only_the_day_is_known_was_answered_in_no_time_at_all(
    bodega: Client, clock: str
) -> None:
    """It has no deadline, so it cannot have kept one: 1 lead due, 1 in time, of 2."""
    bodega.clock = clock
    bodega.save()
    new_lead(bodega, FRIDAY, answered_at=at(FRIDAY, 10))
    lead(bodega, at(FRIDAY, 10), at(FRIDAY, 10, 5))
    refresh(bodega)
    rows = DailySnapshot.objects.filter(client=bodega, leads__isnull=False)
    assert rows.aggregate(due=Sum("leads_sla_due"), kept=Sum("leads_in_sla")) == {
        "due": 1,
        "kept": 1,
    }
