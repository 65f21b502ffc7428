"""The goal pages: a list with what is expected and what is, a form that shows before it saves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.models import DailyTotal, Goal, Milestone
from tests.cast import Cast


@pytest.fixture
def march(cast: Cast) -> Iterator[Cast]:
    """16 March 2026: Bodega had 100 leads and 1,200.00 of ads in December, 345 leads since."""
    own = {"agency_id": cast.aurora.pk, "client": cast.bodega}
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            for family in ("ads", "leads"):
                SourceSync.objects.create(**own, family=family, source="manual", is_live=True)
            for day, count in ((date(2025, 12, 5), 100), (date(2026, 1, 31), 345)):
                DailyTotal.objects.create(**own, family="leads", day=day, leads=count)
            DailyTotal.objects.create(
                **own, family="ads", day=date(2025, 12, 5), ad_spend="1200.00", currency="EUR"
            )
        yield cast


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def address(route: str, *numbers: int) -> str:
    return reverse(route, args=["aurora", "bodega", *numbers])


def written(**changes: str) -> dict[str, str]:
    fields = {
        "kpi": "leads",
        "starts_on": "2026-01-01",
        "ends_on": "2026-06-30",
        "kind": "increase",
        "accumulation": "cumulative",
        "target": "900",
        "target_as": "absolute",
        "do": "save",
    }
    return fields | changes


def goals(cast: Cast) -> list[Goal]:
    with tenant_scope(cast.aurora.pk):
        return list(Goal.objects.all())


def test_a_goal_is_set_and_shown(march: Cast) -> None:
    browser = browser_of(march.marta)
    saved = browser.post(address("goal_new"), written())
    (goal,) = goals(march)
    assert saved.url == address("goal_detail", goal.pk)

    (row,) = browser.get(address("goals")).context["rows"]
    # 900 × 74/181 = 367.96 expected by 15 March; 345 came, 38 % of the way.
    assert (row.pledge.name, row.pledge.status) == ("New leads", "at_risk")
    assert (row.pledge.now, row.expected, row.pledge.share) == ("345", "368", 38)

    page = browser.get(saved.url).context["page"]
    assert [line.actual_so_far for line in page.milestones] == ["345", "345", "345", "", "", ""]
    assert page.milestones[-1].target_so_far == "900"
    roles = [line["rumbo"]["role"] for line in page.drawing.chart["data"]["datasets"]]
    assert roles == ["series", "goal"]


def test_the_form_shows_the_baseline_before_it_saves(march: Cast) -> None:
    asked = written(
        kpi="cpl",
        kind="decrease",
        accumulation="level",
        target="-25",
        target_as="relative",
        do="look",
    )
    # Numbers are written as in Spain, where the clients are: 12 a lead in December, 25 % less.
    draft = browser_of(march.marta).post(address("goal_new"), asked).context["draft"]
    assert (draft.baseline, draft.baseline_period, draft.target) == (
        "12,00\xa0€",
        "December 2025",
        "9,00\xa0€",
    )
    assert [stone[1] for stone in draft.stones] == [
        "11,50\xa0€", "11,00\xa0€", "10,50\xa0€", "10,00\xa0€", "9,50\xa0€", "9,00\xa0€",
    ]  # fmt: skip
    assert goals(march) == []


def test_percent_is_written_as_percent(march: Cast) -> None:
    fields = written(kpi="ctr", accumulation="level", target="2.5", baseline="2")
    browser_of(march.marta).post(address("goal_new"), fields)
    (goal,) = goals(march)
    assert (str(goal.target), str(goal.baseline)) == ("0.025000", "0.020000")


def test_a_viewer_reads_the_goals_and_no_more(march: Cast) -> None:
    browser_of(march.marta).post(address("goal_new"), written())
    browser = browser_of(march.vera)
    seen = browser.get(address("goals"))
    assert (len(seen.context["rows"]), seen.context["may_edit"]) == (1, False)
    assert browser.post(address("goal_new"), written()).status_code == 403


def test_malena_finds_nothing(march: Cast) -> None:
    browser_of(march.marta).post(address("goal_new"), written())
    (goal,) = goals(march)
    browser = browser_of(march.malena)
    assert browser.get(address("goal_detail", goal.pk)).status_code == 404
    own = reverse("goal_detail", args=["boreal", "dulce", goal.pk])
    assert browser.get(own).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target": ""}, "target"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"kpi": "cpl"}, "accumulation"),
        ({"kpi": "nonsense"}, "kpi"),
        ({"starts_on": "2026-02-31"}, "starts_on"),
        ({"kind": "maintain", "accumulation": "level", "low": "3", "high": "2"}, "high"),
    ],
)
def test_bad_input_is_told_at_its_field(march: Cast, changes: dict[str, Any], field: str) -> None:
    answer = browser_of(march.marta).post(address("goal_new"), written(**changes))
    assert list(answer.context["form"].errors) == [field]
    assert goals(march) == []


def test_twice_is_once_in_the_archive(march: Cast) -> None:
    browser = browser_of(march.marta)
    browser.post(address("goal_new"), written())
    (goal,) = goals(march)
    for _ in range(2):
        browser.post(address("goal_archive", goal.pk))
    seen = browser.get(address("goals")).context
    assert (seen["rows"], [title for _goal, title in seen["archived"]]) == ([], ["New leads"])
    browser.post(address("goal_restore", goal.pk))
    with tenant_scope(march.aurora.pk):
        assert Milestone.objects.filter(goal=goal).count() == 6
    assert len(browser.get(address("goals")).context["rows"]) == 1
