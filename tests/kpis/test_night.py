"""Nights: when they are due, what they do, and that a second one changes nothing."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.clock import NIGHT_ATTEMPTS, due
from kpis.closing import closed_days, days_close, settle_days
from kpis.models import DailySnapshot, DailyTotal, DayClose, DirtyDay, NightRun, SnapshotState
from kpis.night import night_run, night_work
from tests.cast import Cast
from tests.kpis.facts import new_daily, new_lead, new_sale, refresh, rows_of

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
MARCH_20 = date(2026, 3, 20)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Bodega lives in Europe/Madrid; it is noon in Greenwich on 20 March."""
    with time_machine.travel(NOON, tick=False), tenant_scope(cast.aurora.pk):
        yield cast.bodega


def source(client: Client, family: str, name: str = "crm", **fields: object) -> None:
    SourceSync.objects.create(
        agency_id=client.agency_id, client=client, family=family, source=name, **fields
    )


def run(client: Client, day: date = MARCH_20) -> NightRun:
    done = night_run(client.agency_id, client.pk, day)
    assert done is not None
    return done


def nights(at: str) -> set[tuple[int, date]]:
    return {(client, day) for _, client, day in due(datetime.fromisoformat(at)).nights}


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Europe/Madrid", "2026-03-20T00:59:59Z", "2026-03-19"),  # 01:59:59 there
        ("Europe/Madrid", "2026-03-20T01:00:00Z", "2026-03-20"),
        ("America/Sao_Paulo", "2026-03-20T04:59:59Z", "2026-03-19"),
        ("America/Sao_Paulo", "2026-03-20T05:00:00Z", "2026-03-20"),
        ("Asia/Tokyo", "2026-03-19T17:00:00Z", "2026-03-20"),
        # 02:00 does not exist on the day the clocks go forward: 01:00Z is 03:00.
        ("Europe/Madrid", "2026-03-29T00:59:59Z", "2026-03-28"),
        ("Europe/Madrid", "2026-03-29T01:00:00Z", "2026-03-29"),
        # And comes twice when they go back: the first one counts.
        ("Europe/Madrid", "2026-10-24T23:59:59Z", "2026-10-24"),
        ("Europe/Madrid", "2026-10-25T00:00:00Z", "2026-10-25"),
        ("Europe/Madrid", "2026-10-25T01:00:00Z", "2026-10-25"),
    ],
)
def test_a_night_is_due_at_two_by_the_clients_clock(
    cast: Cast, zone: str, at: str, day: str
) -> None:
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(time_zone=zone)
    assert (cast.bodega.pk, date.fromisoformat(day)) in nights(at)


def test_done_failed_and_archived_are_not_due(cast: Cast) -> None:
    at, day = "2026-03-20T12:00:00+00:00", MARCH_20
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.cafe.pk).update(archived_at=NOON)
        night = NightRun.objects.create(
            agency=cast.aurora, client=cast.bodega, day=day, state="done"
        )
    assert {client for client, _ in nights(at)} == {cast.dulce.pk}
    with tenant_scope(cast.aurora.pk):
        NightRun.objects.update(state="due", attempts=1, queued_at=NOON)
    assert (cast.bodega.pk, day) not in nights(at)  # it has just been tried
    assert (cast.bodega.pk, day) in nights("2026-03-20T12:00:20+00:00")
    with tenant_scope(cast.aurora.pk):
        NightRun.objects.filter(pk=night.pk).update(attempts=NIGHT_ATTEMPTS)
    assert (cast.bodega.pk, day) not in nights("2026-03-20T13:00:00+00:00")


def test_it_writes_the_days_stocks(bodega: Client) -> None:
    with time_machine.travel(NOON - timedelta(days=2)):
        new_lead(bodega, date(2026, 3, 15), opp_date=date(2026, 3, 15))
        refresh(bodega)
    stocks = DailyTotal.objects.filter(client=bodega, open_opps=1)
    assert [row.day.day for row in stocks.order_by("day")] == [15, 16, 17]
    run(bodega)
    assert [row.day.day for row in stocks.order_by("day")] == [15, 16, 17, 18, 19]
    assert SnapshotState.objects.get(client=bodega).stock_through == date(2026, 3, 19)


def test_it_closes_what_is_complete_and_settled(bodega: Client) -> None:
    source(bodega, "leads", is_live=True)
    source(bodega, "sales", complete_from=MARCH.first, complete_through=date(2026, 3, 16))
    for day in (10, 17, 19):
        new_lead(bodega, date(2026, 3, day))
        new_sale(bodega, date(2026, 3, day), 10)
    new_daily(bodega, date(2026, 3, 1), clicks=1)
    found = run(bodega).found
    # Leads settle in a day: on the 20th, the 18th is final. They begin on the 10th.
    assert closed_days(bodega, "leads", MARCH) == set(Period(date(2026, 3, 10), date(2026, 3, 18)))
    # Sales arrived whole from the 1st to the 16th; the 17th is there but unknown to be all.
    assert closed_days(bodega, "sales", MARCH) == set(Period(date(2026, 3, 1), date(2026, 3, 16)))
    # Advertising has no source that vouches for it.
    assert closed_days(bodega, "ads", MARCH) == frozenset()
    assert found["closed"] == {"leads": 9, "sales": 16}
    assert found["unmarked"] == []


def test_days_that_a_backfill_brings_are_closed_by_the_next_night(bodega: Client) -> None:
    source(bodega, "leads", is_live=True)
    new_lead(bodega, date(2026, 3, 15))
    run(bodega)
    new_lead(bodega, date(2026, 3, 5))
    refresh(bodega)
    assert run(bodega, date(2026, 3, 21)).found["closed"] == {"leads": 11}  # 5 to 14, and the 19th
    assert closed_days(bodega, "leads", MARCH) == set(Period(date(2026, 3, 5), date(2026, 3, 19)))


