"""Parameters from a day on: numbers piece by piece, marks, the page, and the wall."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.catalogue import Parameters
from kpis.catalogue.kpi import Piece
from kpis.catalogue.versions import History
from kpis.models import ParameterChange
from kpis.parameters import history_of, parameters_change, parameters_restore
from kpis.question import Question
from kpis.services import answer
from tests.cast import Cast
from tests.kpis.facts import marks, new_cost, new_daily, new_lead, new_sale, refresh

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
TENTH = date(2026, 3, 10)
PAGE = "/a/aurora/c/bodega/settings/parameters/"


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 7, 15, 12, tzinfo=UTC), tick=False):
        yield


def live(client: Client) -> None:
    for family in ("web", "ads", "leads", "sales", "costs"):
        SourceSync.objects.create(
            agency_id=client.agency_id, client=client, family=family, source="t", is_live=True
        )


def value(client: Client, key: str, period: Period = MARCH, **asked: Any) -> Any:
    return answer(client, Question((key,), period, **asked), sees_costs=True).only.values[key]


MEDIA, FULL = Parameters(), Parameters(cost_basis="full")
HISTORY = History(((None, MEDIA), (TENTH, FULL)))


def test_pieces_are_open_at_both_ends_and_only_there_when_needed() -> None:
    march = HISTORY.over(MARCH.first, MARCH.last)
    assert march.cost_basis == "full"
    assert march.pieces == (
        Piece(None, date(2026, 3, 9), MEDIA),
        Piece(TENTH, None, FULL),
    )
    assert HISTORY.over(date(2026, 3, 1), date(2026, 3, 9)).pieces == ()
    after = HISTORY.over(TENTH, MARCH.last)
    assert (after.pieces, len(after.reach)) == ((), 2)
    assert HISTORY.on(date(2026, 3, 9)) == MEDIA


def test_each_day_costs_by_the_basis_of_its_own(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        live(cast.bodega)
        for day in (date(2026, 3, 9), TENTH):
            new_daily(cast.bodega, day, ad_spend="100.00", channel="paid_search")
            new_cost(cast.bodega, day, day, "30.00")
            new_lead(cast.bodega, day)
        refresh(cast.bodega)
        assert value(cast.bodega, "cpl").value == Decimal(100)  # media: 200 / 2
        parameters_change(cast.bodega, TENTH, {"cost_basis": "full"}, "new contract", None)
        # The 9th still counts media, 100; the 10th all, 100 + 30: (100 + 130) / 2.
        found = value(cast.bodega, "cpl")
        assert found.value == Decimal(115)
        assert found.inputs["ad_spend@..2026-03-09"] == Decimal(100)
        assert found.inputs["agency_fees@2026-03-10.."] == Decimal(30)
        seen = answer(cast.bodega, Question(("cpl",), MARCH), sees_costs=False).only.values["cpl"]
        assert seen.value == Decimal(115)  # the number is the same, without the agency's own costs
        assert set(seen.inputs) == {"ad_spend@..2026-03-09", "ad_spend@2026-03-10..", "leads"}
        by_day = answer(
            cast.bodega, Question(("cpl",), Period(date(2026, 3, 9), TENTH), by="day"), True
        )
        assert [row.values["cpl"].value for row in by_day.rows] == [Decimal(100), Decimal(130)]
        assert by_day.parameters.cost_basis == "full"


def test_a_cohort_matures_by_the_window_of_its_own_day(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        live(cast.bodega)
        for created in (date(2026, 3, 9), TENTH):
            sold = date(2026, 4, 18)  # 40 and 39 days later
            lead = new_lead(cast.bodega, created, first_sale_on=sold)
            new_sale(cast.bodega, sold, 10, lead=lead, is_first=True)
        refresh(cast.bodega)
        assert value(cast.bodega, "lead_to_customer_rate").value == 1
        parameters_change(cast.bodega, TENTH, {"cohort_days": 30}, "", None)
        assert ("leads", None, None) in marks(cast.bodega)
        refresh(cast.bodega)
        # The lead of the 9th still has 90 days, the one of the 10th only 30: 1 of 2.
        assert value(cast.bodega, "lead_to_customer_rate").value == Decimal("0.5")


def test_only_what_is_stored_is_marked(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        refresh(cast.bodega)
        parameters_change(cast.bodega, TENTH, {"cost_basis": "full"}, "", None)
        assert marks(cast.bodega) == set()
        change = parameters_change(cast.bodega, TENTH, {"active_days": 100}, "", None)
        assert marks(cast.bodega) == {("sales", None, None)}
        refresh(cast.bodega)
        parameters_restore(cast.bodega, change.pk)
        assert marks(cast.bodega) == {("sales", None, None)}


def test_what_is_left_empty_stays_as_it_was(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        parameters_change(cast.bodega, TENTH, {"margin": Decimal("0.4")}, "", None)
        parameters_change(cast.bodega, date(2026, 5, 1), {"cohort_days": 30}, "", None)
        history = history_of(cast.bodega)
        found = [
            (each.profit_basis, each.margin, each.window_days) for _since, each in history.versions
        ]
        assert found == [
            ("revenue", None, 90),
            ("margin", Decimal("0.4"), 90),
            ("margin", Decimal("0.4"), 30),
        ]


def test_the_page_shows_changes_and_takes_one_back(cast: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.alicia)
    body = {"since": "2026-03-10", "cost_basis": "full", "margin": "0.4", "note": "New contract"}
    assert browser.post(PAGE, body).status_code == 302
    assert browser.post(PAGE, body).status_code == 302  # twice is once
    page = browser.get(PAGE).content.decode()
    for words in (
        "From 10 Mar 2026",
        "All marketing cost",
        "Gross margin",
        "New contract",
        "Since ever",
    ):
        assert words in page
    with tenant_scope(cast.aurora.pk):
        (number,) = ParameterChange.objects.values_list("pk", flat=True)
    assert browser.post(f"{PAGE}{number}/undo/").status_code == 302
    with tenant_scope(cast.aurora.pk):
        assert not ParameterChange.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"since": "2026-03-10"}, "Choose at least one thing"),
        ({"since": "31/02/2026", "cost_basis": "full"}, "valid date"),
        ({"since": "2026-03-10", "margin": "1.5"}, "less than or equal to 1"),
        ({"since": "1980-01-01", "cost_basis": "full"}, "client&#x27;s settings"),
    ],
)
def test_bad_input_is_answered_in_words(cast: Cast, body: dict[str, str], words: str) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.alicia)
    response = browser.post(PAGE, body)
    assert (response.status_code, words in response.content.decode()) == (422, True)
    with tenant_scope(cast.aurora.pk):
        assert not ParameterChange.objects.exists()


def test_nobody_else_sees_or_takes_back(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        change = parameters_change(cast.bodega, TENTH, {"cost_basis": "full"}, "", None)
    browser = Browser()
    for user, status in ((cast.malena, 404), (cast.marta, 403), (cast.vera, 403)):
        browser.force_login(user)
        assert browser.get(PAGE).status_code == status
        assert browser.post(f"{PAGE}{change.pk}/undo/").status_code == status
    with tenant_scope(cast.boreal.pk):
        assert not ParameterChange.objects.exists()
