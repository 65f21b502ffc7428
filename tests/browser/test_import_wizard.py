"""The wizard in a browser: each choice is looked at at once, by keyboard, at any width, in both themes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor, axe_violations
from tests.browser.late import hold
from tests.cast import Cast

NEW = "/a/aurora/c/bodega/data/new/"
CRM = (
    "Ficha,Alta,Nombre,Resultado,Cierre\n"
    "1,2026-03-01,Ada,Cerrado ganado,2026-03-20\n"
    "2,2026-02-31,Bea,Cerrado ganado,2026-03-21\n"
)
Visit = Callable[..., Visitor]


def bring(page: Page) -> None:
    """Hands the file in, to be read as leads."""
    page.set_input_files(
        "#id_file", {"name": "crm.csv", "mimeType": "text/csv", "buffer": CRM.encode()}
    )
    page.select_option("#id_reading", "preset:generic_leads")
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url(re.compile(r"/data/\d+/$"))


def test_a_choice_made_before_the_last_was_answered_is_kept(
    visit: Visit, committed_cast: Cast
) -> None:
    page = visit(committed_cast.marta, 1440, "light").open(NEW)
    bring(page)
    come = hold(page, "**/start/", lambda: page.select_option("#id_map_external_id", "=Ficha"))
    with page.expect_response(
        lambda each: each.url.endswith("/start/") and "Cierre" in str(each.request.post_data)
    ):
        page.select_option("#id_map_closed", "=Cierre")
        come()
    expect(page.locator(".import-text select")).to_have_count(1)
    expect(page.locator("#id_map_external_id")).to_have_value("=Ficha")
    expect(page.locator("#id_map_closed")).to_have_value("=Cierre")


def choose(page: Page, selector: str, words: str) -> None:
    """By arrows, each of which is looked at: letters would begin anew where an answer comes between."""
    select = page.locator(selector)
    steps = select.locator("option").all_inner_texts().index(words)
    steps -= int(select.evaluate("select => select.selectedIndex"))
    select.focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    page.keyboard.press("Tab")


def answered(page: Page, selector: str, value: str) -> Locator:
    """The option, once the server has drawn it as the chosen one."""
    return page.locator(f"{selector} option[value='{value}'][selected]")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_file_is_mapped_by_keyboard(
    visit: Visit, committed_cast: Cast, width: int, theme: str
) -> None:
    page = visit(committed_cast.marta, width, theme).open(NEW)
    assert axe_violations(page) == []
    bring(page)
    for column, header in (("external_id", "Ficha"), ("created", "Alta"), ("closed", "Cierre")):
        choose(page, f"#id_map_{column}", header)
        expect(answered(page, f"#id_map_{column}", f"={header}")).to_have_count(1)
    expect(page.locator(".field-errors", has_text="2026-02-31")).to_be_visible()
    text = page.locator(".import-text select")
    expect(text).to_have_count(1)
    text.select_option("won")
    expect(answered(page, ".import-text select", "won")).to_have_count(1)
    expect(page.locator(".chip-good", has_text="1 good").first).to_be_visible()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()
    expect(page.locator("#id_map_name")).to_have_value("=Nombre")
    page.get_by_role("link", name="Data").first.click()
    page.wait_for_url("**/data/")
    page.go_back()
    expect(page.locator("#id_map_created")).to_have_value("=Alta")
