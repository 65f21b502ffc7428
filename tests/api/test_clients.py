"""GET /api/v1/clients/ and /api/v1/clients/<client>/."""

from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

BODEGA = {
    "slug": "bodega",
    "name": "Bodega",
    "currency": "EUR",
    "time_zone": "Europe/Madrid",
    "language": "es",
    "week_start": 1,
    "fiscal_month": 1,
    "cost_basis": "media",
    "cohort_days": 90,
    "profit_basis": "margin",
    "repeat_days": 90,
    "active_days": 365,
    "sla_minutes": 60,
    "is_archived": False,
}
CAFE = {**BODEGA, "slug": "cafe", "name": "Cafe"}


def test_it_lists_the_clients_the_newest_first(cast: Cast, robot: Caller) -> None:
    response = robot.get("/api/v1/clients/")
    assert response.status_code == 200
    assert response.json() == {"next": None, "results": [CAFE, BODEGA]}


def test_it_shows_one(cast: Cast, robot: Caller) -> None:
    assert robot.get("/api/v1/clients/bodega/").json() == BODEGA


def test_it_turns_pages(cast: Cast, robot: Caller) -> None:
    first = robot.get("/api/v1/clients/", limit=1).json()
    assert first["results"] == [CAFE]
    second = robot.get(first["next"]).json()
    assert second == {"next": None, "results": [BODEGA]}


def test_a_limited_token_sees_its_client_only(cast: Cast, bodega_robot: Caller) -> None:
    assert bodega_robot.get("/api/v1/clients/").json()["results"] == [BODEGA]
    assert heard(bodega_robot.get("/api/v1/clients/cafe/")) == (404, error("not_found"))


def test_a_viewer_sees_hers_only(cast: Cast) -> None:
    vera = person(cast.vera, "aurora")
    assert vera.get("/api/v1/clients/").json()["results"] == [BODEGA]
    assert heard(vera.get("/api/v1/clients/cafe/")) == (404, error("not_found"))


def test_any_scope_is_enough(cast: Cast) -> None:
    caller = token(cast.aurora, "data:write")
    assert caller.get("/api/v1/clients/bodega/").status_code == 200


def test_it_refuses_malena(cast: Cast, malena_robot: Caller) -> None:
    assert heard(malena_robot.get("/api/v1/clients/bodega/")) == (404, error("not_found"))
    assert [row["slug"] for row in malena_robot.get("/api/v1/clients/").json()["results"]] == [
        "dulce"
    ]
    malena = person(cast.malena, "boreal")
    assert heard(malena.get("/api/v1/clients/bodega/")) == (404, error("not_found"))


def test_bad_input_is_refused(cast: Cast, robot: Caller) -> None:
    for query, code in (
        ({"limit": "0"}, "bad_limit"),
        ({"limit": "x"}, "bad_limit"),
        ({"limit": "1001"}, "bad_limit"),
        ({"cursor": "x"}, "bad_cursor"),
        ({"cursor": "WyJhIl0"}, "bad_cursor"),  # ["a"]
        ({"cursor": "é\0"}, "bad_cursor"),
    ):
        assert heard(robot.get("/api/v1/clients/", **query)) == (400, error(code))
    known = ["cursor", "fields", "limit", "sort", "updated_since"]
    assert heard(robot.get("/api/v1/clients/", nme="x")) == (
        400,
        error("unknown_parameter", known=known),
    )
    assert heard(robot.post("/api/v1/clients/", {})) == (405, error("method_not_allowed"))
