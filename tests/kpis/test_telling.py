"""What imports and nights tell: refused files, rows left out, quiet sources, failed nights, moved figures."""

from datetime import UTC, date, datetime

import time_machine
from django.utils.translation import override

from accounts.models import Agency
from accounts.tenancy import tenant_transaction
from campaigns.models import ImportBatch, SourceSync
from inbox.kinds import KINDS
from inbox.models import Notice
from kpis import night
from kpis.clock import NIGHT_ATTEMPTS
from kpis.models import NightRun
from kpis.telling import night_tell
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads", "source": "crm"}
BAD = "id,created,channel\n1,2026-03-01,email\n2,2026-02-31,email\n"
MARCH_20 = date(2026, 3, 20)


def said(agency: Agency) -> list[tuple[str, str, str]]:
    with tenant_transaction(agency.pk):
        rows = list(Notice.objects.order_by("pk"))
    kinds = [(row, KINDS[row.kind]) for row in rows]
    with override("en"):
        return [(row.kind, kind.title(row.data), kind.text(row.data)) for row, kind in kinds]


def test_a_refused_import(committed_cast: Cast) -> None:
    batch = send(committed_cast.bodega, BAD, LEADS, "marzo.csv")
    assert batch.state == "refused"
    [(kind, title, text)] = said(committed_cast.aurora)
    assert (kind, title) == ("import_failed", "“marzo.csv” was not imported")
    assert text == f"Nothing of it was kept. {batch.error['message']}"


def test_an_import_that_left_rows_out(committed_cast: Cast) -> None:
    batch = send(committed_cast.bodega, BAD, LEADS, "marzo.csv", without_bad_rows=True)
    assert batch.state == "done"
    assert said(committed_cast.aurora) == [
        (
            "import_partly",
            "“marzo.csv”: 1 row was left out",
            "1 row is in. Each row that was left out is listed with its reason.",
        )
    ]


def test_a_whole_import_says_nothing(committed_cast: Cast) -> None:
    send(committed_cast.bodega, "id,created,channel\n1,2026-03-01,email\n", LEADS)
    assert said(committed_cast.aurora) == []


def test_a_source_that_went_quiet_is_told_once_until_it_delivers(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "source": "Meta Ads"}
        at = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 8)]
        sync = SourceSync.objects.create(**own, family="ads", last_success_at=at[1])
        for each in at:
            ImportBatch.objects.create(**own, kind="daily", state="done", finished_at=each)
        night_tell(cast.bodega, date(2026, 3, 22))  # 14 days: twice the rhythm
    assert said(cast.aurora) == []
    for day in (23, 24):
        with tenant_transaction(cast.aurora.pk):
            night_tell(cast.bodega, date(2026, 3, day))
    [(_kind, title, text)] = said(cast.aurora)
    assert title == "Meta Ads has delivered nothing since 03/08/2026"
    assert text.startswith("It usually delivers every 7 days. The days after")
    with tenant_transaction(cast.aurora.pk):
        SourceSync.objects.filter(pk=sync.pk).update(
            last_success_at=datetime(2026, 3, 24, 12, tzinfo=UTC)
        )
        night_tell(cast.bodega, date(2026, 3, 25))
        assert Notice.objects.get().over_at is not None


def test_a_night_is_told_when_it_is_given_up(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        # A night that cannot work: its client's zone is not in this Python's tables any more.
        type(cast.bodega).objects.filter(pk=cast.bodega.pk).update(time_zone="Nowhere/Land")
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        for attempt in range(1, NIGHT_ATTEMPTS + 1):
            assert said(cast.aurora) == []
            run = night.night_run(cast.aurora.pk, cast.bodega.pk, MARCH_20)
            assert run is not None
            assert run.attempts == attempt
    assert [line[:2] for line in said(cast.aurora)] == [
        ("night_failed", "The night run of 03/20/2026 failed")
    ]
    with tenant_transaction(cast.aurora.pk):
        assert NightRun.objects.get().state == "failed"
