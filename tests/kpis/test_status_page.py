"""The status page: says what waits, what failed and what went quiet, of the clients one sees."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Client, User
from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch, SourceSync
from kpis.models import DirtyDay, NightRun
from kpis.pages.reader import Reader
from kpis.pages.status import status_page
from kpis.status_queries import standings
from tests.cast import Cast, member, person

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
READER = Reader.of("en", ["Europe/Madrid"])


def words(cast: Cast) -> list[tuple[str, str, tuple[str, ...]]]:
    page = status_page(standings(cast.aurora.pk, [cast.bodega, cast.cafe], NOW), READER, NOW)
    return [(str(each.standing.client), each.tone, each.words) for each in page.lines]


def own(client: Client) -> dict[str, object]:
    return {"agency_id": client.agency_id, "client": client}


def test_all_well(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        DirtyDay.objects.create(**own(cast.cafe), marked_at=NOW - timedelta(minutes=5))
        assert words(cast) == [("Bodega", "good", ()), ("Cafe", "good", ())]


def test_what_is_the_matter_comes_first(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        DirtyDay.objects.create(**own(cast.bodega), marked_at=NOW - timedelta(minutes=61))
        ImportBatch.objects.create(
            **own(cast.bodega), kind="leads", source="crm", state="refused", file_name="marzo.csv",
            finished_at=NOW - timedelta(days=1),
        )  # fmt: skip
        SourceSync.objects.create(
            **own(cast.bodega),
            family="ads",
            source="Meta",
            last_success_at=NOW - timedelta(days=36),
        )
        NightRun.objects.create(**own(cast.cafe), day=NOW.date(), state="failed")
        assert words(cast) == [
            ("Cafe", "bad", ("The night of 20 Mar 2026 failed",)),
            (
                "Bodega",
                "warn",
                (
                    "The last import, “marzo.csv”, was refused",
                    "Changes wait for 61 minutes",
                    "Meta: nothing since 12 Feb 2026",
                ),
            ),
        ]


def test_a_later_import_makes_up_for_a_refused_one(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for state, age in (("refused", 2), ("done", 1)):
            ImportBatch.objects.create(
                **own(cast.bodega), kind="leads", state=state, finished_at=NOW - timedelta(days=age)
            )
        assert words(cast)[0] == ("Bodega", "good", ())


def test_its_statements_do_not_grow_with_the_clients(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for number in range(20):
            Client.objects.create(agency=cast.aurora, name=f"C{number}", slug=f"c{number}")
        clients = list(Client.objects.all())
        with CaptureQueriesContext(connection) as few:
            standings(cast.aurora.pk, [cast.bodega], NOW)
        with CaptureQueriesContext(connection) as many:
            standings(cast.aurora.pk, clients, NOW)
    assert len(few) == len(many)


def get(user: User) -> str:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    with time_machine.travel(NOW, tick=False):
        return browser.get("/a/aurora/status/").content.decode()


def test_the_page_shows_the_clients_one_sees(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        limited = person("nora@example.com", "Nora")
        member(cast.aurora, limited, "manager", [cast.cafe])
        NightRun.objects.create(**own(cast.bodega), day=NOW.date(), state="failed")
    assert "The night of 20 Mar 2026 failed" in get(cast.alicia)
    assert "20 Mar 2026 failed" not in get(limited)
    assert "Bodega" not in get(limited)


@pytest.mark.parametrize("who", ["sergio", "vera"])
def test_sellers_and_viewers_have_no_such_page(cast: Cast, who: str) -> None:
    browser = Browser()
    browser.force_login(getattr(cast, who))
    assert browser.get("/a/aurora/status/").status_code == 403
