"""Lists and the board in a real browser: keys, selection, undo, dragging; nothing for axe to complain of."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.tenancy import tenant_scope
from campaigns.lead_steps import today_of
from campaigns.models import Lead, SaleLine
from tests.browser.conftest import axe_violations
from tests.cast import Cast

BODEGA = "/a/aurora/c/bodega/"


@pytest.fixture
def leads(committed_cast: Cast) -> Cast:
    """Ada came in last, then Bea and Cleo."""
    cast = committed_cast
    with tenant_scope_of(cast):
        for number, name in enumerate(("Cleo", "Bea", "Ada")):
            Lead.objects.create(
                agency=cast.aurora, client=cast.bodega, source="crm", external_id=name, tz="UTC",
                name=name, email=f"{name}@bodega.example", created_at=datetime(2026, 3, 1 + number, tzinfo=UTC),
            )  # fmt: skip
    return cast


def tenant_scope_of(cast: Cast) -> Any:
    stack = ExitStack()
    stack.enter_context(transaction.atomic())
    stack.enter_context(tenant_scope(cast.aurora.pk))
    return stack


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_list_is_used_by_its_keys_and_undone(
    leads: Cast, visit: Callable[..., Any], width: int, theme: str
) -> None:
    desk = visit(leads.marta, width, theme)
    page = desk.open(BODEGA + "leads/")
    assert axe_violations(page) == []
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[data-pick-bar] button[value=remove]").click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.wait_for_load_state("networkidle")  # until its scripts hear
    page.keyboard.press("u")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    assert axe_violations(page) == []
    page.keyboard.press("/")
    page.keyboard.type("be")
    page.wait_for_url("**q=be*")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#list-search").blur()
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    page.fill("[name=email]", "nonsense@x")
    page.fill("[name=created_date]", "2035-01-01")
    page.locator("form.panel button.btn-primary").click()
    expect(page.locator(".field-errors").first).to_be_visible()
    expect(page.locator("[name=email]")).to_be_focused()
    assert ["422" in each for each in desk.complaints] == [True]  # the browser's own word of it
    desk.complaints.clear()


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_a_card_is_moved_by_its_menu_and_the_move_undone(
    leads: Cast, visit: Callable[..., Any], width: int, theme: str
) -> None:
    page = visit(leads.sergio, width, theme).open(BODEGA + "leads/board/")
    assert axe_violations(page) == []
    page.locator("[data-card]").first.focus()
    page.keyboard.press("m")
    page.keyboard.press("Enter")  # the first stage ahead
    page.wait_for_selector("[data-stage=mql] [data-card]")
    page.locator(".toast-card form button").click()
    expect(page.locator("[data-stage=lead] [data-card]")).to_have_count(3)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_card_is_dragged(leads: Cast, visit: Callable[..., Any]) -> None:
    page = visit(leads.sergio).open(BODEGA + "leads/board/")
    page.locator("[data-move]").first.drag_to(page.locator("[data-stage=opp]"))
    page.wait_for_selector("[data-stage=opp] [data-card]")
    with tenant_scope_of(leads):
        assert Lead.objects.get(name="Ada").opp_on == today_of(leads.bodega)


def test_a_sale_gets_its_lines(committed_cast: Cast, visit: Callable[..., Any]) -> None:
    """3 x 12.50 + 4 = 41.50, while one types and as it is kept; a line that was added goes again."""
    cast = committed_cast
    page = visit(cast.marta, 390).open(BODEGA + "sales/new/")
    page.locator("[data-lines] > summary").click()
    page.fill("[name=line-0-product]", "Malbec")
    page.fill("[name=line-0-units]", "3")
    page.fill("[name=line-0-unit_price]", "12.5")
    for number, amount in ((1, "4"), (2, "9")):
        page.locator("[data-line-add]").click()
        assert page.evaluate("document.activeElement.name") == f"line-{number}-product"
        page.fill(f"[name=line-{number}-amount]", amount)
    page.locator("[data-line-remove]").nth(2).click()
    assert page.input_value("[name=amount]") == "41.5"
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("form.panel button.btn-primary").click()
    page.wait_for_selector("tr[data-row]")
    with tenant_scope_of(cast):
        assert [(line.units, line.amount) for line in SaleLine.objects.order_by("pk")] == [
            (3, Decimal("37.5")), (0, Decimal(4)),
        ]  # fmt: skip
    page.locator("[data-row-open]").first.click()
    page.locator("[name=line-1-amount]").wait_for()
    page.wait_for_load_state("networkidle")  # until its scripts hear
    page.fill("[name=line-1-product]", "mal")
    page.locator("#line-products option").wait_for(state="attached")
    assert page.locator("#line-products option").first.get_attribute("value").startswith("Malbec")
