"""Annotations and anomalies by API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from kpis.anomaly_services import anomaly_dismiss
from kpis.models import Annotation, Anomaly
from tests.api.conftest import Caller, heard, person, token
from tests.cast import Cast

NOTES = "/api/v1/clients/bodega/annotations/"
ANOMALIES = "/api/v1/clients/bodega/anomalies/"
FAIR = {"from": "2026-03-01", "text": "Fair <b>in</b> Madrid"}
EFFECT = {"kpi": "leads", "direction": "up", "size": "0.1", "judged_on": "2026-03-31"}


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


def test_written_and_read_back(robot: Caller) -> None:
    wish = {**FAIR, "to": "2026-03-03", "visibility": "client", "effect": EFFECT}
    created = robot.post(NOTES, wish)
    assert created.status_code == 201
    body = created.json()
    assert body == {
        "id": body["id"],
        "from": "2026-03-01",
        "to": "2026-03-03",
        "text": "Fair <b>in</b> Madrid",
        "visibility": "client",
        "created_at": "2026-04-15T12:00:00Z",
        "effect": {
            "kpi": "leads",
            "direction": "up",
            "size": "0.1",
            "size_as": "relative",
            "judged_on": "2026-03-31",
            "outcome": None,
            "before": None,
            "after": None,
            "compared": None,
        },
    }
    assert robot.get(NOTES).json() == {"next": None, "results": [body]}


def test_sent_twice_with_a_key_it_is_there_once(robot: Caller, cast: Cast) -> None:
    first = robot.post(NOTES, FAIR, Idempotency_Key="fair-1")
    again = robot.post(NOTES, FAIR, Idempotency_Key="fair-1")
    assert first.json() == again.json()
    with tenant_scope(cast.aurora.pk):
        assert Annotation.objects.count() == 1


def test_only_shared_notes_without_the_scope_of_costs(robot: Caller, cast: Cast) -> None:
    robot.post(NOTES, FAIR)
    robot.post(NOTES, {**FAIR, "text": "Shared", "visibility": "client"})
    for caller in (token(cast.aurora, "read"), person(cast.vera, "aurora")):
        assert [note["text"] for note in caller.get(NOTES).json()["results"]] == ["Shared"]
    assert len(person(cast.ana, "aurora").get(NOTES).json()["results"]) == 2


def test_filtered(robot: Caller) -> None:
    robot.post(NOTES, {**FAIR, "effect": EFFECT})
    robot.post(NOTES, {"from": "2026-01-10", "to": "2026-01-20", "text": "Sale"})

    def texts(**query: str) -> list[str]:
        return [note["text"] for note in robot.get(NOTES, **query).json()["results"]]

    assert texts(kpi="leads") == ["Fair <b>in</b> Madrid"]
    assert texts(**{"from": "2026-01-15", "to": "2026-02-01"}) == ["Sale"]
    assert texts(**{"from": "2026-01-21"}) == ["Fair <b>in</b> Madrid"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"from": "2026-02-31"}, "from"),
        ({"to": "2026-02-01"}, "to"),
        ({"visibility": "world"}, "visibility"),
        ({"colour": "red"}, "colour"),
        ({"effect": {**EFFECT, "kpi": "nothing"}}, "kpi"),
        ({"effect": {**EFFECT, "judged_on": "2026-03-01"}}, "judged_on"),
        ({"effect": {**EFFECT, "size": "-1"}}, "size"),
    ],
)
def test_bad_input(robot: Caller, cast: Cast, change: dict[str, Any], field: str) -> None:
    status, body = heard(robot.post(NOTES, {**FAIR, **change}))
    assert status == 400
    assert [error["field"] for error in body["data"]["errors"]] == [field]
    with tenant_scope(cast.aurora.pk):
        assert not Annotation.objects.exists()


def test_anomalies_with_what_became_of_them(robot: Caller, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for day in (9, 10):
            row = Anomaly.objects.create(
                agency=cast.aurora, client=cast.bodega, day=date(2026, 3, day), kpi="leads",
                value=40, expected=5, low=1, high=12, p=0.0001, rule="count",
            )  # fmt: skip
        anomaly_dismiss(cast.bodega, row, "Fair", None)
    found = robot.get(ANOMALIES).json()["results"]
    assert found[0] == {
        "id": row.pk, "day": "2026-03-10", "kpi": "leads", "value": "40", "expected": "5",
        "low": "1", "high": "12", "p": 0.0001, "rule": "count", "dismissed": "Fair",
    }  # fmt: skip
    assert [each["dismissed"] for each in found] == ["Fair", None]
    filtered = robot.get(ANOMALIES, **{"to": "2026-03-09", "kpi": "leads"}).json()["results"]
    assert [each["day"] for each in filtered] == ["2026-03-09"]
    assert robot.get(ANOMALIES, kpi="cpl").json()["results"] == []


def test_who_may(cast: Cast, malena_robot: Caller) -> None:
    assert person(cast.vera, "aurora").post(NOTES, FAIR).status_code == 403
    assert person(cast.sergio, "aurora").get(NOTES).status_code == 403
    assert malena_robot.get(NOTES).status_code == 404
    assert malena_robot.get(ANOMALIES).status_code == 404
