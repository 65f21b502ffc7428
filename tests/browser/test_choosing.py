"""Choosing KPIs by keyboard: the list moves, focus stays with the line, the search adds."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

NEW = "/a/aurora/kpi-templates/new/?from=lead_generation"
Visit = Callable[..., Visitor]


def lines(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "[data-chosen] input[name=text]", "inputs => inputs.map(input => input.value)"
    )
    return found


def test_the_list_is_sorted_by_keyboard(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open(NEW)
    first = page.locator("[data-chosen] [data-line]").nth(1).locator("input[name=text]")
    page.focus("#down-leads")
    page.keyboard.press("Enter")
    expect(first).to_have_value("cpl")
    expect(page.locator("#down-leads")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(first).to_have_value("leads")
    expect(page.locator("#up-leads")).to_be_focused()
    assert lines(page)[1:3] == ["leads", "cpl"]


def test_the_search_adds_what_it_finds(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open(NEW)
    search = page.locator("[data-search-add]")
    search.fill("mobile_traffic")
    search.press("Enter")
    offer = page.locator('[data-offer="mobile_traffic_share"]')
    expect(offer).to_have_attribute("aria-pressed", "true")
    assert lines(page)[-1] == "mobile_traffic_share"
    page.locator("#template-name").fill("Shops")
    page.locator('button[value="save"]').click()
    page.wait_for_url("**/apply/")
    page.locator('input[name="client"]').first.check()
    page.locator("form.panel button.btn-primary").click()
    page.wait_for_url("**/apply/?done=*")
    expect(page.locator('form[action*="/undo/"]')).to_have_count(1)


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_the_pages_fit_and_are_accessible(visit: Visit, told: Cast, width: int, theme: str) -> None:
    visitor = visit(told.alicia, width, theme)
    wrong = []
    for path in (
        NEW,
        "/a/aurora/kpi-templates/",
        "/a/aurora/c/bodega/shown/",
        "/a/aurora/c/bodega/glossary/",
    ):
        page = visitor.open(path)
        too_wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{path} is {too_wide} px too wide at {width}"
        wrong += [f"{path}: {violation}" for violation in axe_violations(page)]
        page.close()
    assert "\n".join(wrong) == ""
