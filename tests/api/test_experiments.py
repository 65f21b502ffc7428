"""/api/v1/clients/<client>/experiments/ and /experiments/<id>/: the plan, the counts, the verdict."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from kpis.experiments.services import counts_put, experiment_archive, experiment_create
from kpis.trials.arms import Arm
from tests.api.conftest import Caller, person, token
from tests.cast import Cast
from tests.kpis.test_experiment_services import wish

ADDRESS = "/api/v1/clients/bodega/experiments/"
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        yield


def planned(cast: Cast, *arms: Arm, **changes: Any) -> int:
    with tenant_scope(cast.aurora.pk):
        experiment = experiment_create(cast.bodega, wish(**changes))
        counts_put(cast.bodega, experiment, {(n, DAY): arm for n, arm in enumerate(arms)})
    return int(experiment.pk)


def test_the_worked_example_whole(cast: Cast, robot: Caller) -> None:
    number = planned(cast, Arm(2400, 120), Arm(2400, 156))
    answer = robot.get(f"{ADDRESS}{number}/").json()
    assert answer == {
        "id": number, "name": "Shorter form", "hypothesis": "", "counted_by": "totals",
        "from": "2026-03-01", "to": "2026-03-28", "base_rate": "0.05", "target_rate": "0.065",
        "alpha": "0.05", "power": "0.8", "planned_per_arm": 3780, "looks": 1, "is_guarded": True,
        "is_archived": False, "decision": None, "decided_for": None, "decided_on": None,
        "reason": "", "state": "collecting",
        # 2,400 / 3,780 = 40/63
        "progress": "0.6349206349206349206349206349", "winner": None,
        "split": {"p": "1", "state": "ok"}, "p_overall": None, "judged_through": "2026-03-02",
        "seen_in_several": 0, "unassigned": 0,
        "variants": [
            {
                "name": "/offer", "landing_page": "/offer", "is_control": True,
                "planned_share": "0.5", "visitors": 2400, "conversions": 120, "qualified": None,
                "rate": "0.05",
                "rate_interval": {"low": "0.0419770110965", "high": "0.0594612338951"},
                "against_control": None,
            },
            {
                "name": "Short", "landing_page": "/offer-short", "is_control": False,
                "planned_share": "0.5", "visitors": 2400, "conversions": 156, "qualified": None,
                "rate": "0.065",
                "rate_interval": {"low": "0.0558156414276", "high": "0.0755746620642"},
                "against_control": {
                    "difference": "0.015",
                    "interval": {"low": "0.0018141215991", "high": "0.0282737270093"},
                    "test": "z", "z": "2.23206727552", "p": "0.0256105168743",
                    "p_adjusted": "0.0256105168743", "relative": "0.3",
                    "probability_to_beat": "0.98714702939", "expected_loss": "0.000030203232273",
                    "qualified_difference": None,
                },
            },
        ],
        "days": [
            {
                "day": "2026-03-02",
                "variants": [
                    {"name": "/offer", "visitors": 2400, "conversions": 120, "qualified": None},
                    {"name": "Short", "visitors": 2400, "conversions": 156, "qualified": None},
                ],
            }
        ],
    }  # fmt: skip


def test_the_list_has_all_of_a_client(cast: Cast, robot: Caller) -> None:
    first = planned(cast, Arm(3780, 189), Arm(3780, 246))
    second = planned(cast, name="Second")
    with tenant_scope(cast.aurora.pk):
        old = experiment_create(cast.bodega, wish(name="Old"))
        experiment_archive(old)
        experiment_create(cast.cafe, wish(name="Another client's"))
    found = robot.get(ADDRESS).json()["results"]
    assert {(each["id"], each["state"], each["winner"]) for each in found} == {
        (first, "winner", "Short"),
        (second, "empty", None),
        (old.pk, "empty", None),
    }
    kept = robot.get(ADDRESS, is_archived="true").json()["results"]
    assert [each["id"] for each in kept] == [old.pk]


def test_a_viewer_reads_it_and_a_seller_does_not(cast: Cast) -> None:
    number = planned(cast)
    assert person(cast.vera, "aurora").get(f"{ADDRESS}{number}/").status_code == 200
    assert person(cast.sergio, "aurora").get(ADDRESS).status_code == 403
    assert token(cast.aurora, "leads:read").get(ADDRESS).status_code == 403


def test_malena_finds_nothing(cast: Cast) -> None:
    number = planned(cast)
    boreal = token(cast.boreal, "read")
    assert boreal.get(ADDRESS).status_code == 404
    assert boreal.get(f"/api/v1/clients/dulce/experiments/{number}/").status_code == 404
    assert token(cast.aurora, "read", client=cast.cafe).get(ADDRESS).status_code == 404
