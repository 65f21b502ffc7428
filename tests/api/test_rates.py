"""GET /api/v1/rates/ and POST /api/v1/rates/bulk/."""

from typing import Any

import pytest

from tests.api.conftest import Caller, token
from tests.cast import Cast

LIST, BULK = "/api/v1/rates/", "/api/v1/rates/bulk/"
ROW = {"day": "2026-03-03", "from": "EUR", "to": "USD", "rate": "1.0812"}


@pytest.fixture
def writer(cast: Cast) -> Caller:
    return token(cast.aurora, "data:write")


def test_it_stores_and_lists(writer: Caller) -> None:
    assert writer.post(BULK, {"rows": [ROW]}).json() == {"verdicts": ["new"]}
    (row,) = writer.get(LIST).json()["results"]
    assert {name: row[name] for name in ROW} == ROW
    assert (row["source"], row["version"]) == ("manual", 1)


def test_twice_is_once_and_a_correction_is_a_version(writer: Caller) -> None:
    for rate, verdict in (
        ("1.0812", "new"),
        ("1.08120", "same"),
        ("1.09", "changed"),
        (None, "changed"),
    ):
        answer = writer.post(BULK, {"rows": [{**ROW, "rate": rate}]})
        assert answer.json() == {"verdicts": [verdict]}, rate
    rows = writer.get(LIST).json()["results"]
    assert [(row["version"], row["rate"]) for row in rows] == [
        (3, None),
        (2, "1.09"),
        (1, "1.0812"),
    ]


def test_it_filters(writer: Caller) -> None:
    others = [{**ROW, "day": "2026-03-04"}, {**ROW, "from": "BRL"}, {**ROW, "to": "BRL"}]
    writer.post(BULK, {"rows": [ROW, *others]})
    found = writer.get(LIST, **{"from": "EUR", "to": "USD", "day_to": "2026-03-03"}).json()
    assert [(row["day"], row["from"], row["to"]) for row in found["results"]] == [
        ("2026-03-03", "EUR", "USD")
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "bad_body"),
        ({"rows": []}, "bad_row_count"),
        ({"rows": [ROW], "more": 1}, "bad_body"),
        ({"rows": [ROW, ROW]}, "row_twice"),
        ({"rows": [{**ROW, "rate": "0"}]}, "rows_refused"),
        ({"rows": [{**ROW, "rate": "NaN"}]}, "rows_refused"),
        ({"rows": [{**ROW, "from": "USD"}]}, "rows_refused"),
        ({"rows": [{**ROW, "from": "euro"}]}, "rows_refused"),
        ({"rows": [{**ROW, "day": "2026-02-31"}]}, "rows_refused"),
        ({"rows": [{**ROW, "price": 1}]}, "rows_refused"),
        ({"rows": [ROW, 5]}, "rows_refused"),
    ],
)
def test_it_refuses_what_is_no_rate(writer: Caller, body: Any, code: str) -> None:
    response = writer.post(BULK, body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert writer.get(LIST).json()["results"] == []


def test_a_key_of_one_client_reads_and_does_not_write(cast: Cast, writer: Caller) -> None:
    writer.post(BULK, {"rows": [ROW]})
    limited = token(cast.aurora, "data:write", client=cast.bodega)
    assert len(limited.get(LIST).json()["results"]) == 1
    assert limited.post(BULK, {"rows": [ROW]}).status_code == 403


def test_it_refuses_malena_and_who_may_not(
    cast: Cast, writer: Caller, malena_robot: Caller
) -> None:
    writer.post(BULK, {"rows": [ROW]})
    assert malena_robot.get(LIST).json()["results"] == []
    assert token(cast.aurora, "read").get(LIST).status_code == 403
