"""/api/v1/clients/<client>/goals/ and /goals/<id>/: list, detail, create."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, SourceSync
from kpis.models import DailyTotal, Goal, Milestone
from kpis.parameters import parameters_change
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/bodega/goals/"
WISH = {
    "kpi": "leads",
    "from": "2026-01-01",
    "to": "2026-03-31",
    "target": "90",
    "note": "Kick-off",
}


@pytest.fixture(autouse=True)
def in_february() -> Iterator[None]:
    """Noon of 15 February 2026: 45 of 90 days are over."""
    with time_machine.travel(datetime(2026, 2, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def numbers(cast: Cast) -> None:
    """36 leads in January, none since."""
    with tenant_scope(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="crm", is_live=True
        )
        DailyTotal.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", day=date(2026, 1, 10),
            channel="email", leads=36,
        )  # fmt: skip


def set_goal(caller: Caller, **change: Any) -> Any:
    return caller.post(ADDRESS, {**WISH, **change})


def test_it_sets_a_goal_and_shows_how_far_it_is(cast: Cast, robot: Caller) -> None:
    response = set_goal(robot)
    assert response.status_code == 201
    answer = response.json()
    number, (version,) = answer.pop("id"), answer.pop("versions")
    milestones = [
        {"from": "2026-01-01", "to": "2026-01-31", "value": "31"},
        {"from": "2026-02-01", "to": "2026-02-28", "value": "28"},
        {"from": "2026-03-01", "to": "2026-03-31", "value": "31"},
    ]
    assert version == {
        "since": "2026-01-01", "to": "2026-03-31", "target": "90", "low": None, "high": None,
        "shape": "linear", "author": None, "reason": "", "created_at": "2026-02-15T12:00:00Z",
        "milestones": milestones,
    }  # fmt: skip
    # 90 leads over 90 days: one a day, so 31, 28 and 31; 45 of them by 14 February, and 36
    # came: 36 / 45 = 0.8, at risk.
    assert answer == {
        "kpi": "leads", "from": "2026-01-01", "to": "2026-03-31", "kind": "increase",
        "accumulation": "cumulative", "grain": "month", "target": "90", "entered_as": "absolute",
        "entered": "90", "low": None, "high": None, "tolerance": None, "required_share": "1",
        "baseline": None, "baseline_from": None, "baseline_to": None, "baseline_as_of": None,
        "currency": "", "channel": None, "campaign": None, "filters": {}, "shape": "linear",
        "season": [], "guard": None, "parent": None, "owner": None, "cadence": "", "thresholds": {},
        "note": "Kick-off", "is_archived": False, "created_at": "2026-02-15T12:00:00Z",
        "status": "at_risk", "status_since": "2026-02-14", "status_reason": "",
        "evaluated_on": "2026-02-14", "forecast": None, "probability": None, "closed": None,
        "milestones": milestones, "restated": None, "cost_basis": "",
        "progress": {
            "as_of": "2026-02-14", "status": "at_risk", "expected": "45", "attainment": "0.4",
            "pace": "0.8",
            "value": {
                "value": "36", "reason": None, "inputs": {"leads": "36"}, "state": "provisional",
            },
        },
    }  # fmt: skip
    assert robot.get(f"{ADDRESS}{number}/").json() == {
        "id": number,
        "versions": [version],
        **answer,
    }
    del answer["progress"], answer["restated"]
    listed = {"next": None, "results": [{"id": number, **answer}]}
    assert robot.get(ADDRESS).json() == listed


def test_it_saves_its_milestones(cast: Cast, robot: Caller) -> None:
    set_goal(robot, channel="email")
    with tenant_scope(cast.aurora.pk):
        goal = Goal.objects.get()
        assert (goal.channel, goal.note) == ("email", "Kick-off")
        assert Milestone.objects.filter(goal=goal).count() == 3


def test_money_is_text_and_a_cap_has_a_limit(cast: Cast, robot: Caller) -> None:
    answer = set_goal(robot, kpi="ad_spend", kind="cap", target="900.5").json()
    assert (answer["target"], answer["currency"], answer["accumulation"]) == (
        "900.50", "EUR", "cumulative",
    )  # fmt: skip


def test_it_filters(cast: Cast, robot: Caller) -> None:
    set_goal(robot)
    assert len(robot.get(ADDRESS, kpi="leads", is_archived="false").json()["results"]) == 1
    for query in ({"kpi": "cpl"}, {"channel": "email"}, {"is_archived": "true"}):
        assert robot.get(ADDRESS, **query).json()["results"] == []


def test_it_requires_a_role(cast: Cast, robot: Caller) -> None:
    number = set_goal(robot).json()["id"]
    writing = (403, error("forbidden", capability="edit_goals"))
    reading = (403, error("forbidden", capability="see_numbers"))
    vera = person(cast.vera, "aurora")
    assert vera.get(f"{ADDRESS}{number}/").status_code == 200
    for caller in (vera, person(cast.ana, "aurora"), token(cast.aurora, "read")):
        assert heard(set_goal(caller)) == writing
    for caller in (person(cast.sergio, "aurora"), token(cast.aurora, "leads:write")):
        assert heard(caller.get(ADDRESS)) == reading
    assert set_goal(person(cast.marta, "aurora")).status_code == 201


def test_it_refuses_malena(
    cast: Cast, robot: Caller, malena_robot: Caller, bodega_robot: Caller
) -> None:
    number = set_goal(robot).json()["id"]
    gone = (404, error("not_found"))
    for caller in (malena_robot, person(cast.malena, "boreal")):
        assert heard(caller.get(ADDRESS)) == gone
        assert heard(caller.get(f"{ADDRESS}{number}/")) == gone
        assert heard(set_goal(caller)) == gone
    assert heard(robot.get(f"/api/v1/clients/cafe/goals/{number}/")) == gone
    assert heard(bodega_robot.get("/api/v1/clients/cafe/goals/")) == gone


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kpi": "nope"}, "kpi", "invalid_choice"),
        ({"from": "2026-02-31"}, "from", "invalid"),
        ({"from": "2026-04-01"}, "to", "from_after_to"),
        ({"kind": "sideways"}, "kind", "invalid_choice"),
        ({"target": "many"}, "target", "invalid"),
        ({"target": None}, "target", "goal_invalid"),
        ({"target": "-1"}, "target", "goal_invalid"),
        ({"channel": "telepathy"}, "channel", "invalid_choice"),
        ({"campaign": "nobody"}, "campaign", "unknown_campaign"),
        ({"kpi": "mer", "channel": "email"}, "channel", "not_applicable"),
        ({"shape": "bumpy"}, "shape", "invalid_choice"),
        ({"tarjet": "1"}, "tarjet", "unknown_field"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(
    cast: Cast, robot: Caller, change: dict[str, Any], field: str, code: str
) -> None:
    response = set_goal(robot, **change)
    assert response.status_code == 400
    errors = response.json()["data"]["errors"]
    assert [(one["field"], one["code"]) for one in errors] == [(field, code)]
    with tenant_scope(cast.aurora.pk):
        assert not Goal.objects.exists()


def test_another_clients_campaign_is_unknown(cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        Campaign.objects.create(agency=cast.aurora, client=cast.cafe, external_id="c", name="c")
        Campaign.objects.create(agency=cast.aurora, client=cast.bodega, external_id="b", name="b")
    assert set_goal(robot, campaign="c").status_code == 400
    assert set_goal(robot, campaign="b").json()["campaign"] == "b"


def test_with_a_key_twice_is_once(cast: Cast, robot: Caller) -> None:
    first = robot.post(ADDRESS, WISH, Idempotency_Key="g-1")
    second = robot.post(ADDRESS, WISH, Idempotency_Key="g-1")
    assert second.json() == first.json()
    with tenant_scope(cast.aurora.pk):
        assert Goal.objects.count() == 1


# --- change ---


def changed(cast: Cast, robot: Caller) -> tuple[str, dict[str, Any]]:
    """A goal of 90 leads in the first quarter, and its address."""
    wish = {"kpi": "leads", "from": "2026-01-01", "to": "2026-03-31", "target": "90"}
    made = robot.post("/api/v1/clients/bodega/goals/", wish).json()
    return f"/api/v1/clients/bodega/goals/{made['id']}/", made


def test_a_change_of_the_target_makes_milestones_anew_and_is_audited(
    cast: Cast, robot: Caller
) -> None:
    address, made = changed(cast, robot)
    answer = robot.patch(address, {"target": "180", "note": "Doubled"}).json()
    assert (answer["target"], answer["note"], answer["id"]) == ("180", "Doubled", made["id"])
    before = [Decimal(stone["value"]) for stone in made["milestones"]]
    after = [Decimal(stone["value"]) for stone in answer["milestones"]]
    assert sum(before) == 90 and sum(after) == 180
    # January is over and stays; 149 are left for February and March: × 28/59 and × 31/59.
    assert [round(value, 6) for value in after] == [
        31, Decimal("70.711864"), Decimal("78.288136"),
    ]  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        entry = AuditEntry.objects.get(table_name="kpis_goal", action="update")
        stones = AuditEntry.objects.filter(table_name="kpis_milestone", action="update")
        assert (float(entry.before["target"]), float(entry.after["target"])) == (90, 180)
        assert entry.before["note"] == "" and entry.after["note"] == "Doubled"
        assert [float(one.before["value"]) for one in stones.order_by("row_id")] == [
            float(value) for value in before[1:]
        ]


def test_a_shorter_goal_has_fewer_milestones(cast: Cast, robot: Caller) -> None:
    address, made = changed(cast, robot)
    answer = robot.patch(address, {"to": "2026-02-28"}).json()
    assert (len(made["milestones"]), len(answer["milestones"])) == (3, 2)
    assert sum(Decimal(stone["value"]) for stone in answer["milestones"]) == 90
    assert robot.get(address).json()["milestones"] == answer["milestones"]


def test_archived_and_back_again(cast: Cast, robot: Caller) -> None:
    address, _made = changed(cast, robot)
    assert robot.patch(address, {"is_archived": True}).json()["is_archived"] is True
    assert heard(robot.patch(address, {"target": "50"})) == (400, error("goal_archived", errors=[]))
    both = robot.patch(address, {"is_archived": False, "target": "50"}).json()
    assert (both["is_archived"], both["target"]) == (False, "50")


@pytest.mark.parametrize(
    "body",
    [{"kpi": "cpl"}, {"from": "2026-01-02"}, {"kind": "cap"}, {"status": "achieved"}, {"id": 1},
     {"client": 2}, {"target": "x"}, {"to": "2025-12-31"}, {"target": None}, {"shape": "seasonal"}],
)  # fmt: skip
def test_what_a_goal_is_about_cannot_be_changed(
    cast: Cast, robot: Caller, body: dict[str, Any]
) -> None:
    address, made = changed(cast, robot)
    assert robot.patch(address, body).status_code == 400
    assert robot.get(address).json()["milestones"] == made["milestones"]


def test_the_same_change_twice_is_once(cast: Cast, robot: Caller) -> None:
    address, _made = changed(cast, robot)
    first = robot.patch(address, {"target": "180"}).json()
    assert robot.patch(address, {"target": "180"}).json() == first
    with tenant_scope(cast.aurora.pk):
        assert AuditEntry.objects.filter(table_name="kpis_goal", action="update").count() == 1


def test_it_tells_the_forecast(cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        DailyTotal.objects.bulk_create(
            DailyTotal(
                agency=cast.aurora, client=cast.bodega, family="leads", channel="email", leads=2,
                day=date(2025, 9, 1) + timedelta(days=n),
            )
            for n in range(167)  # through 14 February
        )  # fmt: skip
    number = set_goal(robot, target="180").json()["id"]
    goal = robot.get(f"{ADDRESS}{number}/").json()
    # 36 + 45 × 2 = 126 came; the last eight weeks brought two a day, hence 45 × 2 = 90 more; but
    # the 36 of one Saturday are among them: 4.25 more a week on that day, and six Saturdays come.
    assert goal["progress"]["value"]["value"] == "126"
    assert (goal["status"], goal["status_reason"]) == ("on_track", "")
    assert goal["forecast"]["model"] == "run_rate"
    assert float(goal["forecast"]["value"]) == 126 + 90 + 6 * 36 / 8
    low, high = (float(goal["forecast"][end]) for end in ("low", "high"))
    assert low < 243 < high
    assert 0.8 < float(goal["probability"]) <= 1


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"thresholds": {"pase": {"on_track": "0.7"}}}, "thresholds.pase"),
        (
            {"guard": {"kpi": "cpl", "operator": "at_most", "limit": "9", "why": ""}},
            "guard.why",
        ),
        ({"guard": {"kpi": "leads", "operator": "at_least", "limit": "9"}}, "guard.kpi"),
        ({"shape": "seasonal", "season": ["1"]}, "season"),
        # January's 36 leads make no share of them: the quarter before had none.
        ({"target": "0.10", "target_as": "relative"}, "target"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    robot: Caller, wish: dict[str, Any], field: str
) -> None:
    response = set_goal(robot, **wish)
    assert response.status_code == 400, response.json()
    assert response.json()["data"]["errors"][0]["field"] == field


def test_a_pace_beyond_all_measure_is_kept_at_the_limit(cast: Cast, robot: Caller) -> None:
    """A millionth was asked for and a billion came: the night must not fail of it."""
    with tenant_scope(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="sales", source="shop", is_live=True
        )
        DailyTotal.objects.create(
            agency=cast.aurora, client=cast.bodega, family="sales", day=date(2026, 1, 10),
            channel="email", order_value=Decimal("999999999999"), currency="EUR",
        )  # fmt: skip
    response = set_goal(robot, kpi="revenue", target="0.000001")
    assert (response.status_code, response.json()["status"]) == (201, "achieved")
    with tenant_scope(cast.aurora.pk):
        standing = Goal.objects.get().standing
        # 999999999999 / (0.000001 × 45/90) is 2 × 10¹⁸.
        assert standing is not None and standing.pace == 10**18 - 1


def test_numbers_that_a_goal_cannot_keep_are_refused(robot: Caller) -> None:
    response = set_goal(
        robot, accumulation="level", baseline="999999999999", target="2", target_as="relative"
    )
    assert response.status_code == 400
    assert [each["field"] for each in response.json()["data"]["errors"]] == ["target"]


def test_a_goal_serves_neither_itself_nor_one_that_serves_it(robot: Caller) -> None:
    top = set_goal(robot).json()["id"]
    below = set_goal(robot, parent=top, target="80").json()["id"]
    lowest = set_goal(robot, parent=below, target="70").json()["id"]
    for parent in (top, below, lowest):
        response = robot.patch(f"{ADDRESS}{top}/", {"parent": parent})
        assert response.status_code == 400
        assert [each["field"] for each in response.json()["data"]["errors"]] == ["parent"]
    assert robot.patch(f"{ADDRESS}{lowest}/", {"parent": top}).status_code == 200


def test_amounts_are_money_although_a_parameter_changed_on_the_way(
    cast: Cast, robot: Caller
) -> None:
    with tenant_scope(cast.aurora.pk):
        own = {"agency": cast.aurora, "client": cast.bodega, "family": "ads"}
        SourceSync.objects.create(**own, source="ads", is_live=True)
        DailyTotal.objects.create(
            **own, day=date(2026, 1, 10), ad_spend=Decimal("90.5"), currency="EUR"
        )
        parameters_change(cast.bodega, date(2026, 2, 1), {"repeat_days": 60}, "", None)
    goal = {"kpi": "cpl", "kind": "decrease", "accumulation": "period", "baseline": "3"}
    shown = set_goal(robot, **goal, target="2").json()["progress"]["value"]["inputs"]
    assert shown == {
        "ad_spend@..2026-01-31": "90.50",
        "ad_spend@2026-02-01..": "0.00",
        "leads": "36",
    }
