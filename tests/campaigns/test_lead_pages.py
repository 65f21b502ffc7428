"""The pages of leads, costs and salespeople, as they are used."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Membership, User
from accounts.tenancy import tenant_scope
from campaigns.models import Cost, Lead, Sale, Salesperson
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _in_march() -> Any:
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        yield


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def address(route: str, *numbers: int) -> str:
    return reverse(route, args=["aurora", "bodega", *numbers])


def add(browser: Browser, **fields: str) -> Any:
    fields = {"name": "Nora", "created_date": "2026-03-02", "channel": "email"} | fields
    return browser.post(address("lead_new"), fields)


def only_lead(cast: Cast) -> Lead:
    with tenant_scope(cast.aurora.pk):
        return Lead.objects.get()


def test_a_seller_adds_a_lead_and_wins_it(cast: Cast) -> None:
    browser = browser_of(cast.sergio)
    add(browser)
    lead = only_lead(cast)
    browser.post(
        address("lead_move", lead.pk), {"stage": "customer", "on": "2026-03-10", "amount": "99.90"}
    )
    shown = browser.get(address("lead_detail", lead.pk)).context
    assert (shown["lead"].stage, shown["lead"].closed_on) == ("customer", date(2026, 3, 10))
    assert [(step.stage, person) for step, person in shown["history"]] == [
        ("lead", "Sergio"), ("mql", "Sergio"), ("sql", "Sergio"), ("opp", "Sergio"),
        ("customer", "Sergio"),
    ]  # fmt: skip
    # A seller sees no revenue; a manager does.
    assert list(shown["sales"]) == []
    seen = browser_of(cast.marta).get(address("lead_detail", lead.pk)).context
    assert [str(sale.amount) for sale in seen["sales"]] == ["99.900000"]


def test_a_seller_begins_at_the_own_counts(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own = Salesperson.objects.create(
            agency=cast.aurora,
            client=cast.bodega,
            external_id="s",
            name="Sergio",
            membership=Membership.objects.get(user=cast.sergio),
        )
    browser = browser_of(cast.sergio)
    assert browser.get("/").url == "/a/aurora/leads/"
    add(browser, salesperson=str(own.pk))
    counts = browser.get("/a/aurora/leads/").context["counts"]
    assert [(each.client.slug, each.own_open) for each in counts] == [("bodega", 1), ("cafe", 0)]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"created_date": "2026-02-31"}, "created_date"),
        ({"created_date": "2026-03-21"}, "created_date"),
        ({"amount": "-1"}, "amount"),
        ({"channel": "nonsense"}, "channel"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_lead_that_cannot_be_is_told_at_its_field(
    cast: Cast, fields: dict[str, str], wrong: str
) -> None:
    answer = add(browser_of(cast.marta), **fields)
    assert list(answer.context["form"].errors) == [wrong]
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == 0


def test_a_step_that_cannot_be_is_told_and_nothing_changed(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    add(browser)
    lead = only_lead(cast)
    answer = browser.post(address("lead_move", lead.pk), {"stage": "opp", "on": "2026-03-01"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["on"])
    assert only_lead(cast).stage == "lead"


def test_a_lead_is_edited_set_aside_and_reopened(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    add(browser)
    number = only_lead(cast).pk
    edit = {"name": "Nora B.", "created_date": "2026-03-03", "created_time": "09:30"}
    browser.post(address("lead_edit", number), {**edit, "channel": "direct"})
    browser.post(address("lead_status", number), {"status": "spam"})
    lead = only_lead(cast)
    assert (lead.name, lead.channel, lead.status) == ("Nora B.", "direct", "spam")
    assert lead.created_at == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    browser.post(address("lead_move", number), {"stage": "customer", "on": "2026-03-10"})
    browser.post(address("lead_reopen", number))
    with tenant_scope(cast.aurora.pk):
        assert (Lead.objects.get().outcome, Sale.objects.count()) == ("", 0)


def cost_fields(**changes: str) -> dict[str, str]:
    fields = {
        "layer": "fee",
        "amount": "1450.00",
        "currency": "EUR",
        "starts_on": "2026-03-01",
        "ends_on": "2026-03-31",
        "seen_by": "",
    }
    return fields | changes


@pytest.mark.parametrize(
    ("layer", "seen_by", "is_shared"),
    [("fee", "", True), ("people", "", False), ("tools", "shared", True), ("media", "own", False)],
)
def test_who_sees_a_cost_follows_its_layer_unless_said(
    cast: Cast, layer: str, seen_by: str, is_shared: bool
) -> None:
    browser_of(cast.marta).post(address("cost_new"), cost_fields(layer=layer, seen_by=seen_by))
    with tenant_scope(cast.aurora.pk):
        assert Cost.objects.get().is_shared is is_shared


def test_costs_are_summed_per_currency(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    for changes in ({}, {"amount": "50.00"}, {"currency": "USD", "amount": "7.00"}):
        browser.post(address("cost_new"), cost_fields(**changes))
    sums = browser_of(cast.ana).get(address("costs")).context["tally"].sums
    assert sums == [(Decimal(1500), "EUR"), (Decimal(7), "USD")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "-5"}, "amount"),
        ({"currency": "XXY"}, "currency"),
        ({"ends_on": "2026-02-28"}, "ends_on"),
        ({"starts_on": "2026-02-31"}, "starts_on"),
    ],
)
def test_a_cost_that_cannot_be_is_told_at_its_field(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    answer = browser_of(cast.marta).post(address("cost_new"), cost_fields(**changes))
    assert list(answer.context["form"].errors) == [field]


def test_a_cost_is_changed_and_removed(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    browser.post(address("cost_new"), cost_fields())
    with tenant_scope(cast.aurora.pk):
        number = Cost.objects.get().pk
    browser.post(address("cost_detail", number), cost_fields(amount="10.00", seen_by="own"))
    with tenant_scope(cast.aurora.pk):
        cost = Cost.objects.get()
        assert (str(cost.amount), cost.is_shared) == ("10.000000", False)
    browser.post(address("cost_remove", number))
    with tenant_scope(cast.aurora.pk):
        assert Cost.objects.count() == 0


def test_malena_finds_no_lead_by_another_client(cast: Cast) -> None:
    add(browser_of(cast.marta))
    number = only_lead(cast).pk
    own = reverse("lead_detail", args=["boreal", "dulce", number])
    assert browser_of(cast.malena).get(own).status_code == 404
    other = reverse("lead_detail", args=["aurora", "cafe", number])
    assert browser_of(cast.marta).get(other).status_code == 404
