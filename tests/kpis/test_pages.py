"""The number pages as each person gets them. What they look like is in tests/browser."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, SourceSync
from kpis.models import DailyTotal, Goal, Milestone, Restatement
from tests.cast import Cast

# The cast's clients live in Madrid, so that a reader of English meets 1.250,00 there.
MARCH = "period=last_complete_month&compare=previous"
BODEGA = "/a/aurora/c/bodega/"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    """Noon of 15 April 2026: the last complete month is March."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


def total(client: Client, family: str, day: date, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day=day,
        **{"currency": client.currency, **columns},
    )


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Bodega's February and March, small enough to count by hand; Cafe has sources and one lead.

    March: 1,000.00 of ads and 500.00 of agency fees, 50 leads (30 paid, 20 organic), 12 new
    customers who bought 12 times for 600.00: CPL 20.00, CAC 125.00, ticket 50.00.
    February: 800.00 of ads, 32 leads: CPL 25.00.
    """
    with tenant_scope(cast.aurora.pk):
        for client in (cast.bodega, cast.cafe):
            for family in ("web", "ads", "leads", "sales", "costs"):
                SourceSync.objects.create(
                    agency=cast.aurora, client=client, family=family, source="crm", is_live=True
                )
        bodega, march, february = cast.bodega, date(2026, 3, 10), date(2026, 2, 10)
        wine = Campaign.objects.create(
            agency=cast.aurora, client=bodega, external_id="1", name="=Wine & <Cheese>"
        )
        paid = {"channel": "paid_search", "campaign_id": wine.pk}
        total(bodega, "ads", march, ad_spend=1000, clicks=200, impressions=9000, **paid)
        total(bodega, "leads", march, leads=30, mqls=10, **paid)
        total(bodega, "leads", march, leads=20, channel="organic_search")
        total(bodega, "costs", march, agency_fees=500)
        total(bodega, "sales", march, new_customers=12, orders=12, order_value=600, **paid)
        total(bodega, "ads", february, ad_spend=800, **paid)
        total(bodega, "leads", february, leads=32, **paid)
        total(cast.cafe, "leads", march, leads=1)
        goal = Goal.objects.create(
            agency=cast.aurora, client=bodega, kpi="leads", kind="increase",
            accumulation="cumulative", target=900,
            starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30),
        )  # fmt: skip
        Milestone.objects.create(
            agency=cast.aurora, client=bodega, goal=goal,
            starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30), value=900,
        )  # fmt: skip
    return cast


def text_of(page: Any) -> str:
    """The words of a page, as read: tags out, no-break spaces and runs of spaces to one."""
    plain = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return " ".join(plain.replace("\u00a0", " ").replace("&nbsp;", " ").split())


def read(client: Browser, who: Any, path: str) -> str:
    client.force_login(who)
    page = client.get(path, headers={"Accept-Language": "en"})
    assert page.status_code == 200, path
    return text_of(page)


# --- the portfolio ---


def test_portfolio(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"/a/aurora/?{MARCH}")
    assert "Bodega" in words and "Cafe" in words and "Dulce" not in words
    # 50 leads against 32; CPL 20.00; 12 customers at (1,000 + 500) / 12 = 125.00; ticket 50.00
    for figure in ("50", "+56,3 %", "20,00 €", "125,00 €", "600,00 €"):
        assert figure in words
    assert "Winning a customer costs more than an average sale brings in" in words
    # 82 of 900 × 104/181 = 517 expected: far off
    assert "Off course" in words


def test_portfolio_adds_up_per_currency(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"/a/aurora/?{MARCH}")
    # 50 + 1 leads of two clients in EUR; the CPL together is 1,000 / 51 = 19.61, not a mean
    assert "EUR 2 clients 51 19,61 €" in words
    with tenant_scope(told.aurora.pk):
        Client.objects.filter(pk=told.cafe.pk).update(currency="USD")
    assert "2 clients" not in read(client, told.alicia, f"/a/aurora/?{MARCH}")


def test_portfolio_without_clients_says_what_to_do(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.boreal.pk):
        Client.objects.filter(pk=cast.dulce.pk).update(archived_at="2026-01-01T00:00:00Z")
    assert "Add the first client" in read(client, cast.malena, "/a/boreal/")


# --- the dashboard ---


@pytest.mark.parametrize("view", ["executive", "manager", "analyst"])
def test_every_view_shows_the_same_numbers(client: Browser, told: Cast, view: str) -> None:
    words = read(client, told.alicia, f"{BODEGA}?{MARCH}&view={view}")
    for figure in ("50", "+56,3 %", "20,00", "125,00", "-20,0 %"):
        assert figure in words, figure
    assert "Not on course" in words
    assert "Winning a customer costs more than an average sale brings in" in words


def test_tables_total_with_ratios_of_sums(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}?{MARCH}&view=manager")
    # paid search: 1,000 / 30 = 33.33; the total is 1,000 / 50 = 20.00
    assert "33,33" in words and "Total 200 1.000,00 50 20,00" in words
    assert "=Wine &amp; &lt;Cheese&gt;" in words


def test_a_filter_narrows_everything(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}?{MARCH}&channel=organic_search&view=manager")
    assert "33,33" not in words
    assert "about the offer. 20 — new" in words
    # a goal of the whole client is not held against one channel
    assert "517 expected by 14 Apr 2026 Goal" in words
    assert words.count("Off course") == 1


def test_a_strange_address_is_said_and_answered(client: Browser, told: Cast) -> None:
    for bad in ("period=yesteryear", "from=2026-02-31&to=2026-03-01", "compare=nothing", "by=hour"):
        words = read(client, told.alicia, f"{BODEGA}?{bad}")
        assert "The address asks for something else" in words, bad
    assert "—" in read(client, told.alicia, f"{BODEGA}?campaign=abc")


def test_a_client_without_data_says_what_to_do(client: Browser, cast: Cast) -> None:
    assert "Import a file" in read(client, cast.alicia, BODEGA)
    words = read(client, cast.vera, BODEGA)
    assert "Your agency has not loaded any yet" in words and "Import a file" not in words


def test_a_late_source_is_named(client: Browser, told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        SourceSync.objects.filter(client=told.bodega, family="ads").update(
            is_live=False, complete_through=date(2026, 3, 20)
        )
    words = read(client, told.alicia, f"{BODEGA}?{MARCH}")
    # 20 March to 14 April
    assert "Advertising (crm): complete through 20 Mar 2026, 25 days behind" in words
    assert "Partial" in words


# --- one number ---


def test_kpi_page(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}kpi/cac/?{MARCH}")
    assert "Ad spend + Agency fees" in words and "÷ New customers" in words
    assert "Agency fees 500,00 €" in words
    assert "Andreessen Horowitz" in words
    assert "No closed day of this period has changed since" in words


def test_a_viewer_sees_the_number_and_no_agency_part(client: Browser, told: Cast) -> None:
    words = read(client, told.vera, f"{BODEGA}kpi/cac/?{MARCH}")
    assert "125,00 €" in words
    assert "500,00" not in words and "Ad spend 1.000,00 €" in words
    assert "Parts of the cost are your agency" in words


def test_unknown_kpi_is_404(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    assert client.get(f"{BODEGA}kpi/happiness/").status_code == 404


# --- CSV ---


def test_csv_is_exact_and_safe(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    page = client.get(f"{BODEGA}numbers.csv?keys=leads,cpl&split=campaign&{MARCH}&compare=none")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="bodega-leads-cpl-')
    lines = page.content.decode("utf-8-sig").split("\r\n")
    head = "from,to,campaign,label,leads,leads reason,leads state,cpl (EUR),cpl reason,cpl state,missing"
    assert lines[0] == head
    cells = [line.split(",") for line in lines[1:-1]]
    found = {line[3]: (line[4], line[7]) for line in cells}
    # 1,000 / 30 to 28 digits; a name that a spreadsheet would run gets an apostrophe
    assert found["'=Wine & <Cheese>"] == ("30", "33.33333333333333333333333333")


def test_csv_of_a_wrong_question_says_why(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    page = client.get(f"{BODEGA}numbers.csv?keys=happiness")
    assert page.status_code == 400 and "happiness" in page.content.decode()


# --- the frame, and who may ---


def test_pages_carry_no_styles_or_scripts_of_their_own(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    for path in (
        "/a/aurora/",
        f"{BODEGA}?view=manager",
        f"{BODEGA}kpi/cac/",
        "/a/aurora/glossary/",
    ):
        html = client.get(path).content.decode()
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", html), path
        for script in re.findall(r"<script\b([^>]*)>", html):
            assert "src=" in script or "application/json" in script


def test_htmx_gets_the_main_part_alone(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    page = client.get(BODEGA, headers={"HX-Request": "true", "HX-Target": "main"})
    html = page.content.decode()
    assert "<html" not in html and '<main id="main"' in html and "<title>" in html
    assert "HX-Target" in page.headers["Vary"] and "no-store" in page.headers["Cache-Control"]


PAGES = ("", "glossary/", "c/bodega/", "c/bodega/kpi/cac/", "c/bodega/numbers.csv?keys=leads")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("marta", 200), ("ana", 200), ("vera", 200), ("sergio", 403), ("malena", 404)],
)
def test_who_may(client: Browser, told: Cast, who: str, status: int, page: str) -> None:
    client.force_login(getattr(told, who))
    assert client.get(f"/a/aurora/{page}").status_code == status


@pytest.mark.parametrize("page", ["c/cafe/", "c/cafe/kpi/cac/", "c/cafe/numbers.csv?keys=leads"])
def test_a_viewer_has_no_other_client(client: Browser, told: Cast, page: str) -> None:
    client.force_login(told.vera)
    assert client.get(f"/a/aurora/{page}").status_code == 404
    assert "Cafe" not in text_of(client.get("/a/aurora/"))


def test_nobody_comes_in_without_login(client: Browser, told: Cast) -> None:
    page = client.get(BODEGA)
    assert page.status_code == 302 and "next=/a/aurora/c/bodega/" in page.headers["Location"]


def test_glossary_works_every_example(client: Browser, cast: Cast) -> None:
    words = read(client, cast.alicia, "/a/aurora/glossary/")
    assert "Ad spend ÷ New leads Example 1.250,00 ÷ 50 = 25,00" in words
    assert words.count("Example") >= 36


def test_restatements_are_listed_with_their_reason(client: Browser, told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        for measure, difference in (("ad_spend", "120.50"), ("tool_cost", "7")):
            Restatement.objects.create(
                agency=told.aurora, client=told.bodega, family="ads", day=date(2026, 3, 10),
                channel="paid_search", measure=measure, difference=difference, currency="EUR",
                reasons=["import"], recorded_at=datetime(2026, 4, 2, 9, tzinfo=UTC),
            )  # fmt: skip
    words = read(client, told.alicia, f"{BODEGA}kpi/cac/?{MARCH}")
    assert "10 Mar 2026 Ad spend +120,50 € an import" in words and "+7,00 €" in words
    # what the agency keeps to itself is not restated to the client's own user either
    words = read(client, told.vera, f"{BODEGA}kpi/cac/?{MARCH}")
    assert "+120,50 €" in words and "7,00 €" not in words
    assert "No closed day" in read(client, told.alicia, f"{BODEGA}kpi/leads/?{MARCH}")


def test_a_client_with_ads_alone_shows_what_it_has(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.cafe, family="ads", source="meta", is_live=True
        )
        for channel, figures in (
            ("paid_social", {"ad_spend": "90.00", "clicks": 40, "platform_leads": 5}),
            ("display", {"ad_spend": "30.00", "clicks": 0, "platform_leads": 1}),
        ):
            total(cast.cafe, "ads", date(2026, 3, 10), channel=channel, **figures)
    words = read(client, cast.alicia, f"/a/aurora/c/cafe/?{MARCH}&view=manager")
    # 120.00 / 6 = 20.00 a platform lead; its own leads are not measured, and say so
    assert "Cost per platform lead" in words and "20,00 €" in words
    assert "Not measured yet, for want of a source: New leads, Cost per lead (CPL)" in words
    assert "Total 40 120,00 6 20,00" in words
    words = read(client, cast.alicia, f"/a/aurora/c/cafe/kpi/cpc/?{MARCH}")
    # spend without clicks has no cost per click: 30.00 stands alone
    assert "Display —" in words and "3,00 €" in words