def test_the_slowest_source_and_measure_decide_when_it_settles(bodega: Client) -> None:
    assert settle_days(bodega) == {
        "web": 3, "ads": 30, "leads": 1, "sales": 1, "costs": 1, "budget": 1, "mail": 7,
        "social": 3, "activity": 1, "manual": 1,
    }  # fmt: skip
    source(bodega, "ads", "google", settle_days=7)
    assert settle_days(bodega)["ads"] == 7
    source(bodega, "ads", "meta")
    assert settle_days(bodega)["ads"] == 30


def test_a_slow_source_holds_its_family_open(bodega: Client) -> None:
    source(
        bodega,
        "ads",
        "google",
        settle_days=1,
        complete_from=MARCH.first,
        complete_through=date(2026, 3, 18),
    )
    source(
        bodega,
        "ads",
        "meta",
        settle_days=1,
        complete_from=MARCH.first,
        complete_through=date(2026, 3, 4),
    )
    new_daily(bodega, date(2026, 3, 2), clicks=1)
    refresh(bodega)
    assert days_close(bodega, MARCH_20) == {"ads": 4}


def test_twice_is_once(bodega: Client) -> None:
    source(bodega, "leads", is_live=True)
    new_lead(bodega, date(2026, 3, 15), opp_date=date(2026, 3, 16))
    assert run(bodega).state == "done"
    before = (rows_of(bodega), list(DayClose.objects.values()), list(NightRun.objects.values()))
    assert night_run(bodega.agency_id, bodega.pk, MARCH_20) is None
    assert before == (
        rows_of(bodega), list(DayClose.objects.values()), list(NightRun.objects.values()),
    )  # fmt: skip


def test_a_difference_without_a_mark_is_reported_as_a_defect(
    bodega: Client, caplog: pytest.LogCaptureFixture
) -> None:
    new_lead(bodega, date(2026, 3, 19))
    refresh(bodega)
    # Somebody wrote into the snapshot: no mark says why.
    DailySnapshot.objects.filter(client=bodega).update(leads=7)
    DailyTotal.objects.filter(client=bodega).update(leads=7)
    with caplog.at_level(logging.ERROR):
        found = run(bodega).found
    assert found["unmarked"] == [
        {"part": "leads", "day": "2026-03-19", "measure": "leads", "difference": "-6"}
    ]
    assert "changed without a mark" in caplog.text
    assert DailyTotal.objects.get(client=bodega).leads == 1  # and mended


def test_a_night_that_fails_is_noted_and_tried_again(bodega: Client) -> None:
    new_lead(bodega, date(2026, 3, 19))
    with connection.cursor() as cursor:
        # A stored day whose total cannot be negated into the ledger's column.
        cursor.execute(
            "INSERT INTO kpis_dailytotal (agency_id, client_id, family, day, channel, currency, leads)"
            " VALUES (%s, %s, 'leads', '2026-03-19', '', '', -9223372036854775808)",
            [bodega.agency_id, bodega.pk],
        )
        cursor.execute("DELETE FROM kpis_dirtyday")
    failed = run(bodega)
    assert (failed.state, failed.attempts) == ("due", 1)
    assert "bigint out of range" in failed.error
    DailyTotal.objects.filter(client=bodega).delete()
    again = run(bodega)
    assert (again.state, again.attempts, again.error) == ("done", 2, "")


def test_refresh_and_night_as_commands(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 19))
    out = StringIO()
    call_command("refresh", agency="aurora", client="bodega", stdout=out)
    assert out.getvalue() == "bodega: leads 1\n"
    out = StringIO()
    call_command("refresh", agency="aurora", stdout=out)
    assert out.getvalue() == "bodega: nothing to do\ncafe: nothing to do\n"
    out = StringIO()
    call_command("refresh", agency="aurora", client="bodega", all=True, stdout=out)
    assert out.getvalue().startswith("bodega: web all, ads all, leads all")
    out = StringIO()
    with time_machine.travel(NOON):
        call_command("night", stdout=out)
    assert out.getvalue().count("done") == 3


def test_a_night_asks_what_a_client_has_once(bodega: Client) -> None:
    """Statements of an ordinary night, and of the first one, by what they are about."""
    source(bodega, "leads", is_live=True)
    source(bodega, "web", is_live=True)
    new_lead(bodega, date(2026, 3, 2))
    new_daily(bodega, family="web", day=date(2026, 3, 2), sessions=5)
    DirtyDay.objects.create(agency_id=bodega.agency_id, client=bodega)  # all there is
    with CaptureQueriesContext(connection) as first:
        night_work(bodega, MARCH_20)
    deleting = [each["sql"] for each in first if "DELETE FROM kpis_dailysnapshot" in each["sql"]]
    assert deleting and all("kpis_dailysnapshot WHERE FALSE" in each for each in deleting)
    with CaptureQueriesContext(connection) as ordinary:
        night_work(bodega, MARCH_20 + timedelta(days=1))
    sent = [each["sql"] for each in ordinary]
    assert sum("INSERT INTO kpis_dayclose" in each for each in sent) == 1
    # Of the parts it has (leads, web) nobody asks; of the others once, by the refresh or after it.
    assert not any("family = 'web' AND agency_id" in each for each in sent)
    assert sum("EXISTS (SELECT FROM campaigns_budget" in each for each in sent) == 1
