"""Own measures and custom KPIs by API: defined, checked, sent, and read back."""

from typing import Any

import pytest

from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, OwnMeasure, OwnValue
from campaigns.own_services import MeasureWish, own_measure_define
from kpis.models import CustomKpi
from tests.api.conftest import Caller, token
from tests.cast import Cast

BASE = "/api/v1/clients/bodega/"
MARCH = f"{BASE}kpis/values/?from=2026-03-01&to=2026-03-31"


@pytest.fixture
def calls(cast: Cast) -> OwnMeasure:
    with tenant_scope(cast.aurora.pk):
        return own_measure_define(cast.aurora, cast.bodega, MeasureWish("Calls"))


def send(caller: Caller, *rows: dict[str, Any], query: str = "", **headers: str) -> Any:
    return caller.post(f"{BASE}own-values/bulk/{query}", {"rows": list(rows)}, **headers)


def row(day: str, value: str | None, **more: Any) -> dict[str, Any]:
    return {"measure": "own_calls", "day": day, "value": value, **more}


def test_a_measure_is_defined_and_listed(cast: Cast, robot: Caller) -> None:
    response = robot.post(f"{BASE}own-measures/", {"name": "Calls booked", "better": "higher"})
    made = {
        "key": "own_calls_booked", "name": "Calls booked", "description": "", "unit": "count",
        "aggregation": "sum", "better": "higher", "for_all_clients": False, "is_archived": False,
    }  # fmt: skip
    assert (response.status_code, response.json()) == (201, made)
    everybodys = robot.post(f"{BASE}own-measures/", {"name": "Fairs", "for_all_clients": True})
    assert everybodys.json()["for_all_clients"] is True
    listed = robot.get(f"{BASE}own-measures/").json()["results"]
    assert {each["key"] for each in listed} == {"own_calls_booked", "own_fairs"}
    elsewhere = robot.get("/api/v1/clients/cafe/own-measures/").json()["results"]
    assert [each["key"] for each in elsewhere] == ["own_fairs"]


def test_values_are_written_with_a_verdict_each(
    cast: Cast, robot: Caller, calls: OwnMeasure
) -> None:
    with tenant_scope(cast.aurora.pk):
        Campaign.objects.create(agency=cast.aurora, client=cast.bodega, external_id="7", name="x")
    first = send(robot, row("2026-03-01", "4"), row("2026-03-31", "6", channel="email"))
    assert first.json()["counts"] == {"new": 2, "changed": 0, "same": 0, "removed": 0, "refused": 0}
    second = send(
        robot,
        row("2026-03-01", "4.0"), row("2026-03-31", "7", channel="email"),
        row("2026-03-02", "1", campaign="7"), row("2026-03-03", None),
        row("2026-02-31", "1"), row("2026-03-04", "1", campaign="8"),
        {**row("2026-03-04", "1"), "measure": "own_gone"}, row("2026-03-01", "5"),
        row("2026-03-05", "1", currency="EUR"), row("2999-03-05", "1"), row("2026-03-06", "x"),
    ).json()  # fmt: skip
    assert [each["verdict"] for each in second["results"]] == [
        "same", "changed", "new", "same", *["refused"] * 7
    ]  # fmt: skip
    assert [[(e["field"], e["code"]) for e in each["errors"]] for each in second["results"][4:]] == [
        [("day", "invalid")], [("campaign", "unknown_campaign")], [("measure", "unknown_measure")],
        [("day", "twice")], [("currency", "no_money")], [("day", "out_of_range")],
        [("value", "invalid")],
    ]  # fmt: skip
    # 4 + 7 + 1 between the 1st and the 31st.
    answer = robot.get(f"{MARCH}&keys=own_calls").json()
    assert answer["rows"][0]["values"]["own_calls"]["value"] == "12"
    listed = robot.get(f"{BASE}own-values/?measure=own_calls&channel=email").json()["results"]
    assert listed == [
        {"measure": "own_calls", "day": "2026-03-31", "value": "7", "channel": "email",
         "campaign": None, "currency": None, "source": "api"}
    ]  # fmt: skip
    assert send(robot, *listed).json()["counts"]["same"] == 1  # it may be sent back as it is


def test_all_or_nothing_if_asked(cast: Cast, robot: Caller, calls: OwnMeasure) -> None:
    response = send(robot, row("2026-03-01", "4"), row("2026-02-31", "1"), query="?atomic=true")
    assert (response.status_code, response.json()["code"]) == (400, "rows_refused")
    with tenant_scope(cast.aurora.pk):
        assert not OwnValue.objects.exists()


