"""The page of one KPI as a new reader meets it: what the number is, whether it is final, its parts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client as Browser

from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.catalogue import KPIS
from kpis.models import Restatement
from kpis.pages.one_kpi import related_of
from tests.cast import Cast
from tests.kpis.test_pages import BODEGA, MARCH, read, told, total

__all__ = ["told"]


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    """Noon of 15 April 2026: the last complete month is March."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


def test_own_numbers_are_put_into_the_formula(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}kpi/cpl/?{MARCH}")
    # 1,000.00 / 50 = 20.00
    assert "Cost per lead (CPL) = Ad spend ÷ New leads" in words
    assert "1.000,00 € ÷ 50 = 20,00 €" in words


def test_a_zero_denominator_is_shown_in_place(client: Browser, told: Cast) -> None:
    # paid social has no lead: nothing spent either, so nothing stands beside the dash
    words = read(client, told.alicia, f"{BODEGA}kpi/cpl/?{MARCH}&channel=paid_social")
    assert "0,00 € ÷ 0 = —" in words


def test_the_agencys_part_is_named_and_not_counted_out(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}kpi/cac/?{MARCH}")
    assert "(1.000,00 € + 500,00 €" in words and "÷ 12 = 125,00 €" in words
    words = read(client, told.vera, f"{BODEGA}kpi/cac/?{MARCH}")
    # fees, tools, people and the rest are one part to her
    assert "(1.000,00 € + [the agency's own part]) ÷ 12" in words.replace("&#x27;", "'")
    assert "500,00" not in words


def test_a_single_measure_is_not_put_into_itself(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}kpi/leads/?{MARCH}")
    assert "New leads = " not in words and "New leads 50 32" in words


def test_inputs_lead_to_their_rows(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    html = client.get(f"{BODEGA}kpi/cpl/?{MARCH}&channel=paid_search").content.decode()
    assert 'leads/?first=2026-03-01&amp;last=2026-03-31&amp;channel=paid_search"' in html
    html = client.get(f"{BODEGA}kpi/cac/?{MARCH}").content.decode()
    assert 'href="/a/aurora/c/bodega/costs/">Agency fees' in html
    client.force_login(told.vera)  # sees no persons and no layers
    html = client.get(f"{BODEGA}kpi/cpl/?{MARCH}").content.decode()
    assert "leads/?first" not in html and "/costs/" not in html


def test_whether_it_is_final_is_said(client: Browser, told: Cast) -> None:
    # leads settle one day after theirs, ads three: March is over since 4 April
    words = read(client, told.alicia, f"{BODEGA}kpi/cpl/?{MARCH}")
    assert "Final Every source has delivered these days" in words
    # 1 to 14 April, noon of the 15th: ads of the 14th settle on 15 + 3 = 18 April
    words = read(client, told.alicia, f"{BODEGA}kpi/cpl/?from=2026-04-01&to=2026-04-14")
    assert "It is final on 18 Apr 2026." in words
    words = read(client, told.alicia, f"{BODEGA}kpi/leads/?from=2026-04-01&to=2026-04-30")
    assert "Partial Computed over the days" in words
    assert "The period is not over: the last complete day is 14 Apr 2026." in words


def test_what_is_missing_and_what_was_corrected_is_said(client: Browser, told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        SourceSync.objects.filter(client=told.bodega, family="ads").update(
            is_live=False, complete_through=date(2026, 3, 20)
        )
        Restatement.objects.create(
            agency=told.aurora, client=told.bodega, family="leads", day=date(2026, 3, 10),
            channel="paid_search", measure="leads", difference=2, reasons=["import"],
        )  # fmt: skip
    words = read(client, told.alicia, f"{BODEGA}kpi/cpl/?{MARCH}")
    assert "Missing: Advertising (crm): 21–31 Mar 2026." in words
    assert "1 closed day was corrected since it was reported; see below." in words


def test_few_cases_are_said(client: Browser, told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        total(told.cafe, "ads", date(2026, 3, 10), ad_spend=30)
    words = read(client, told.alicia, f"/a/aurora/c/cafe/kpi/cpl/?{MARCH}")
    # 30.00 / 1 lead
    assert "30,00 € ÷ 1 = 30,00 €" in words and "It stands on few cases" in words


def test_thirteen_months(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}kpi/cpl/?{MARCH}")
    table = words[words.index("The last 13 months") : words.index("By channel")]
    # March 1,000 / 50, February 800 / 32; 20.00 is 5.00 or 20.0 % less than 25.00
    assert "March 2026 20,00 € -20,0 % February 2026 25,00 €" in table
    assert "March 2025" in table and "February 2025" not in table


def test_thirteen_months_end_with_the_last_complete_day(client: Browser, told: Cast) -> None:
    words = read(client, told.alicia, f"{BODEGA}kpi/leads/?from=2026-04-01&to=2026-04-30")
    assert "1–14 Apr 2026 Provisional 0 -100,0 %" in words[words.index("The last 13 months") :]


def test_a_month_that_is_not_over_is_compared_with_the_same_days(
    client: Browser, told: Cast
) -> None:
    with tenant_scope(told.aurora.pk):
        total(told.bodega, "leads", date(2026, 3, 20), leads=70)
        total(told.bodega, "leads", date(2026, 4, 3), leads=60)
    words = read(client, told.alicia, f"{BODEGA}kpi/leads/?from=2026-04-01&to=2026-04-30")
    # 60 against the 50 of 10 March, not against all 120 of March; March against 32: 88 / 32 = 2.75
    table = words[words.index("The last 13 months") :]
    assert "Provisional 60 +20,0 % vs. 1–14 Mar 2026 March 2026 120 +275,0 %" in table


def test_what_to_read_next() -> None:
    sessions, cpl = KPIS["sessions"], KPIS["cpl"]
    named = replace(cpl, key="named", related=("cac", "gone", "named"), preset_of="cpl")
    book = {"sessions": sessions, "cpl": cpl, "cac": KPIS["cac"], "named": named}
    assert [each.key for each in related_of(named, book)] == ["cpl", "cac"]
    # the wider one leads to its narrower forms
    assert "named" in [each.key for each in related_of(cpl, book)]
