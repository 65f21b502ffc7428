"""Milestones of a running goal written by hand: from a day on, adding up, and back again."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client as Browser

from accounts.errors import DomainError
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from kpis.calendar import Period
from kpis.goal_setting.queries import versions_of
from kpis.goal_setting.rewriting import goal_rewrite
from kpis.goals import Milestone, milestones
from kpis.goals.rewriting import grid_of
from kpis.models import Goal
from tests.cast import Cast
from tests.kpis.goal_examples import BOUNCE_RANGE, CPL_LEVEL, LEADS_TOTAL, d
from tests.kpis.test_goals_pages import address, browser_of, goals, march, written

__all__ = ["march"]

MARCH = d("2026-03-16")


def numbers(values: list[Fraction]) -> list[int]:
    return [int(value) for value in values]


def test_steps_that_are_over_stay_and_the_rest_is_in_whole_leads() -> None:
    # 154.14 139.23 | 154.14 149.17 154.14 149.17: 293 before, 607 of 900 to be given.
    grid = grid_of(LEADS_TOTAL, milestones(LEADS_TOTAL), MARCH, 0)
    assert grid is not None
    assert [stone.period.first.month for stone in grid.kept] == [1, 2]
    assert (numbers([stone.value for stone in grid.open]), grid.left) == ([154, 150, 154, 149], 607)


def test_it_says_what_is_missing_and_from_when_it_holds() -> None:
    grid = grid_of(LEADS_TOTAL, milestones(LEADS_TOTAL), MARCH, 0)
    assert grid is not None
    assert grid.missing([154, 100, 154, 149]) == 50
    assert grid.missing([154, 200, 154, 149]) == -50
    assert grid.first_changed([154, 100, 154, 199]) == d("2026-04-01")
    assert grid.first_changed([154, 150, 154, 149]) is None


def test_what_is_missing_is_shared_among_the_steps_that_were_left_alone() -> None:
    grid = grid_of(LEADS_TOTAL, milestones(LEADS_TOTAL), MARCH, 0)
    assert grid is not None
    # 50 are missing: March, May and June carry 154 + 154 + 149 + 50 = 507 by their weights of 457:
    # 170.85, 170.85, 165.30.
    assert numbers(grid.shared([154, 100, 154, 149])) == [171, 100, 171, 165]
    assert numbers(grid.shared([100, 100, 100, 100])) == [152, 152, 152, 151]  # 607 / 4 = 151.75
    too_much = [1000, 150, 154, 149]
    assert numbers(grid.shared(too_much)) == too_much


def test_the_last_step_of_a_level_is_its_target() -> None:
    grid = grid_of(CPL_LEVEL, milestones(CPL_LEVEL), MARCH, 2)
    assert grid is not None and grid.left is None and grid.is_last_fixed
    assert [str(float(stone.value)) for stone in grid.open] == ["10.5", "10.0", "9.5", "9.0"]
    assert grid.missing([1, 2, 3, 9]) == 0


def test_a_range_has_nothing_to_write_and_neither_has_what_is_over() -> None:
    assert grid_of(BOUNCE_RANGE, [], MARCH, 4) is None
    stone = Milestone(Period(d("2026-01-01"), d("2026-01-31")), Fraction(900))
    over = grid_of(LEADS_TOTAL, [stone], MARCH, 0)
    assert over is not None and over.open == ()


@pytest.fixture
def goal(march: Cast) -> Iterator[Goal]:
    """900 leads in the first half of 2026, on 16 March."""
    browser_of(march.marta).post(address("goal_new"), written())
    (found,) = goals(march)
    yield found


def grid_form(browser: Browser, goal: Goal, *values: str, do: str = "save") -> dict[str, object]:
    seen = browser.get(address("goal_milestones", goal.pk)).context["seen"]
    return {"by_hand": values, "seen": seen, "do": do, "reason": "The fair comes in May"}


def shown(browser: Browser, goal: Goal) -> list[str]:
    page = browser.get(address("goal_detail", goal.pk)).context["page"]
    return [line.target for line in page.milestones]


def test_the_grid_is_written_kept_and_taken_back(march: Cast, goal: Goal) -> None:
    browser = browser_of(march.marta)
    assert shown(browser, goal) == ["154", "140", "154", "149", "154", "149"]  # adds up to 900
    grid = browser.get(address("goal_milestones", goal.pk))
    cells = grid.context["page"].cells
    assert [cell.written for cell in cells] == ["", "", "154", "150", "154", "149"]
    fields = grid_form(browser, goal, "154", "100", "204", "149")
    saved = browser.post(address("goal_milestones", goal.pk), fields)
    assert saved.url == address("goal_detail", goal.pk)
    # 154.14 + 139.23 + 154.14 = 447.51 stay as they were; 452.49 for April to June in 453 leads.
    assert shown(browser, goal) == ["154", "139", "154", "100", "204", "149"]
    page = browser.get(saved.url)
    new, old = page.context["versions"]
    assert (new.since, new.reason, new.who, new.shape) == (
        "1 Apr 2026", "The fair comes in May", "Marta", "Each milestone by hand",
    )  # fmt: skip
    back = {"version": old.number, "seen": new.number}
    browser.post(address("goal_back", goal.pk), back)
    assert shown(browser, goal) == ["154", "140", "154", "149", "154", "149"]
    again = browser.get(saved.url).context["versions"]
    assert [line.shape for line in again] == ["Evenly", "Each milestone by hand", "Evenly"]
    with tenant_scope(march.aurora.pk):
        assert AuditEntry.objects.filter(table_name="kpis_milestone").exists()


def test_what_does_not_add_up_is_said_before_it_is_saved(march: Cast, goal: Goal) -> None:
    browser = browser_of(march.marta)
    looked = browser.post(
        address("goal_milestones", goal.pk),
        grid_form(browser, goal, "154", "100", "154", "149", do="look"),
    )
    told = looked.context["page"]
    assert (told.told, told.is_ready) == ("50 of the target of 900 are still to be given.", False)
    fields = grid_form(browser, goal, "154", "100", "154", "149")
    refused = browser.post(address("goal_milestones", goal.pk), fields)
    assert "50 are still to be given" in refused.content.decode()
    shared = browser.post(address("goal_milestones", goal.pk), fields | {"do": "share"})
    cells = shared.context["page"].cells
    assert [cell.written for cell in cells[2:]] == ["171", "100", "171", "165"]
    assert shared.context["page"].told == "They add up to the target of 900."
    assert len(goals(march)) == 1 and shown(browser, goal)[3] == "149"


@pytest.mark.parametrize(
    "values", [("154", "150", "154"), ("154", "", "154", "149"), ("x", "1", "1", "1"), ()]
)
def test_a_hole_in_the_grid_is_refused(march: Cast, goal: Goal, values: tuple[str, ...]) -> None:
    browser = browser_of(march.marta)
    answer = browser.post(address("goal_milestones", goal.pk), grid_form(browser, goal, *values))
    assert "Write a number for every milestone." in answer.content.decode()


def test_who_was_slower_looks_again(march: Cast, goal: Goal) -> None:
    browser = browser_of(march.marta)
    fields = grid_form(browser, goal, "154", "100", "204", "149")
    browser.post(address("goal_milestones", goal.pk), fields)
    late = browser.post(
        address("goal_milestones", goal.pk), fields | {"by_hand": ["1", "1", "1", "604"]}
    )
    assert "Somebody has changed this goal" in late.content.decode()
    assert shown(browser, goal)[4] == "204"
    browser.post(address("goal_back", goal.pk), {"version": "7", "seen": "x"})
    assert shown(browser, goal)[4] == "204"


def test_what_was_decided_while_somebody_wrote_is_not_written_any_more(
    march: Cast, goal: Goal
) -> None:
    """The night closes a goal without a new version of it."""
    with tenant_scope(march.aurora.pk):
        seen = versions_of(goal).get().pk
        Goal.objects.filter(pk=goal.pk).update(closed_on=MARCH, closed_status="missed")
        written = [Decimal(number) for number in (154, 100, 204, 149)]
        with pytest.raises(DomainError, match="No milestone"):
            goal_rewrite(march.bodega, goal, written, seen)


def test_nobody_else_writes_them(march: Cast, goal: Goal) -> None:
    for route in ("goal_milestones", "goal_back"):
        assert browser_of(march.vera).post(address(route, goal.pk)).status_code == 403
        assert browser_of(march.malena).post(address(route, goal.pk)).status_code == 404
