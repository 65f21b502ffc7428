"""The number pages in a browser: they fit, read, work by keyboard and keep their address."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

BODEGA = "/a/aurora/c/bodega/"
PAGES = {
    "portfolio": "/a/aurora/",
    "executive": BODEGA,
    "manager": f"{BODEGA}?view=manager",
    "analyst": f"{BODEGA}?view=analyst",
    "kpi": f"{BODEGA}kpi/cac/",
    "glossary": "/a/aurora/glossary/",
    "empty": "/a/aurora/c/cafe/",
}
Visit = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light"), (1920, "dark")])
def test_pages_fit_and_are_accessible(visit: Visit, told: Cast, width: int, theme: str) -> None:
    visitor = visit(told.alicia, width, theme)
    wrong = []
    for name, path in PAGES.items():
        page = visitor.open(path)
        too_wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{name} is {too_wide} px too wide at {width}"
        wrong += [f"{name}: {violation}" for violation in axe_violations(page)]
        page.close()
    assert "\n".join(wrong) == ""


def test_charts_are_drawn_and_have_a_table_twin(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open(BODEGA)
    expect(page.locator("canvas[data-drawn]")).to_have_count(1)
    page.get_by_text("Mostrar como tabla").or_(page.get_by_text("Show as a table")).click()
    assert page.locator(".twin tbody tr").count() == 30


def test_the_period_is_in_the_address_and_back_works(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open(f"{BODEGA}?view=manager&by=week")
    page.evaluate("() => { window.isStillThisPage = true }")
    before = page.locator(".lead-period").inner_text()
    page.locator(".picker-period > summary").click()
    page.locator('.picker-period a[href*="last_7_days"]').click()
    page.wait_for_url(re.compile("period=last_7_days"))
    expect(page.locator(".lead-period")).not_to_have_text(before)
    expect(page.locator("canvas[data-drawn]")).to_have_count(1)
    page.locator('select[name="channel"]').select_option("paid_search")
    page.wait_for_url(re.compile("channel=paid_search"))
    assert "period=last_7_days" in page.url and "from=" not in page.url
    assert "view=manager" in page.url and "by=week" in page.url
    assert page.evaluate("() => window.isStillThisPage")
    page.go_back()
    expect(page.locator('select[name="channel"]')).to_have_value("")
    page.wait_for_load_state("networkidle")  # read anew: until its scripts hear of going back
    page.go_back()
    expect(page.locator(".lead-period")).to_have_text(before)


def test_a_custom_period(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open(BODEGA)
    page.locator(".picker-period > summary").click()
    last = page.locator('input[name="to"]').input_value()
    page.locator('input[name="from"]').fill(last)
    page.locator(".picker-custom button").click()
    page.wait_for_url(re.compile(f"from={last}&to={last}|to={last}"))
    assert "period=" not in page.url


def test_keyboard(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open("/a/aurora/glossary/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("cpl")
    expect(page.locator("#cpl")).to_be_visible()
    expect(page.locator("#sessions")).to_be_hidden()
    page.locator("body").click(position={"x": 5, "y": 700})
    page.clock.set_fixed_time(timezone.now())  # the second key may be late here
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url(re.compile("/a/aurora/$"))


def test_theme_is_kept(visit: Visit, told: Cast) -> None:
    visitor = visit(told.alicia)
    page = visitor.open("/a/aurora/")
    page.locator(".side-end details > summary").click()
    page.locator('[data-theme-choice="dark"]').click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_tables_sort_and_unknown_is_last(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia).open(f"{BODEGA}?view=manager")
    table = page.locator("section[aria-labelledby=by-channel] table")
    heads = table.locator("thead th").all_inner_texts()
    column = next(index for index, text in enumerate(heads) if text.startswith("CPL"))
    table.locator("thead th").nth(column).locator("button").click()
    values = [
        cell.get_attribute("data-value")
        for cell in table.locator(f"tbody tr td:nth-child({column + 1})").all()
    ]
    known = [float(value) for value in values if value]
    assert known == sorted(known, reverse=True) and values[: len(known)] == [v for v in values if v]


def test_a_report_prints_without_the_frame(visit: Visit, told: Cast) -> None:
    page = visit(told.alicia, theme="dark").open(BODEGA)
    page.emulate_media(media="print")
    for hidden in (".side", ".picker", ".page-head-actions"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".card-kpi").first).to_be_visible()
    expect(page.locator(".verdict")).to_be_visible()


def test_a_viewer_is_shown_no_way_to_anything_else(visit: Visit, told: Cast) -> None:
    page = visit(told.vera, width=390).open(BODEGA)
    page.locator("[data-drawer]").click()
    expect(page.locator("#side")).to_be_visible()
    words = page.locator("#side").inner_text()
    assert "Bodega" in words and "Cafe" not in words
    assert page.locator('#side a[href*="members"], #side a[href*="data"]').count() == 0
