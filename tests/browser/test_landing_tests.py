"""Landing pages and their tests in a browser: they fit, read, and the calculator answers as one types."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.tenancy import tenant_transaction
from campaigns.models import LandingPage
from kpis.experiments.services import (
    ExperimentWish,
    VariantWish,
    counts_put,
    experiment_create,
)
from kpis.models import DailySnapshot
from kpis.services import last_complete_of
from kpis.trials.arms import Arm
from kpis.trials.planning import Wish
from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

PAGES = "/a/aurora/c/bodega/landing-pages/"
Visit = Callable[..., Visitor]


@pytest.fixture
def tested(told: Cast) -> int:
    """Two pages with visits, and a test of them that still collects: its number."""
    with tenant_transaction(told.aurora.pk):
        bodega = told.bodega
        last = last_complete_of(bodega)
        own: dict[str, Any] = {"agency_id": told.aurora.pk, "client": bodega}
        for path in ("/offer", "/offer-with-a-very-long-name/and-more-of-it/<b>2026</b>"):
            page = LandingPage.objects.create(**own, path=path)
            DailySnapshot.objects.create(
                **own, family="web", day=last - timedelta(days=6), landing_page_id=page.pk,
                sessions=900, sessions_with_lead=30, engaged_sessions=500,
            )  # fmt: skip
        starts_on = last - timedelta(days=9)
        experiment = experiment_create(
            bodega,
            ExperimentWish(
                "Shorter form <i>2026</i>", (VariantWish("Control"), VariantWish("Short")),
                Wish(0.05, 0.065, looks=5), starts_on, starts_on + timedelta(days=27), "totals",
            ),
        )  # fmt: skip
        days = [starts_on + timedelta(days=n) for n in range(10)]
        counts_put(
            bodega,
            experiment,
            {
                (place, day): Arm(180, 9 + place + n % 3)
                for n, day in enumerate(days)
                for place in (0, 1)
            },
        )
        return int(experiment.pk)


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_pages_fit_and_are_accessible(
    visit: Visit, told: Cast, tested: int, width: int, theme: str
) -> None:
    visitor = visit(told.alicia, width, theme)
    wrong = []
    for path in ("", "tests/", "tests/new/", f"tests/{tested}/", f"tests/{tested}/totals/"):
        page = visitor.open(PAGES + path)
        too_wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{path} is {too_wide} px too wide at {width}"
        wrong += [f"{path or 'pages'}: {violation}" for violation in axe_violations(page)]
        page.close()
    assert "\n".join(wrong) == ""


def test_the_calculator_answers_as_one_types(visit: Visit, told: Cast, tested: int) -> None:
    page = visit(told.marta).open(f"{PAGES}tests/new/")
    size = page.locator("#test-size")
    page.locator("[name=base]").fill("5")
    page.locator("[name=target]").fill("6.5")
    expect(size).to_contain_text("3.780")
    page.locator("[name=daily]").fill("400")
    expect(size).to_contain_text("21")
    page.locator("[name=target]").fill("5.5")
    expect(size).to_contain_text("31.234")
    # Nothing is saved, and nothing that was typed is lost.
    expect(page.locator("[name=base]")).to_have_value("5")
    assert page.url.endswith("/tests/new/")


def test_ticked_pages_go_into_a_new_test(visit: Visit, told: Cast, tested: int) -> None:
    page = visit(told.marta).open(PAGES)
    for box in page.locator("#landing-pages input[type=checkbox]").all():
        box.check()
    page.locator('form[action$="/tests/new/"] button[type=submit]').click()
    page.wait_for_url("**/tests/new/?page=*")
    expect(page.locator("[name=page_0]")).to_have_value("/offer")


def test_the_course_is_drawn_with_its_twin(visit: Visit, told: Cast, tested: int) -> None:
    page = visit(told.vera).open(f"{PAGES}tests/{tested}/")
    expect(page.locator("canvas[data-drawn]")).to_have_count(1)
    page.locator(".twin > summary").click()
    assert page.locator(".twin tbody tr").count() == 10
    assert page.locator("i:has-text('2026')").count() == 0  # a name is text, whatever it holds
