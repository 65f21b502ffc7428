"""The wizard in a browser: each choice is looked at at once, by keyboard, at any width, in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

NEW = "/a/aurora/c/bodega/data/new/"
CRM = (
    "Ficha,Alta,Nombre,Resultado,Cierre\n"
    "1,2026-03-01,Ada,Cerrado ganado,2026-03-20\n"
    "2,2026-02-31,Bea,Cerrado ganado,2026-03-21\n"
)
Visit = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_file_is_mapped_by_keyboard(
    visit: Visit, committed_cast: Cast, width: int, theme: str
) -> None:
    page = visit(committed_cast.marta, width, theme).open(NEW)
    assert axe_violations(page) == []
    page.set_input_files(
        "#id_file", {"name": "crm.csv", "mimeType": "text/csv", "buffer": CRM.encode()}
    )
    page.select_option("#id_reading", "preset:generic_leads")
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/data/*/")
    for column, header in (("external_id", "Ficha"), ("created", "Alta"), ("closed", "Cierre")):
        page.focus(f"#id_map_{column}")
        with page.expect_response("**/start/"):
            page.keyboard.type(header)
            page.keyboard.press("Tab")
        expect(page.locator(f"#id_map_{column}")).to_have_value(f"={header}")
    expect(page.locator(".field-errors", has_text="2026-02-31")).to_be_visible()
    text = page.locator(".import-text select")
    expect(text).to_have_count(1)
    with page.expect_response("**/start/"):
        text.select_option("won")
    expect(page.locator(".chip-good", has_text="1 good").first).to_be_visible()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()
    expect(page.locator("#id_map_name")).to_have_value("=Nombre")
    page.get_by_role("link", name="Data").first.click()
    page.go_back()
    expect(page.locator("#id_map_created")).to_have_value("=Alta")
