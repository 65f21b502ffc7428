"""No body sets what its schema does not offer: every write of the schema refuses any other field."""

from typing import Any

import pytest

from config.reference import schema_document
from tests.api.conftest import Caller
from tests.api.test_roles import TABLE, address, body
from tests.api.test_roles import rows as _rows
from tests.cast import Cast

#: Columns of our tables that nobody may set by naming them.
TEMPTING = (
    "agency", "agency_id", "client", "client_id", "pk", "created_at", "updated_at", "written_in",
    "is_superuser", "role_id", "secret_hash", "scopes", "batch", "batch_id", "was_customer",
)  # fmt: skip
#: Calls that take no body.
BODILESS = ("customer-value/", "webhooks/<pk>/secret/", "webhooks/<pk>/test/")
there = _rows  # the fixture, under a name of its own here
WRITES = sorted((method, route) for method, route in TABLE if method in ("POST", "PATCH", "PUT"))


def shape_of(method: str, route: str) -> dict[str, Any]:
    """The schema's own words on the body of a write; a bulk's are those of its rows."""
    document = schema_document()
    path = "/api/v1/" + route.replace("bodega", "{client}").replace("<pk>", "{id}")
    content = document["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if "rows" in schema.get("properties", {}):
            schema = schema["properties"]["rows"]["items"]
    return dict(schema)


@pytest.mark.parametrize(("method", "route"), WRITES, ids=" ".join)
def test_what_is_not_offered_is_refused(
    cast: Cast,
    robot: Caller,
    there: dict[str, int],
    method: str,
    route: str,
) -> None:
    shape = shape_of(method, route)
    if not shape:
        assert route.endswith(BODILESS)
        return
    assert shape["additionalProperties"] is False, "the schema says so"
    offered = set(shape["properties"])
    for name in TEMPTING:
        if name in offered:
            continue
        document = body(method, route, "x", there)
        row = document["rows"][0] if "rows" in document else document
        row[name] = 1
        response = getattr(robot, method.lower())(address(route, there), document)
        if response.status_code == 200 and "results" in response.json():  # a verdict for each row
            verdict = response.json()["results"][0]
            assert verdict["verdict"] == "refused", (name, response.content)
            assert [error["field"] for error in verdict["errors"]] == [name]
        else:
            assert response.status_code in (400, 403), (name, response.content)


def test_what_an_answer_has_may_come_back_without_effect(cast: Cast, robot: Caller) -> None:
    """Whether a sale is the first is found by the house: a sale of nobody's is none."""
    sale = {"external_id": "V", "sold_on": "2026-03-01", "amount": "10", "is_first": True}
    made = robot.post("/api/v1/clients/bodega/sales/", sale)
    assert (made.status_code, made.json()["is_first"]) == (201, False)


def test_a_token_cannot_be_made_or_widened_by_api() -> None:
    assert not [route for _method, route in TABLE if "token" in route]