def test_twice_with_a_key_is_once(cast: Cast, robot: Caller, calls: OwnMeasure) -> None:
    for replayed in (None, "true"):
        response = send(robot, row("2026-03-01", "4"), Idempotency_Key="one")
        assert response.json()["counts"]["new"] == 1
        assert response.headers.get("Idempotency-Replayed") == replayed


def test_a_formula_is_checked(cast: Cast, robot: Caller, calls: OwnMeasure) -> None:
    def check(formula: str, **more: Any) -> Any:
        return robot.post(f"{BASE}custom-kpis/check/", {"formula": formula, **more}).json()

    assert check("ad_spend / own_calls") == {
        "is_valid": True, "formula": "ad_spend ÷ own_calls", "units": ["money"],
        "measures": ["ad_spend", "own_calls"], "problem": None,
    }  # fmt: skip
    assert check("ad_spend / own_cals") == {
        "is_valid": False, "formula": None, "units": [], "measures": [],
        "problem": {
            "code": "unknown_name", "message": "There is no measure or KPI called “own_cals”.",
            "hint": "Did you mean own_calls?", "start": 11, "end": 19, "instead": "own_calls",
        },
    }  # fmt: skip
    assert check("own_calls", for_all_clients=True)["problem"]["code"] == "unknown_name"
    with tenant_scope(cast.aurora.pk):
        assert not CustomKpi.objects.exists()


def test_a_kpi_is_saved_and_asked_for(cast: Cast, robot: Caller, calls: OwnMeasure) -> None:
    send(robot, row("2026-03-01", "4"), row("2026-03-31", "6"))
    wish = {"name": "Half the calls", "formula": "own_calls * 0.5", "better": "higher"}
    response = robot.post(f"{BASE}custom-kpis/", wish)
    assert response.status_code == 201
    assert response.json() == {
        "key": "custom_half_the_calls", "name": "Half the calls", "meaning": "",
        "formula": "own_calls * 0.5", "unit": "count", "better": "higher", "goal_kind": "increase",
        "goal_accumulation": "cumulative", "version": 1, "for_all_clients": False,
        "is_archived": False,
    }  # fmt: skip
    answer = robot.get(f"{MARCH}&keys=custom_half_the_calls").json()
    assert answer["rows"][0]["values"]["custom_half_the_calls"]["value"] == "5"  # (4 + 6) × 0.5
    book = {each["key"]: each for each in robot.get(f"{BASE}kpis/").json()["results"]}
    assert book["custom_half_the_calls"]["formula"] == "own_calls × 0.5"
    assert {"leads", "own_calls"} <= set(book)
    listed = robot.get(f"{BASE}custom-kpis/").json()["results"]
    assert [each["key"] for each in listed] == ["custom_half_the_calls"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"formula": "clicks +"}, "formula_invalid"),
        ({"formula": "leads + ad_spend"}, "formula_invalid"),
        ({"unit": "money"}, "unit_does_not_fit"),
        ({"goal_kind": "cap", "goal_accumulation": "level"}, "goal_impossible"),
        ({"name": ""}, "invalid"),
        ({"key": "leads"}, "invalid"),
        ({"surprise": 1}, "invalid"),
    ],
)
def test_bad_input(cast: Cast, robot: Caller, change: dict[str, Any], code: str) -> None:
    wish = {"name": "A", "formula": "clicks / sessions"}
    response = robot.post(f"{BASE}custom-kpis/", {**wish, **change})
    assert (response.status_code, response.json()["code"]) == (400, code)
    with tenant_scope(cast.aurora.pk):
        assert not CustomKpi.objects.exists()


def test_a_key_for_one_client_defines_nothing_for_all(cast: Cast) -> None:
    caller = token(cast.aurora, "kpis:write", client=cast.bodega)
    for path, wish in (
        ("custom-kpis/", {"name": "A", "formula": "clicks"}), ("own-measures/", {"name": "A"})
    ):  # fmt: skip
        assert caller.post(BASE + path, {**wish, "for_all_clients": True}).status_code == 403
        assert caller.post(BASE + path, wish).status_code == 201


def test_another_clients_things_are_not_to_be_seen(
    cast: Cast, robot: Caller, calls: OwnMeasure
) -> None:
    cafe = "/api/v1/clients/cafe/"
    robot.post(f"{BASE}custom-kpis/", {"name": "Mine", "formula": "own_calls * 2"})
    assert robot.get(f"{cafe}custom-kpis/").json()["results"] == []
    assert robot.get(f"{cafe}kpis/values/?keys=custom_mine").json()["code"] == "unknown_kpi"
    refused = robot.post(f"{cafe}own-values/bulk/", {"rows": [row("2026-03-01", "1")]}).json()
    assert refused["results"][0]["errors"][0]["code"] == "unknown_measure"
