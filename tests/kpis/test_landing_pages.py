"""The landing page list: every page with its visits, leads and rates, for who sees numbers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import LandingPage, SourceSync
from kpis.models import DailySnapshot, DailyTotal
from tests.cast import Cast

ADDRESS = reverse("landing_pages", args=["aurora", "bodega"])
MARCH = {"from": "2026-03-01", "to": "2026-03-31", "compare": "previous"}


@pytest.fixture
def march(cast: Cast) -> Iterator[Cast]:
    """Two pages and visits without one in March; the first page in February too."""
    own: dict[str, Any] = {"agency_id": cast.aurora.pk, "client": cast.bodega}
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            for family in ("web", "leads"):
                SourceSync.objects.create(**own, family=family, source=family, is_live=True)
            offer, short = (
                LandingPage.objects.create(**own, path=path).pk for path in ("/offer", "/short")
            )
            for day, page, sessions, leads, engaged in (
                (date(2026, 2, 10), offer, 1000, 40, 700),
                (date(2026, 3, 10), offer, 1200, 60, 900),
                (date(2026, 3, 11), short, 20, 2, 15),
                (date(2026, 3, 12), None, 80, 0, 20),
            ):
                figures = {
                    "sessions": sessions, "sessions_with_lead": leads, "engaged_sessions": engaged,
                }  # fmt: skip
                DailySnapshot.objects.create(
                    **own, family="web", day=day, landing_page_id=page, **figures
                )
                DailyTotal.objects.create(**own, family="web", day=day, **figures)
            tenth = {"family": "leads", "day": date(2026, 3, 10), "leads": 55}
            DailySnapshot.objects.create(**own, **tenth, landing_page_id=offer)
            DailyTotal.objects.create(**own, **tenth)
        yield cast


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_whole_table(march: Cast) -> None:
    page = browser_of(march.vera).get(ADDRESS, MARCH).context["page"]
    rows = [
        (row.path, *(plain(cell.figure.text) for cell in row.cells), row.is_small)
        for row in page.rows
    ]
    # 60/1,200 = 5.0 %, bounced 300/1,200; 2/20 = 10.0 % of 20 visits only; 0/80, bounced 60/80.
    assert rows == [
        ("/offer", "1.200", "55", "5,0 %", "25,0 %", False),
        ("", "80", "0", "0,0 %", "75,0 %", False),
        ("/short", "20", "0", "10,0 %", "25,0 %", True),
    ]
    # 62/1,300 = 4.77 %; (300 + 60 + 5)/1,300 = 28.08 %.
    assert [plain(cell.figure.text) for cell in page.total.cells] == [
        "1.300",
        "55",
        "4,8 %",
        "28,1 %",
    ]


def test_the_change_against_the_month_before(march: Cast) -> None:
    page = browser_of(march.vera).get(ADDRESS, MARCH).context["page"]
    offer = page.rows[0]
    # 1,200 after 1,000 visits; 5.0 % after 4.0 %.
    assert [plain(cell.change.main) if cell.change else "" for cell in offer.cells] == [
        "+20,0 %",
        "",
        "+1,0 pp",
        "",
    ]


def test_two_pages_go_to_a_test_of_them(march: Cast) -> None:
    browser = browser_of(march.marta)
    assert 'name="page" value="/offer"' in browser.get(ADDRESS, MARCH).content.decode()
    new = reverse("experiment_new", args=["aurora", "bodega"])
    form = browser.get(f"{new}?page=/offer&page=/short").context["form"]
    assert (form["page_0"].value(), form["page_1"].value()) == ("/offer", "/short")
    assert form["counted_by"].value() == "sessions"


def test_a_viewer_makes_no_test(march: Cast) -> None:
    content = browser_of(march.vera).get(ADDRESS, MARCH).content.decode()
    assert 'name="page"' not in content


def test_sellers_and_malena_do_not_see_it(march: Cast) -> None:
    assert browser_of(march.sergio).get(ADDRESS).status_code == 403
    assert browser_of(march.malena).get(ADDRESS).status_code == 404


def test_without_visits_it_says_what_to_do(march: Cast) -> None:
    seen = browser_of(march.marta).get(ADDRESS, {"from": "2025-01-01", "to": "2025-01-31"})
    assert seen.context["page"].rows == ()
    assert "Import a file" in seen.content.decode()


def test_a_bad_address_is_told(march: Cast) -> None:
    seen = browser_of(march.vera).get(ADDRESS, {"from": "2026-02-31", "to": "2026-03-01"})
    assert "2026-02-31" in seen.context["choice"].problem


def test_its_csv_has_the_same_numbers(march: Cast) -> None:
    address = reverse("numbers_csv", args=["aurora", "bodega"])
    query = {"keys": "sessions,landing_conversion_rate", "split": "landing_page", **MARCH}
    lines = browser_of(march.vera).get(address, query).content.decode().splitlines()
    cells = {line.split(",")[3]: line.split(",")[4::4][:2] for line in lines[1:]}
    assert cells["/offer"] == ["1200", "0.05"]


@pytest.mark.parametrize(("route", "most"), [("landing_pages", 34), ("experiments", 22)])
def test_how_many_statements_it_sends(march: Cast, route: str, most: int) -> None:
    """No more with more pages and tests: each page is one answer, each test of totals one query.

    Two of them note that a reader of the client came.
    """
    browser = browser_of(march.vera)
    address = reverse(route, args=["aurora", "bodega"])
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    assert len(captured) <= most
