"""Budgets by hand, and whose a cost of the sales team is."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import Budget, Cost, Salesperson, SourceSync
from kpis.models import DailyTotal
from tests.cast import Cast
from tests.kpis.facts import refresh

FIELDS = {
    "amount": "310.00", "currency": "EUR", "starts_on": "2026-03-01", "ends_on": "2026-03-31",
    "channel": "paid_search", "campaign": "",
}  # fmt: skip


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def address(name: str, *numbers: int) -> str:
    return reverse(name, args=["aurora", "bodega", *numbers])


def planned(cast: Cast) -> Budget:
    with tenant_scope(cast.aurora.pk):
        return Budget.objects.get(client=cast.bodega)


def test_it_is_planned_shown_and_spread_by_day(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    assert browser.get(address("budget_new")).status_code == 200
    answer = browser.post(address("budget_new"), FIELDS)
    assert answer["Location"] == address("budgets")
    page = browser.get(address("budgets")).content.decode()
    assert "310,00" in page and "Paid Search" in page
    with tenant_scope(cast.aurora.pk):
        budget = Budget.objects.get()
        assert (budget.amount, budget.channel) == (Decimal(310), "paid_search")
        # The budgets' source is live; costs are no better known than before.
        syncs = SourceSync.objects.values_list("family", "is_live", "complete_from")
        assert list(syncs) == [("budget", True, date(2026, 3, 1))]
        refresh(cast.bodega)
        days = DailyTotal.objects.filter(family="budget").values_list("ad_budget", flat=True)
        assert list(days) == [Decimal(10)] * 31  # 310.00 over 31 days


def test_it_is_changed_and_removed(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    browser.post(address("budget_new"), FIELDS)
    number = planned(cast).pk
    browser.post(address("budget_detail", number), {**FIELDS, "amount": "62.00", "channel": ""})
    assert (planned(cast).amount, planned(cast).channel) == (Decimal(62), "")
    browser.post(address("budget_remove", number))
    with tenant_scope(cast.aurora.pk):
        assert not Budget.objects.exists()
        refresh(cast.bodega)
        assert not DailyTotal.objects.filter(family="budget").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "-5"}, "amount"),
        ({"ends_on": "2026-02-28"}, "ends_on"),
        ({"starts_on": "2026-02-31"}, "starts_on"),
        ({"currency": "XXY"}, "currency"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    answer = browser_of(cast.marta).post(address("budget_new"), FIELDS | changes)
    assert list(answer.context["form"].errors) == [field]


def test_whoever_only_reads_plans_nothing(cast: Cast) -> None:
    assert browser_of(cast.ana).post(address("budget_new"), FIELDS).status_code == 403
    assert browser_of(cast.malena).post(address("budget_new"), FIELDS).status_code == 404


def test_a_cost_of_the_sales_team_may_be_a_salespersons(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        eva = Salesperson.objects.create(
            agency=cast.aurora, client=cast.bodega, external_id="1", name="Eva"
        )
    browser = browser_of(cast.marta)
    cost = {**FIELDS, "channel": "", "layer": "sales", "salesperson": str(eva.pk), "seen_by": ""}
    refused = browser.post(address("cost_new"), {**cost, "layer": "fee"})
    assert list(refused.context["form"].errors) == ["salesperson"]
    browser.post(address("cost_new"), cost)
    with tenant_scope(cast.aurora.pk):
        assert Cost.objects.get().salesperson == eva
        refresh(cast.bodega)
        days = DailyTotal.objects.filter(family="costs").values_list("sales_cost", flat=True)
        assert list(days) == [Decimal(10)] * 31
