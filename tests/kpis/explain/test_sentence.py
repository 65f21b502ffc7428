"""A change in one sentence, in the reader's numbers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign
from kpis.book import book_of
from kpis.calendar import Period
from kpis.compare import PREVIOUS
from kpis.explaining import explanation
from kpis.pages.reader import Reader
from kpis.pages.why import why_page
from kpis.question import Question
from tests.cast import Cast
from tests.kpis.explain.world import MARCH, sources, tell, total


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            tell(cast.bodega)
            yield cast.bodega


def said(client: Client, key: str, by: str, locale: str = "en", **filters: Any) -> str:
    days = Period(date(2026, 3, 1), date(2026, 3, 31))
    question = Question((key,), days, filters=filters, compare=PREVIOUS)
    found = explanation(client, question, by, True)
    page = why_page(found, book_of(client), Reader(locale, client.currency))
    return page.sentence.replace("\u00a0", " ")


def test_the_example_of_the_paper(bodega: Client) -> None:
    assert said(bodega, "cpl", "factors") == (
        "CPL rose €6.25: €3.38 because the click is dearer and €2.87 because it converts less."
    )


def test_numbers_are_the_readers(bodega: Client) -> None:
    """Words are in the language in force; numbers and the list in the reader's locale."""
    assert said(bodega, "cpl", "factors", "es-ES") == (
        "CPL rose 6,25 €: 3,38 € because the click is dearer y 2,87 € because it converts less."
    )


def test_effects_that_go_against_the_change_have_a_sign(bodega: Client) -> None:
    # 10 × 100 × 1 = 1,000 → 12 × 125 × 0.8 = 1,200; L = 200/ln 1.2 = 1,096.96
    assert said(bodega, "revenue", "factors") == (
        "Revenue rose €200.00: +€244.78 because the average ticket is higher, "
        "-€244.78 because more is refunded, and +€200.00 because more is sold."
    )


def test_a_rate_moves_by_points(bodega: Client) -> None:
    sources(bodega, "web")
    web = {"channel": "email"}
    total(bodega, "web", date(2026, 2, 10), sessions=1000, sessions_with_lead=20, **web)
    total(bodega, "web", MARCH, sessions=1000, sessions_with_lead=34, **web)
    assert said(bodega, "traffic_to_lead_rate", "channel") == (
        "Visit to lead rose 1.4 pp: 1.4 pp because the segments themselves changed."
    )


def test_segments_are_named_and_spend_without_leads_too(bodega: Client) -> None:
    social = {"channel": "paid_social"}
    total(bodega, "ads", date(2026, 2, 11), ad_spend=100, **social)
    total(bodega, "leads", date(2026, 2, 11), leads=10, **social)
    total(bodega, "ads", date(2026, 3, 11), ad_spend=60, **social)
    # z 1.50; rate 11/12 × 6.25; mix of social −1/6 × (10 − 13.125)
    assert said(bodega, "cpl", "channel") == (
        "CPL rose €7.75: €5.73 because the segments themselves changed, €1.50 of Ad spend "
        "without New leads, and €0.52 because their shares shifted."
    )
    assert said(bodega, "leads", "channel") == (
        "Leads fell 20: 10 from Paid Search and 10 from Paid Social."
    )


def test_a_name_with_a_percent_sign_is_only_a_name(bodega: Client) -> None:
    wine = Campaign.objects.create(
        agency_id=bodega.agency_id, client=bodega, external_id="1", name="100 %(s)s %"
    )
    total(bodega, "leads", MARCH, leads=3, channel="email", campaign_id=wine.pk)
    assert said(bodega, "leads", "campaign") == (
        "Leads fell 7: -10 from No campaign and +3 from 100 %(s)s %."
    )


def test_nothing_moved(bodega: Client) -> None:
    assert said(bodega, "clicks", "channel") == "Clicks did not change."


def test_where_there_is_none_it_says_why(bodega: Client) -> None:
    assert said(bodega, "clicks", "factors") == (
        "It is counted, not computed: it has no factors. Choose a dimension."
    )
