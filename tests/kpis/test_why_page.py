"""GET /a/<agency>/c/<client>/kpi/<key>/why/ and its CSV: a page, and a part of the KPI page."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, SourceSync
from tests.cast import Cast
from tests.kpis.explain.world import FEBRUARY, MARCH, tell, total

KPI = "/a/aurora/c/bodega/kpi/cpl/"
WHY = f"{KPI}why/"
IN_MARCH = {"period": "last_complete_month", "compare": "previous"}
PART = {"HX-Request": "true", "HX-Target": "why"}


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def told(cast: Cast) -> Cast:
    with tenant_scope(cast.aurora.pk):
        tell(cast.bodega)
    return cast


def get(client: Browser, who: Any, path: str, headers: Any = None, **params: str) -> Any:
    client.force_login(who)
    return client.get(
        path, {**IN_MARCH, **params}, headers={"Accept-Language": "en", **(headers or {})}
    )


def words(page: Any) -> str:
    plain = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return " ".join(plain.replace("\u00a0", " ").split())


def test_the_page_says_it_in_a_sentence_a_chart_and_a_table(client: Browser, told: Cast) -> None:
    page = get(client, told.alicia, WHY)
    text = words(page)
    assert "CPL rose 6,25 €: 3,38 € because the click is dearer and 2,87 € because" in text
    assert "It does not say what caused it." in text
    assert "March 2026 against February 2026 (Previous period)" in text
    assert "Cost per click 0,50 € 0,65 € +3,38 €" in text
    assert "Leads per click 5,0 % 4,0 % +2,87 €" in text
    assert "10,00 € 16,25 € +6,25 €" in text
    html = page.content.decode()
    chart = json.loads(re.search(r'id="why-data"[^>]*>(.*?)</script>', html)[1])  # type: ignore[index]
    assert chart["rumbo"]["titles"] == ["Before", "Cost per click", "Leads per click", "Now"]
    assert '<option value="factors" selected>' in html
    assert '<option value="channel">' in html


def test_by_channel(client: Browser, told: Cast) -> None:
    text = words(get(client, told.alicia, WHY, why="channel"))
    assert "Paid Search 100,0 % 100,0 % 10,00 € 16,25 € 0,00 € +6,25 € +6,25 €" in text


def test_the_kpi_page_has_a_place_for_it(client: Browser, told: Cast) -> None:
    html = get(client, told.alicia, KPI, why="channel").content.decode()
    place = re.search(r'<section class="panel" id="why".*?</section>', html, re.S)
    assert place
    assert 'hx-get="/a/aurora/c/bodega/kpi/cpl/why/?period=last_complete_month' in place[0]
    assert "why=channel" in place[0]


def test_htmx_gets_the_part_and_the_address_to_show(client: Browser, told: Cast) -> None:
    page = get(client, told.alicia, WHY, PART)
    assert "<html" not in page.content.decode()
    assert page.content.decode().lstrip().startswith('<section class="panel" id="why"')
    assert "HX-Push-Url" not in page.headers
    chosen = {**PART, "HX-Trigger": "why-by", "HX-Current-URL": f"http://testserver{KPI}?x=1"}
    page = get(client, told.alicia, WHY, chosen, why="channel")
    assert page.headers["HX-Push-Url"] == (
        f"{KPI}?period=last_complete_month&compare=previous&why=channel"
    )
    own = {**chosen, "HX-Current-URL": f"http://testserver{WHY}"}
    page = get(client, told.alicia, WHY, own, why="channel")
    assert page.headers["HX-Push-Url"].startswith(f"{WHY}?")


def test_names_are_only_text(client: Browser, told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        wine = Campaign.objects.create(
            agency=told.aurora, client=told.bodega, external_id="1", name="<b>=Wine</b> 100 %"
        )
        for day, spend in ((FEBRUARY, 100), (MARCH, 200)):
            total(told.bodega, "ads", day, ad_spend=spend, campaign_id=wine.pk, channel="display")
            total(told.bodega, "leads", day, leads=5, campaign_id=wine.pk, channel="display")
    html = get(client, told.alicia, WHY, why="campaign").content.decode()
    assert "<b>=Wine" not in html
    assert "&lt;b&gt;=Wine&lt;/b&gt; 100 %" in html
    client.force_login(told.alicia)
    csv = client.get(f"{KPI}why.csv", {**IN_MARCH, "why": "campaign"}).content.decode()
    assert ",<b>=Wine</b> 100 %," in csv


def test_csv_adds_up_to_the_change(client: Browser, told: Cast) -> None:
    response = get(client, told.alicia, f"{KPI}why.csv", why="channel")
    assert response["Content-Disposition"] == (
        'attachment; filename="bodega-why-cpl-2026-03-01-2026-03-31.csv"'
    )
    assert response.content.decode("utf-8-sig").splitlines() == [
        "kpi,by,kind,key,name,before,after,share before,share after,mix,rate,effect",
        "cpl,channel,segment,paid_search,Paid Search,10,16.25,1,1,0,6.25,6.25",
        "cpl,channel,whole,,Cost per lead (CPL),10,16.25,,,,,6.25",
    ]


def test_vera_reads_it_sergio_does_not_and_malena_finds_nothing(
    client: Browser, told: Cast
) -> None:
    assert get(client, told.vera, WHY).status_code == 200
    assert get(client, told.sergio, WHY).status_code == 403
    assert get(client, told.malena, WHY).status_code == 404


def test_bad_input(client: Browser, told: Cast) -> None:
    assert get(client, told.alicia, "/a/aurora/c/bodega/kpi/nonsense/why/").status_code == 404
    # What is not known is left out; a tree that the KPI does not have is said.
    assert "because the click is dearer" in words(get(client, told.alicia, WHY, why="<script>"))
    page = get(client, told.alicia, WHY, why="factors-nothing")
    assert "This number cannot be split in this way." in words(page)
    assert "why-data" not in page.content.decode()


def test_without_a_comparison_the_usual_one_is_named(client: Browser, told: Cast) -> None:
    text = words(get(client, told.alicia, WHY, compare="none"))
    assert "March 2026 against March 2025 (Last year, same dates)" in text
    assert "There is nothing to divide by" in text


def test_a_comparison_of_which_nothing_is_known_is_named_as_such(
    client: Browser, told: Cast
) -> None:
    """Not as if the period that is asked about had no data."""
    with tenant_scope(told.aurora.pk):
        known = {"complete_from": date(2026, 2, 1), "complete_through": date(2026, 3, 31)}
        assert SourceSync.objects.update(is_live=False, **known)
    text = words(get(client, told.alicia, WHY, compare="none"))
    assert "The period to compare with has days without data." in text
    assert "No day of the period" not in text
