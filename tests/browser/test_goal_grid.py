"""The milestones of a running goal written in a grid: by keyboard, added up before anything is saved."""

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from playwright.sync_api import expect

from accounts.tenancy import tenant_scope
from kpis.calendar import ONE_DAY, Period, add_months
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.services import last_complete_of
from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

Visit = Callable[..., Visitor]


def test_the_grid_goes_by_keyboard_and_says_what_is_missing(visit: Visit, told: Cast) -> None:
    with transaction.atomic(), tenant_scope(told.aurora.pk):
        first = (last_complete_of(told.bodega) + ONE_DAY).replace(day=1)
        days = Period(first, add_months(first, 4) - ONE_DAY)
        wish = GoalWish("leads", days, "increase", "cumulative", Decimal(400), grain="month")
        number = goal_set(told.bodega, wish).pk
    page = visit(told.marta, width=390).open(f"/a/aurora/c/bodega/goals/{number}/milestones/")
    cells = page.locator("input[data-cell]")
    expect(cells).to_have_count(4)
    expect(page.locator("#grid-sum")).to_contain_text("They add up to the target of 400.")
    cells.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(cells.nth(2)).to_be_focused()
    expect(page.locator("#grid-sum")).to_contain_text("of the target of 400 are still to be given")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Share what is missing").click()
    expect(cells.nth(1)).to_have_value("20")
    expect(page.locator("#grid-sum")).to_contain_text("They add up to the target of 400.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/goals/{number}/")
    expect(page.get_by_text("Each milestone by hand")).to_be_visible()
    page.get_by_role("button", name="Back to it").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to it").click()
    expect(page.get_by_text("The goal asks again for what it asked for before.")).to_be_visible()
