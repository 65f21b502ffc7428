"""The goal pages: a list with what is expected and what is, a form that shows before it saves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
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
    # March asks for 900 × 31/181 = 154.14, its first fifteen days for 900 × 15/181 = 74.59
    assert (page.headline.tone, page.headline.because[0], page.headline.running) == (
        "warn",
        "New leads: 345, 368 expected by 15 Mar 2026 (93,8\u00a0% of the pace).",
        "March 2026: 0 of 75 expected by 15 Mar 2026 (0,0\u00a0%); its milestone is 154.",
    )
    roles = [line["rumbo"]["role"] for line in page.drawing.chart["data"]["datasets"]]
    assert roles == ["series", "goal"]


def test_where_nothing_is_known_before_the_running_month_gives_the_reason(march: Cast) -> None:
    with tenant_scope(march.aurora.pk):
        own = {"agency_id": march.aurora.pk, "client": march.bodega}
        DailyTotal.objects.filter(**own, day__year=2025).delete()
        for day, channel, count in (
            (date(2026, 2, 20), "paid_search", 60), (date(2026, 2, 20), "organic_search", 40),
            (date(2026, 3, 5), "paid_search", 5), (date(2026, 3, 5), "organic_search", 40),
        ):  # fmt: skip
            DailyTotal.objects.create(**own, family="leads", day=day, channel=channel, leads=count)
    browser = browser_of(march.marta)
    gap = browser.get(browser.post(address("goal_new"), written()).url).context["gap"]
    # 45 of 74.59. Were both channels grown alike from 100 to that: 44.75 of paid search, 29.83 of
    # organic; so 39.75 are missing from the one, and 10.17 more came from the other.
    assert (gap.of, gap.compared, gap.is_behind) == ("1–15 Mar 2026", "14–28 Feb 2026", True)
    assert gap.by_segment == (
        "Leads: 30 below what was expected: -40 from Paid Search and +10 from Organic Search."
    )


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
    assert [stone.value for stone in draft.stones] == [
        "11,50\xa0€", "11,00\xa0€", "10,50\xa0€", "10,00\xa0€", "9,50\xa0€", "9,00\xa0€",
    ]  # fmt: skip
    assert goals(march) == []


def test_the_form_says_what_has_come_of_a_period_that_runs(march: Cast) -> None:
    browser = browser_of(march.marta)
    said = [
        browser.post(address("goal_new"), written(do="look", **days)).context["draft"].so_far
        for days in ({}, {"starts_on": "2026-04-01"}, {"accumulation": "level", "target": "200"})
    ]
    assert said == ["345", "", ""]


def test_what_was_chosen_stays_unfolded(march: Cast) -> None:
    """Of seven folded parts only that of the way there says something: by season, not evenly."""
    browser = browser_of(march.marta)
    asked = written(do="look", shape="seasonal", grain="month", guard_operator="at_most")
    pages = (browser.get(address("goal_new")), browser.post(address("goal_new"), asked))
    assert [page.content.count(b'<details class="more" open>') for page in pages] == [0, 1]


def test_percent_is_written_as_percent(march: Cast) -> None:
    fields = written(kpi="ctr", accumulation="level", target="2.5", baseline="2")
    browser_of(march.marta).post(address("goal_new"), fields)
    (goal,) = goals(march)
    assert (goal.target, goal.baseline) == (Decimal("0.025"), Decimal("0.02"))


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


def test_the_usual_kind_of_a_kpi_need_not_be_said(march: Cast) -> None:
    fields = written(kpi="cpl", kind="", accumulation="", target="9", baseline="12")
    browser_of(march.marta).post(address("goal_new"), fields)
    (goal,) = goals(march)
    assert (goal.kind, goal.accumulation) == ("decrease", "level")


def test_milestones_by_hand_are_shown_until_they_add_up(march: Cast) -> None:
    browser = browser_of(march.marta)
    looked = browser.post(address("goal_new"), written(shape="manual", do="look")).context["draft"]
    # 154.14, 139.23 … in whole leads that add up to 900.
    assert [line.written for line in looked.stones] == ["154", "140", "154", "149", "154", "149"]
    assert [line.total for line in looked.stones] == ["154", "294", "448", "597", "751", "900"]
    grid = {"shape": "manual", "by_hand": ["100", "100", "200", "200", "200", "99"]}
    answer = browser.post(address("goal_new"), written() | grid)
    assert "by_hand" not in answer.context["form"].fields
    assert [line.written for line in answer.context["draft"].stones][-1] == "99"
    grid["by_hand"][-1] = "100"
    browser.post(address("goal_new"), written() | grid)
    with tenant_scope(march.aurora.pk):
        stones = Milestone.objects.order_by("starts_on")
        assert [int(stone.value) for stone in stones] == [100, 100, 200, 200, 200, 100]


def test_another_target_is_a_version_with_its_reason(march: Cast) -> None:
    browser = browser_of(march.marta)
    browser.post(address("goal_new"), written())
    (goal,) = goals(march)
    form = browser.get(address("goal_edit", goal.pk)).context["form"]
    assert (form["target"].value(), form.fields["since"].choices[0]) == (
        900, ("2026-03-01", "March 2026"),
    )  # fmt: skip
    said = {
        "target": "1200", "ends_on": "2026-06-30", "since": "2026-04-01", "reason": "A second shop",
        "note": "", "cadence": "month", "owner": "",
    }  # fmt: skip
    changed = browser.post(address("goal_edit", goal.pk), said)
    assert changed.url == address("goal_detail", goal.pk)
    page = browser.get(changed.url)
    new, old = page.context["versions"]
    assert (new.target, new.reason, new.who, old.target) == (
        "1.200",
        "A second shop",
        "Marta",
        "900",
    )
    assert "A second shop" in page.content.decode()
    refused = browser.post(address("goal_edit", goal.pk), said | {"target": "10"})
    assert list(refused.context["form"].errors) == ["target"]
    assert browser_of(march.vera).get(address("goal_edit", goal.pk)).status_code == 403
    assert browser_of(march.malena).get(address("goal_edit", goal.pk)).status_code == 404


def test_the_form_says_how_far_it_goes_and_who_guards_it(march: Cast) -> None:
    browser = browser_of(march.marta)
    fields = written(
        accumulation="level", target="400", part="device:mobile", guard_kpi="cpl",
        guard_operator="at_most", guard_limit="12", cadence="week", pace_good="90", pace_fair="70",
        baseline="50",
    )  # fmt: skip
    browser.post(address("goal_new"), fields)
    (goal,) = goals(march)
    assert (goal.filters, goal.guard_limit, goal.cadence) == ({"device": ["mobile"]}, 12, "week")
    assert goal.thresholds == {
        "pace": {
            "on_track": "0.9",
            "back_on_track": "0.92",
            "at_risk": "0.7",
            "back_at_risk": "0.72",
        }
    }
    assert "Phone" in browser.get(address("goals")).content.decode()


def test_who_writes_a_note_does_not_set_the_target_again(march: Cast) -> None:
    browser = browser_of(march.marta)
    asked = written(
        kpi="cpl", kind="decrease", accumulation="level", target="-25", target_as="relative",
        baseline="3.333333",
    )  # fmt: skip
    browser.post(address("goal_new"), asked)
    (goal,) = goals(march)
    assert goal.target == Decimal("2.49999975")  # more digits than anybody may write
    form = browser.get(address("goal_edit", goal.pk)).context["form"]
    said = {"target": form.initial["target"], "ends_on": "2026-06-30", "note": "Agreed in May"}
    with time_machine.travel(datetime(2026, 9, 1, 12, tzinfo=UTC), tick=False):
        # Long over: no milestone is left to change, and none is changed.
        saved = browser_of(march.marta).post(address("goal_edit", goal.pk), said)
        assert saved.url == address("goal_detail", goal.pk)
    (goal,) = goals(march)
    assert (goal.note, goal.entered_as, goal.entered, goal.target) == (
        "Agreed in May", "relative", Decimal("-0.25"), Decimal("2.49999975"),
    )  # fmt: skip


def test_a_range_says_how_far_outside_it_a_number_stands(march: Cast) -> None:
    """1,200.00 for 345 leads: 3.478. The rounding of a number must not make it look inside."""
    with tenant_scope(march.aurora.pk):
        DailyTotal.objects.create(
            agency_id=march.aurora.pk, client=march.bodega, family="ads", day=date(2026, 1, 31),
            ad_spend="1200.00", currency="EUR",
        )  # fmt: skip
    browser = browser_of(march.marta)
    asked = written(
        kpi="cpl", kind="maintain", accumulation="period", low="2", high="3,474", target=""
    )
    assert list(browser.post(address("goal_new"), asked).context["form"].errors) == ["high"]
    saved = browser.post(address("goal_new"), asked | {"high": "3,4740"})
    answer = browser.get(saved.url)
    pledge = answer.context["page"].row.pledge
    assert pledge.share is None
    # 1200 / 345 - 3.474 = 0.0043, of which cents show nothing
    assert (
        answer.context["page"]
        .headline.because[0]
        .startswith(
            "Cost per lead (CPL): 3,48\xa0€, 0,0043 above the goal, which is between 2,00\xa0€ and 3,47\xa0€"
        )
    )
    assert "Period by period" in answer.content.decode()
    assert "of the way" not in answer.content.decode()


def page_of(browser: Browser, **changes: str) -> tuple[Any, str]:
    answer = browser.get(browser.post(address("goal_new"), written(**changes)).url)
    return answer.context["page"], answer.content.decode()


def test_a_goal_that_has_not_begun_says_when_it_begins(march: Cast) -> None:
    page, text = page_of(
        browser_of(march.marta), starts_on="2026-04-01", ends_on="2026-04-30", target="90"
    )
    assert page.headline.because == ("Its period begins on 1 Apr 2026.",)
    assert (page.row.expected, page.row.pledge.should) == ("—", "")
    assert "now, as of" not in text and "expected by now" not in text


def test_a_goal_whose_period_is_over_speaks_of_its_end(march: Cast) -> None:
    """345 of 300 leads in January: 115 % of the way, which its bar cannot show but its number does."""
    page, text = page_of(browser_of(march.marta), ends_on="2026-01-31", target="300")
    pledge = page.row.pledge
    assert (pledge.status, pledge.share, pledge.way) == ("achieved", 115, "115\xa0%")
    assert pledge.should == "300 expected by 31 Jan 2026"
    assert "at the end, 31 Jan 2026" in text and "expected at the end" in text


def test_a_passed_limit_says_how_far(march: Cast) -> None:
    page, text = page_of(
        browser_of(march.marta), kpi="ad_spend", kind="cap", target="1000",
        starts_on="2025-12-01", ends_on="2026-03-31",
    )  # fmt: skip
    # 1,200.00 of 1,000.00
    assert page.row.pledge.way == "120\xa0%"
    assert '<b class="nums">120\xa0%</b> <span class="muted">of the limit</span>' in text
