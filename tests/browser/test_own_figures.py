"""Own figures in a browser: a formula written by keyboard, a month of values typed and pasted."""

from collections.abc import Callable

from playwright.sync_api import expect

from accounts.tenancy import tenant_transaction
from campaigns.own_services import MeasureWish, own_measure_define
from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

KPIS = "/a/aurora/c/bodega/kpis/"
Visit = Callable[..., Visitor]


def test_a_formula_is_written_by_keyboard(visit: Visit, told: Cast) -> None:
    page = visit(told.marta).open(f"{KPIS}new/")
    page.fill("#id_name", "Clicks per visit")
    page.focus("#id_formula")
    page.keyboard.type("click")
    names = page.locator("#formula-names li")
    expect(names.first).to_have_attribute("aria-selected", "true")
    assert page.get_attribute("#id_formula", "aria-activedescendant") == "formula-name-0"
    assert axe_violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(names.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#id_formula")).to_have_value("clicks")
    page.keyboard.type(" / sess")
    page.keyboard.press("Escape")
    expect(page.locator("#formula-names")).to_be_hidden()
    expect(page.locator("#trial mark")).to_have_text("sess")
    page.locator("[data-instead]").click()
    expect(page.locator("#id_formula")).to_have_value("clicks / sessions")
    expect(page.locator("#trial .chip-good")).to_be_visible()
    expect(page.locator("#trial tbody tr")).to_have_count(6)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{KPIS}")
    expect(page.get_by_role("link", name="Clicks per visit")).to_be_visible()


def test_a_month_is_typed_and_a_column_pasted(visit: Visit, told: Cast) -> None:
    with tenant_transaction(told.aurora.pk):
        own_measure_define(told.aurora, told.bodega, MeasureWish("Calls"))
    page = visit(told.marta, 390).open(f"{KPIS}measures/own_calls/values/?month=2026-03")
    assert axe_violations(page) == []
    page.focus("#day-2026-03-01")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.locator("#day-2026-03-02")).to_be_focused()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text", "5\\n6\\n7\\n");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    page.get_by_role("button", name="Save").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    for day, kept in enumerate(("4", "5", "6", "7", ""), 1):
        expect(page.locator(f"#day-2026-03-0{day}")).to_have_value(kept)
    undo.click()
    for day in range(1, 6):
        expect(page.locator(f"#day-2026-03-0{day}")).to_have_value("")


def test_a_table_of_daily_figures_is_pasted(visit: Visit, told: Cast) -> None:
    place = "/a/aurora/c/bodega/data/daily/?family=ads&month=2025-03&platform=Bing"
    page = visit(told.marta, 390).open(place)
    assert axe_violations(page) == []
    page.focus("[name='2025-03-01:impressions']")
    page.keyboard.press("Enter")
    expect(page.locator("[name='2025-03-02:impressions']")).to_be_focused()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text", "100\\t9\\n200\\t8\\n");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    for name, kept in (
        ("02:impressions", "100"), ("02:clicks", "9"), ("03:impressions", "200"), ("03:clicks", "8"),
        ("04:impressions", ""),
    ):  # fmt: skip
        expect(page.locator(f"[name='2025-03-{name}']")).to_have_value(kept)
