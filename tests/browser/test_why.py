"""Why did it move?, notes and unusual days in a browser: they fit, load, and keep their address."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.tenancy import tenant_scope
from kpis.models import Anomaly
from kpis.notes.services import Effect, NoteWish, note_add
from kpis.services import last_complete_of
from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

BODEGA = "/a/aurora/c/bodega/"
WHY = f"{BODEGA}kpi/leads/why/?compare=previous&why=channel"
PAGES = {
    "kpi": f"{BODEGA}kpi/leads/?compare=previous&by=day",
    "why": WHY,
    "why not": f"{BODEGA}kpi/clicks/why/?why=factors",
    "notes": f"{BODEGA}notes/",
    "note": f"{BODEGA}notes/new/",
    "unusual": f"{BODEGA}unusual/",
}
Visit = Callable[..., Visitor]


@pytest.fixture
def noted(told: Cast) -> Cast:
    """A note with hostile text and an effect, and an unusual day."""
    with transaction.atomic(), tenant_scope(told.aurora.pk):
        last = last_complete_of(told.bodega)
        day = last - timedelta(days=9)
        effect = Effect("leads", "up", last)
        note_add(told.bodega, NoteWish(day, "<img src=x onerror=alert(1)>", effect=effect), None)
        Anomaly.objects.create(
            agency=told.aurora, client=told.bodega, day=day, kpi="leads", value=1, expected=9,
            low=2, high=16, p=0.001, rule="count",
        )  # fmt: skip
    return told


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_pages_fit_and_are_accessible(visit: Visit, noted: Cast, width: int, theme: str) -> None:
    visitor = visit(noted.alicia, width, theme)
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


def test_the_part_loads_on_the_kpi_page_and_keeps_its_address(visit: Visit, noted: Cast) -> None:
    page = visit(noted.alicia).open(f"{BODEGA}kpi/leads/?compare=previous")
    expect(page.locator("#why .why-sentence")).to_be_visible()
    page.evaluate("() => { window.isStillThisPage = true }")
    page.locator('select[name="why"]').select_option("channel")
    page.wait_for_url(re.compile("why=channel"))
    assert "/kpi/leads/?" in page.url and "compare=previous" in page.url
    expect(page.locator("#why canvas[data-drawn]")).to_have_count(1)
    expect(page.locator("#why .swatch").first).to_be_visible()
    assert page.evaluate("() => window.isStillThisPage")
    # The same address opens the same choice; another period keeps it.
    page.goto(page.url)
    page.wait_for_load_state("networkidle")
    expect(page.locator('select[name="why"]')).to_have_value("channel")
    page.locator('select[name="channel"]').select_option("paid_search")
    page.wait_for_url(re.compile("channel=paid_search"))
    assert "why=channel" in page.url


def test_marks_are_drawn_and_told_in_the_table(visit: Visit, noted: Cast) -> None:
    page = visit(noted.alicia).open(f"{BODEGA}kpi/leads/?by=day")
    expect(page.locator(".trend canvas[data-drawn]")).to_have_count(1)
    roles = page.evaluate(
        "() => Chart.getChart(document.querySelector('.trend canvas')).data.datasets"
        ".map((each) => [each.rumbo?.role, each.data.filter((point) => point !== null).length])"
    )
    assert ["unusual", 1] in roles and ["note", 1] in roles
    page.locator(".trend .twin > summary").click()
    expect(page.locator(".trend .twin")).to_contain_text("<img src=x onerror=alert(1)>")


def test_it_has_a_page_of_its_own(visit: Visit, noted: Cast) -> None:
    page = visit(noted.alicia).open(WHY)
    assert page.locator("#why .figures tbody tr").count() >= 2
    expect(page.locator("#why canvas[data-drawn]")).to_have_count(1)
