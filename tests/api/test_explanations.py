"""GET /api/v1/clients/<client>/explanations/, against figures worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from tests.api.conftest import Caller, heard, person, token
from tests.cast import Cast
from tests.kpis.explain.world import tell

ADDRESS = "/api/v1/clients/bodega/explanations/"
ASKED = {"key": "cpl", "from": "2026-03-01", "to": "2026-03-31", "compare": "previous"}


@pytest.fixture(autouse=True)
def told(cast: Cast) -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            tell(cast.bodega)
        yield


def test_by_channel(robot: Caller) -> None:
    response = robot.get(ADDRESS, **ASKED, by="channel")
    assert response.status_code == 200
    assert response.json() == {
        "client": "bodega",
        "key": "cpl",
        "currency": "EUR",
        "from": "2026-03-01",
        "to": "2026-03-31",
        "comparison": {"rule": "previous", "from": "2026-02-01", "to": "2026-02-28"},
        "by": "channel",
        "kind": "ratio",
        "method": "mix_rate",
        "before": "10",
        "after": "16.25",
        "change": "6.25",
        "obstacle": None,
        "sentence": "CPL rose 6,25\u00a0€: 6,25\u00a0€ because the segments themselves changed.",
        "note": "This takes the change apart by arithmetic. It does not say what caused it.",
        "joined": 0,
        "rows": [
            {
                "kind": "segment", "key": "paid_search", "name": "Paid Search",
                "before": "10", "after": "16.25", "share_before": "1", "share_after": "1",
                "mix": "0", "rate": "6.25", "effect": "6.25", "members": [],
            }
        ],
        "ways": response.json()["ways"],
    }  # fmt: skip
    assert response.json()["ways"][:2] == ["factors", "factors-clicks"]


def test_by_factor_to_28_digits(robot: Caller) -> None:
    body = robot.get(ADDRESS, **ASKED).json()
    assert (body["by"], body["kind"], body["method"]) == ("factors", "factors", "lmdi")
    assert [(row["name"], round(Decimal(row["effect"]), 6)) for row in body["rows"]] == [
        ("Cost per click", Decimal("3.377446")),
        ("Leads per click", Decimal("2.872554")),
    ]
    left = sum(Decimal(row["effect"]) for row in body["rows"]) - Decimal(body["change"])
    assert abs(left) < Decimal("1e-25")


def test_where_there_is_none_the_reason_is_a_code_and_a_sentence(robot: Caller) -> None:
    body = robot.get(ADDRESS, **{**ASKED, "key": "clicks"}, by="factors").json()
    assert (body["kind"], body["obstacle"], body["rows"]) == ("none", "no_factors", [])
    assert body["sentence"].startswith("It is counted, not computed")


def test_a_viewers_token_gets_no_parts_of_the_agencys_cost(cast: Cast) -> None:
    body = token(cast.aurora, "read").get(ADDRESS, **{**ASKED, "key": "mer"}).json()
    cost = body["rows"][1]
    assert (cost["before"], cost["after"]) == (None, None)
    with_costs = token(cast.aurora, "read", "costs").get(ADDRESS, **{**ASKED, "key": "mer"}).json()
    # 500.00 of ads and 500.00 of fees; then 650.00 of ads
    assert (with_costs["rows"][1]["before"], with_costs["rows"][1]["after"]) == ("1000", "650")
    assert cost["effect"] == with_costs["rows"][1]["effect"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "nothing"}, "unknown_kpi"),
        ({"key": ""}, "unknown_kpi"),
        ({"key": "cpl,leads"}, "unknown_kpi"),
        ({"by": "weather"}, "unknown_by"),
        ({"by": "factors-weather"}, "unknown_by"),
        ({"compare": "yesteryear"}, "unknown_comparison"),
        ({"from": "2026-02-31"}, "bad_date"),
        ({"split": "channel"}, "unknown_parameter"),
    ],
)
def test_bad_input(robot: Caller, change: dict[str, Any], code: str) -> None:
    status, body = heard(robot.get(ADDRESS, **{**ASKED, **change}))
    assert (status, body["code"]) == (400, code)


def test_who_may_ask(cast: Cast, malena_robot: Caller) -> None:
    assert person(cast.vera, "aurora").get(ADDRESS, **ASKED).status_code == 200
    assert person(cast.sergio, "aurora").get(ADDRESS, **ASKED).status_code == 403
    assert malena_robot.get(ADDRESS, **ASKED).status_code == 404
