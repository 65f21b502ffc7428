"""One number, one meaning: the page, the API, the CSV and a query of its own say the same."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client as Browser

from accounts.tenancy import tenant_scope
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.formats import format_value
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.kpis import more_derivations, second_derivation
from tests.kpis.varied_facts import write_facts
from tests.kpis.varied_ranges import report_ranges

QUERIES = second_derivation.QUERIES | more_derivations.QUERIES
NOT_BY_CHANNEL = second_derivation.NOT_BY_CHANNEL | more_derivations.NOT_BY_CHANNEL

FIRST, LAST = date(2025, 11, 3), date(2026, 2, 20)
DAYS = {"from": FIRST.isoformat(), "to": LAST.isoformat()}
#: (KPI, split value or None) → its value
Numbers = Mapping[tuple[str, str | None], Decimal | None]


@pytest.fixture
def told(cast: Cast) -> Iterator[Cast]:
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            cast.bodega.profit_basis, cast.bodega.margin = "cost_of_goods", Decimal("0.4")
            cast.bodega.active_days = 45
            cast.bodega.save()
            world = write_facts(cast.bodega, 20260302, date(2025, 9, 1), date(2026, 3, 31))
            report_ranges(world, [Period(FIRST, LAST)])
            snapshot_refresh(cast.bodega)
        yield cast


@pytest.fixture
def browser(told: Cast) -> Browser:
    browser = Browser(headers={"Accept-Language": "en"})
    browser.force_login(told.alicia)
    return browser


def test_api_csv_and_query_agree_on_every_kpi(told: Cast, browser: Browser) -> None:
    for split in (None, "channel"):
        api = by_api(browser, split)
        assert by_csv(browser, split) == api
        assert {place: _cut(value) for place, value in api.items()} == {
            (key, channel): _cut(by_query(told, key, channel)) for key, channel in api
        }


def test_every_kpi_page_agrees(browser: Browser) -> None:
    whole = by_api(browser, None)
    for key, kpi in KPIS.items():
        page = browser.get(f"/a/aurora/c/bodega/kpi/{key}/", DAYS).content.decode()
        shown = format_value(whole[key, None], kpi.unit, "en-ES", "EUR")
        assert _hero(page) == shown, key
        if key not in NOT_BY_CHANNEL:
            by_channel = by_api(browser, "channel", key)
            assert {(key, code): cells[0] for code, cells in _table(page).items()} == by_channel


def test_the_dashboards_table_agrees(browser: Browser) -> None:
    page = browser.get("/a/aurora/c/bodega/", {**DAYS, "view": "analyst"}).content.decode()
    links = [unescape(link) for link in re.findall(r"numbers\.csv\?([^\"]*)", page)]
    asked = next(QueryDict(link)["keys"] for link in links if "split=channel" in link)
    by_channel = by_api(browser, "channel", asked)
    rows = _table(page)
    assert {(key, code) for code in rows for key in asked.split(",")} == set(by_channel)
    for code, cells in rows.items():
        assert cells == [by_channel[key, code] for key in asked.split(",")], code


def by_api(browser: Browser, split: str | None, keys: str = ",".join(KPIS)) -> Numbers:
    query = {"keys": keys, **DAYS, **({"split": split} if split else {})}
    reply = browser.get(
        "/api/v1/clients/bodega/kpis/values/", query, headers={"Rumbo-Agency": "aurora"}
    )
    assert reply.status_code == 200, reply.content
    return {
        (key, row["split"]): None if value["value"] is None else Decimal(value["value"])
        for row in reply.json()["rows"]
        for key, value in row["values"].items()
    }


def by_csv(browser: Browser, split: str | None) -> Numbers:
    query = {
        "keys": ",".join(KPIS),
        **DAYS,
        "compare": "none",
        **({"split": split} if split else {}),
    }
    reply = browser.get("/a/aurora/c/bodega/numbers.csv", query)
    assert reply.status_code == 200, reply.content
    rows = csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig")))
    return {
        (key, row[split] if split else None): _number(row.get(key) or row.get(f"{key} (EUR)") or "")
        for row in rows
        for key in KPIS
    }


def by_query(told: Cast, key: str, channel: str | None) -> Decimal | None:
    if channel is not None and key in NOT_BY_CHANNEL:
        return None
    about = {
        "client": told.bodega.pk,
        "channel": channel,
        "first": FIRST,
        "last": LAST,
        "through": date(2026, 6, 30),
    }
    with tenant_scope(told.aurora.pk), connection.cursor() as cursor:
        cursor.execute(QUERIES[key], about)
        found = cursor.fetchone()[0]
    return None if found is None else Decimal(found)


def _number(text: str) -> Decimal | None:
    """A cell of the CSV; a leading apostrophe keeps a negative number from running as a formula."""
    return Decimal(text.lstrip("'")) if text else None


def _cut(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("1e-15"))


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def _hero(page: str) -> str:
    found = re.search(r'<span class="hero-value nums">(.*?)</span>\s*<span>', page, re.DOTALL)
    assert found
    return _text(found[1])


def _table(page: str) -> dict[str, list[Decimal | None]]:
    """Channel → the exact values of its cells, as the table by channel keeps them for sorting."""
    section = re.search(
        r'<section class="panel" aria-labelledby="by-channel">(.*?)</section>', page, re.DOTALL
    )
    assert section
    found = {}
    for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", section[1], re.DOTALL):
        if code := re.search(r'<span class="swatch" data-channel="([^"]*)"', row):
            found[code[1]] = [_number(value) for value in re.findall(r'data-value="([^"]*)"', row)]
    return found
