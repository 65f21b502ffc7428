"""The measurement plan: written by the agency, approved by the client from its own login, in versions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from accounts.errors import DomainError
from accounts.models import AuditEntry, Membership, User
from accounts.tenancy import tenant_scope
from inbox.models import Notice
from kpis.calendar import Period
from kpis.goal_setting.services import goal_set
from kpis.goal_setting.wishes import GoalWish
from kpis.models import Goal
from steering.models import PlanVersion
from steering.plans.acting import plan_approve, plan_propose, plan_take_back
from steering.plans.lines import Line, problems
from tests.cast import Cast

PLAN = "/a/aurora/c/bodega/plan/"


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            period = Period(date(2026, 1, 1), date(2026, 6, 30))
            found = goal_set(
                cast.bodega, GoalWish("leads", period, "increase", "cumulative", Decimal(900))
            )
        yield found


def came(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def typed(*lines: dict[str, str], do: str = "propose", summary: str = "") -> dict[str, str]:
    written = {
        "lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0", "summary": summary, "do": do,
    }  # fmt: skip
    for place, line in enumerate(lines):
        written |= {f"lines-{place}-{name}": value for name, value in line.items()}
    return written


def growth(goal: Goal) -> dict[str, str]:
    return {"objective": "Grow", "kpi": "leads", "goal": str(goal.pk), "origin": "The CRM"}


def versions(cast: Cast) -> list[tuple[int, str]]:
    with tenant_scope(cast.aurora.pk):
        rows = PlanVersion.objects.filter(client=cast.bodega).order_by("number")
        return [(row.number, row.state) for row in rows]


def told(cast: Cast) -> list[str]:
    with tenant_scope(cast.aurora.pk):
        return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def words(browser: Browser, path: str = PLAN) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def approve(browser: Browser, number: int, read: str | None = None) -> str:
    """By the button of the page as it stands, or as it stood; what was answered."""
    path = f"{PLAN}{number}/"
    mark = read or browser.get(path).context["read"]
    answer = browser.post(f"{path}decide/", {"do": "approve", "read": mark}, follow=True)
    return " ".join(str(each) for each in answer.context["messages"])


def test_from_the_agencys_desk_to_the_clients_yes(goal: Goal, cast: Cast) -> None:
    agency, client = came(cast.marta), came(cast.vera)
    start = agency.get(f"{PLAN}edit/").context["rows"]
    assert start[0]["goal"].value() == goal.pk  # the goals that run are proposed
    agency.post(f"{PLAN}edit/", typed(growth(goal), do="keep"))
    assert versions(cast) == [(1, "draft")]
    assert "No plan yet" in words(client)
    agency.post(f"{PLAN}propose/")
    assert told(cast) == ["plan_proposed"]
    read = words(client)
    assert "The CRM" in read
    assert "900 by 30 Jun 2026" in read
    approve(client, 1)
    assert versions(cast) == [(1, "approved")]
    assert told(cast) == ["plan_proposed", "plan_approved"]
    with tenant_scope(cast.aurora.pk):
        kept = PlanVersion.objects.get(client=cast.bodega)
        audited = AuditEntry.objects.filter(table_name="steering_planversion").count()
    assert (kept.decided_name, kept.in_force_on) == ("Vera <vera@example.com>", date(2026, 3, 16))
    assert kept.text == (
        "Measurement plan of Bodega, version 1\n\n"
        "Grow\n- New leads: 900 by 30 Jun 2026 (By its volume); The CRM"
    )
    assert audited >= 3


def test_a_new_version_replaces_the_one_in_force(goal: Goal, cast: Cast) -> None:
    agency, client = came(cast.marta), came(cast.vera)
    agency.post(f"{PLAN}edit/", typed(growth(goal)))
    approve(client, 1)
    agency.post(f"{PLAN}edit/", typed({"objective": "Sell", "kpi": "revenue", "target": "50 000"}))
    assert versions(cast) == [(1, "approved"), (2, "proposed")]
    for _time in range(2):  # twice is once
        approve(client, 2)
    assert versions(cast) == [(1, "replaced"), (2, "approved")]
    assert told(cast).count("plan_approved") == 2
    assert "until March 16, 2026" in words(client, f"{PLAN}1/")


def test_numbers_and_goals_name_the_version(goal: Goal, cast: Cast) -> None:
    agency, client = came(cast.marta), came(cast.vera)
    assert "No measurement plan is approved yet" in words(agency, "/a/aurora/c/bodega/")
    agency.post(f"{PLAN}edit/", typed(growth(goal)))
    assert "waits for your approval" in words(client, "/a/aurora/c/bodega/")
    approve(client, 1)
    assert "Plan version 1, in force since" in words(client, "/a/aurora/c/bodega/kpi/leads/")
    assert "not part of the plan" in words(client, "/a/aurora/c/bodega/kpi/revenue/")
    assert "</a> · Grow" in words(client, f"/a/aurora/c/bodega/goals/{goal.pk}/")


def test_sent_back_with_words_and_proposed_again(goal: Goal, cast: Cast) -> None:
    agency, client = came(cast.marta), came(cast.vera)
    agency.post(f"{PLAN}edit/", typed(growth(goal)))
    client.post(f"{PLAN}1/decide/", {"do": "return", "answer": " "})
    assert versions(cast) == [(1, "proposed")]
    client.post(f"{PLAN}1/decide/", {"do": "return", "answer": "And revenue?"})
    assert versions(cast) == [(1, "returned")]
    assert "And revenue?" in words(agency)
    assert client.get(f"{PLAN}1/").status_code == 404  # the agency's desk again
    agency.post(f"{PLAN}propose/")
    assert versions(cast) == [(1, "proposed")]


def test_what_the_client_reads_is_not_changed_under_them(goal: Goal, cast: Cast) -> None:
    agency, client = came(cast.marta), came(cast.vera)
    agency.post(f"{PLAN}edit/", typed(growth(goal)))
    assert agency.post(f"{PLAN}edit/", typed(growth(goal))).status_code == 302
    assert versions(cast) == [(1, "proposed")]
    mark = client.get(f"{PLAN}1/").context["read"]
    agency.post(f"{PLAN}take-back/")
    assert client.post(f"{PLAN}1/decide/", {"do": "approve", "read": mark}).status_code == 404
    assert versions(cast) == [(1, "draft")]
    agency.post(f"{PLAN}discard/")
    assert versions(cast) == []


def test_what_was_changed_since_it_was_read_is_not_approved(goal: Goal, cast: Cast) -> None:
    """Taken back and proposed anew under the same number; and the same plan with another goal."""
    agency, client = came(cast.marta), came(cast.vera)
    agency.post(f"{PLAN}edit/", typed(growth(goal)))
    mark = client.get(f"{PLAN}1/").context["read"]
    agency.post(f"{PLAN}take-back/")
    agency.post(f"{PLAN}edit/", typed(growth(goal) | {"objective": "Shrink"}))
    assert approve(client, 1, mark) == "The plan has changed since you opened it. Read it again."
    mark = client.get(f"{PLAN}1/").context["read"]
    with tenant_scope(cast.aurora.pk):
        Goal.objects.filter(pk=goal.pk).update(target=800)
    assert "has changed" in approve(client, 1, mark)
    assert "has changed" in approve(client, 1, "garbage")
    assert versions(cast) == [(1, "proposed")]
    approve(client, 1)
    assert versions(cast) == [(1, "approved")]


def test_an_approval_and_a_new_proposal_at_once(goal: Goal, cast: Cast) -> None:
    """The service holds the version that was read against the one it locks."""
    came(cast.marta).post(f"{PLAN}edit/", typed(growth(goal)))
    with tenant_scope(cast.aurora.pk):
        vera, at = Membership.objects.get(user=cast.vera), datetime(2026, 3, 17, tzinfo=UTC)
        read = PlanVersion.objects.get(client=cast.bodega)
        plan_take_back(cast.bodega)
        plan_propose(cast.bodega, at)
        with pytest.raises(DomainError) as refused:
            plan_approve(cast.bodega, read, vera, "What was read", at)
        assert refused.value.code == "plan_changed"
        read.refresh_from_db()
        for _twice in range(2):
            assert plan_approve(cast.bodega, read, vera, "What was read", at).state == "approved"
    assert told(cast).count("plan_approved") == 1


def test_only_the_client_approves(goal: Goal, cast: Cast) -> None:
    came(cast.marta).post(f"{PLAN}edit/", typed(growth(goal)))
    for person in (cast.alicia, cast.marta, cast.ana):
        assert came(person).post(f"{PLAN}1/decide/", {"do": "approve"}).status_code == 403
    assert came(cast.malena).post(f"{PLAN}1/decide/", {"do": "approve"}).status_code == 404
    assert versions(cast) == [(1, "proposed")]


def test_what_is_wrong_is_said_at_its_line(goal: Goal, cast: Cast) -> None:
    page = came(cast.marta).post(
        f"{PLAN}edit/",
        typed({"kpi": "revenue", "goal": str(goal.pk)}, {"kpi": "leads"}),
    )
    rows = page.context["rows"]
    assert rows[0].errors == {
        "goal": ["This goal is about another KPI."],
        "objective": ["Say which objective this KPI serves."],
    }
    assert rows[1].errors == {
        "objective": ["Say which objective this KPI serves."],
        "target": ["Choose a goal, or say what should be reached."],
    }
    assert versions(cast) == []


def test_a_line_without_an_objective_serves_that_of_the_line_above(goal: Goal, cast: Cast) -> None:
    words = {"kpi": "revenue", "target": "10 % more"}
    came(cast.marta).post(f"{PLAN}edit/", typed(growth(goal), words))
    with tenant_scope(cast.aurora.pk):
        first, second = PlanVersion.objects.get().lines
    assert (second["kpi"], second["objective"]) == ("revenue", first["objective"])


def test_a_plan_is_printed(goal: Goal, cast: Cast) -> None:
    came(cast.marta).post(f"{PLAN}edit/", typed(growth(goal)))
    paper = came(cast.vera).get(f"{PLAN}1/pdf/")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_lines_that_cannot_be_kept() -> None:
    lines = [Line("Grow", "unheard"), Line("", "leads", 7, cadence="hour")]
    found = [(each.place, each.field) for each in problems(lines, ["leads"], {7: "revenue"}, False)]
    assert found == [(0, "kpi"), (1, "goal"), (1, "cadence")]
    assert [each.message for each in problems([], [], {}, True)] == [
        "A plan needs at least one KPI."
    ]
    assert problems([Line("", "leads")], ["leads"], {}, False) == []
