"""PostgreSQL's local days are Python's: across every jump of the clock, and when a client moves zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Lead
from kpis.calendar import Period, day_bounds, local_date, zone
from kpis.question import Question
from kpis.services import answer, last_complete_of
from tests.cast import Cast
from tests.kpis.facts import new_lead, refresh

#: KPIS G.1: short days, long days, and days without a midnight.
DAYS = (
    ("Europe/Madrid", date(2026, 3, 29), 23),
    ("Europe/Madrid", date(2026, 10, 25), 25),
    ("America/Argentina/Cordoba", date(2026, 3, 29), 24),
    ("America/Santiago", date(2026, 9, 6), 23),
    ("America/Santiago", date(2026, 4, 4), 25),
    ("Africa/Cairo", date(2026, 4, 24), 23),
)
SECOND = timedelta(seconds=1)


def moved(client: Client, name: str) -> Client:
    client.time_zone = name
    client.save()
    return client


@pytest.mark.parametrize(("name", "day", "hours"), DAYS)
def test_every_hour_of_a_day_is_of_that_day_in_the_database(
    cast: Cast, name: str, day: date, hours: int
) -> None:
    start, end = day_bounds(day, zone(name))
    assert end - start == timedelta(hours=hours)
    with tenant_scope(cast.aurora.pk):
        client = moved(cast.bodega, name)
        for hour in range(hours):
            new_lead(client, created_at=start + timedelta(hours=hour))
        new_lead(client, created_at=end - SECOND)
        new_lead(client, created_at=start - SECOND)
        new_lead(client, created_at=end)
        found = Lead.objects.filter(client=client).values_list("created_on", flat=True)
        # Both passes of a repeated hour are of the day; the neighbours begin a second away.
        assert sorted(found) == [
            day - timedelta(days=1),
            *[day] * (hours + 1),
            day + timedelta(days=1),
        ]


@settings(max_examples=40)
@given(
    at=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(
        lambda each: each.replace(microsecond=0, tzinfo=UTC)
    ),
    name=st.sampled_from(sorted({name for name, _day, _hours in DAYS} | {"Asia/Kathmandu"})),
)
def test_an_instant_has_one_day_in_both(cast: Cast, at: datetime, name: str) -> None:
    with tenant_scope(cast.aurora.pk):
        lead = new_lead(cast.bodega, created_at=at, tz=name)
        lead.refresh_from_db()
        assert lead.created_on == local_date(at, ZoneInfo(name))


def test_one_instant_is_of_two_days(cast: Cast) -> None:
    """2026-03-01T02:30Z: 28 February in Córdoba and Mexico City, 1 March in Madrid."""
    at = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    with tenant_scope(cast.aurora.pk):
        days = {}
        for name in ("America/Argentina/Cordoba", "America/Mexico_City", "Europe/Madrid"):
            lead = new_lead(cast.bodega, created_at=at, tz=name)
            lead.refresh_from_db()
            days[name] = lead.created_on
    assert list(days.values()) == [date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 1)]


def test_a_client_that_moves_keeps_its_old_days(cast: Cast) -> None:
    """A lead of 02:30Z stays on the 28th of Córdoba; the same hour later is of Madrid's day."""
    with tenant_scope(cast.aurora.pk):
        client = moved(cast.bodega, "America/Argentina/Cordoba")
        old = new_lead(client, created_at=datetime(2026, 3, 1, 2, 30, tzinfo=UTC))
        refresh(client)
        client = moved(client, "Europe/Madrid")
        new = new_lead(client, created_at=datetime(2026, 3, 5, 2, 30, tzinfo=UTC))
        refresh(client)
        for lead in (old, new):
            lead.refresh_from_db()
        assert (old.created_on, new.created_on) == (date(2026, 2, 28), date(2026, 3, 5))
        # Rebuilt on request: an update of the zone of the old rows.
        Lead.objects.filter(pk=old.pk).update(tz="Europe/Madrid")
        refresh(client)
        old.refresh_from_db()
        assert old.created_on == date(2026, 3, 1)
        period = Period(date(2026, 2, 28), date(2026, 3, 5))
        rows = answer(client, Question(("leads",), period, by="day"), sees_costs=False).rows
        counted = {row.bucket.first.day: row.values["leads"].inputs["leads"] for row in rows}
        assert counted[28] in (None, 0)


def test_the_last_complete_day_is_the_clients_own(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for name in ("Pacific/Auckland", "America/Mexico_City"):
            client = moved(cast.bodega, name)
            today = datetime.now(ZoneInfo(name)).date()
            assert last_complete_of(client) == today - timedelta(days=1)
