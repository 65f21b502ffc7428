"""/api/v1/clients/<client>/leads/ and /leads/<id>/: list, detail, create, change."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, Lead, Salesperson, SourceSync, StageChange
from kpis.models import DirtyDay
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/bodega/leads/"

FULL = {
    "external_id": "L-1",
    "status": "valid",
    "name": "Lucía",
    "email": "lucia@example.com",
    "phone": "+54 11 5555",
    "created_at": "2026-03-31T23:30:00Z",
    "answered_at": "2026-04-01T08:00:00Z",
    "utm_source": "google",
    "utm_medium": "cpc",
    "campaign": "987",
    "campaign_name": "Otoño",
    "landing_page": "/vinos",
    "device": "mobile",
    "country": "ES",
    "salesperson": "s-7",
    "salesperson_name": "Sergio",
    "mql_on": "2026-04-02",
    "opp_at": "2026-04-03T10:00:00+02:00",
    "amount": "1250.5",
}
#: The same as it is answered. 23:30 UTC of 31 March is 1 April in Madrid.
ANSWERED = {
    "source": "api",
    "external_id": "L-1",
    "stage": "opp",
    "status": "valid",
    "name": "Lucía",
    "email": "lucia@example.com",
    "phone": "+54 11 5555",
    "utm_source": "google",
    "utm_medium": "cpc",
    "device": "mobile",
    "country": "ES",
    "outcome": None,
    "lost_reason": "",
    "currency": "EUR",
    "created_at": "2026-03-31T23:30:00Z",
    "created_on": "2026-04-01",
    "mql_at": None,
    "mql_on": "2026-04-02",
    "sql_at": "2026-04-03T08:00:00Z",
    "sql_on": "2026-04-03",
    "opp_at": "2026-04-03T08:00:00Z",
    "opp_on": "2026-04-03",
    "closed_at": None,
    "closed_on": None,
    "answered_at": "2026-04-01T08:00:00Z",
    "channel": "paid_search",
    "campaign": "987",
    "campaign_name": "Otoño",
    "landing_page": "/vinos",
    "salesperson": "s-7",
    "salesperson_name": "Sergio",
    "customer": None,
    "customer_name": None,
    "amount": "1250.50",
}


def created(caller: Caller, **row: Any) -> dict[str, Any]:
    response = caller.post(ADDRESS, {"created_on": "2026-03-01", **row})
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_it_creates_and_shows(cast: Cast, robot: Caller) -> None:
    response = robot.post(ADDRESS, FULL)
    assert response.status_code == 201
    answer = response.json()
    number = answer.pop("id")
    assert answer == ANSWERED
    assert robot.get(f"{ADDRESS}{number}/").json() == {"id": number, **ANSWERED}
    assert robot.get(ADDRESS).json() == {"next": None, "results": [{"id": number, **ANSWERED}]}


def test_it_saves_whole(cast: Cast, robot: Caller) -> None:
    robot.post(ADDRESS, FULL)
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.get(client=cast.bodega)
        seller = Salesperson.objects.get()
        assert (lead.tz, lead.first_salesperson, lead.mql_salesperson, lead.opp_salesperson) == (
            "Europe/Madrid", seller, seller, seller,
        )  # fmt: skip
        assert (lead.sql_salesperson, lead.closed_salesperson) == (seller, None)
        assert (Campaign.objects.get().external_id, Campaign.objects.get().name) == ("987", "Otoño")
        stages = StageChange.objects.filter(lead=lead).order_by("pk")
        assert [change.stage for change in stages] == ["lead", "mql", "sql", "opp"]
        sync = SourceSync.objects.get(client=cast.bodega)
        assert (sync.family, sync.source, sync.is_live) == ("leads", "api", True)
        marks = DirtyDay.objects.filter(client=cast.bodega).values_list("reason", "family", "day")
        # Created on 1, MQL on 2, opportunity on 3 April, and still open: from then on a stock.
        assert sorted((reason, family, str(day)) for reason, family, day in marks) == [
            ("api", "leads", "2026-04-01"),
            ("api", "stock", "2026-04-03"),
        ]


def test_it_changes_what_is_named_and_nothing_else(cast: Cast, robot: Caller) -> None:
    number = robot.post(ADDRESS, FULL).json()["id"]
    body = {"closed_on": "2026-04-09", "outcome": "won", "amount": "1300", "phone": None}
    response = robot.patch(f"{ADDRESS}{number}/", body)
    assert response.status_code == 200
    assert response.json() == {
        "id": number,
        **ANSWERED,
        "stage": "customer",
        "closed_on": "2026-04-09",
        "outcome": "won",
        "customer": "L-1",
        "customer_name": "Lucía",
        "amount": "1300.00",
        "phone": "",
    }


def test_what_it_answers_can_be_sent_back(cast: Cast, robot: Caller) -> None:
    answer = robot.post(ADDRESS, FULL).json()
    assert robot.patch(f"{ADDRESS}{answer['id']}/", answer).json() == answer
    with tenant_scope(cast.aurora.pk):
        assert StageChange.objects.count() == 4


def test_a_moved_owner_does_not_move_past_results(cast: Cast, robot: Caller) -> None:
    number = created(robot, external_id="L-2", salesperson="a", mql_on="2026-03-02")["id"]
    robot.patch(f"{ADDRESS}{number}/", {"salesperson": "b", "sql_on": "2026-03-03"})
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.get(pk=number)
        assert [
            getattr(lead, name).external_id
            for name in (
                "first_salesperson", "mql_salesperson", "sql_salesperson", "salesperson",
            )
        ] == ["a", "a", "b", "b"]  # fmt: skip


def test_source_and_medium_win_over_a_named_channel(cast: Cast, robot: Caller) -> None:
    assert created(robot, external_id="1", channel="email")["channel"] == "email"
    assert created(robot, external_id="2")["channel"] == "unassigned"
    won = created(
        robot, external_id="3", channel="email", utm_source="pets.example", utm_medium="cpm"
    )
    assert won["channel"] == "display"


def test_it_filters_and_turns_pages(cast: Cast, robot: Caller) -> None:
    for day in range(1, 6):
        created(robot, external_id=f"L-{day}", created_on=f"2026-03-0{day}")
    spring = {"created_from": "2026-03-02", "created_to": "2026-03-04", "limit": 2}
    first = robot.get(ADDRESS, **spring).json()
    second = robot.get(first["next"]).json()
    found = [row["external_id"] for row in first["results"] + second["results"]]
    assert (found, second["next"]) == (["L-4", "L-3", "L-2"], None)
    assert [row["external_id"] for row in robot.get(ADDRESS, external_id="L-5").json()["results"]] == [
        "L-5"
    ]  # fmt: skip
    for query in (
        {"source": "hubspot"},
        {"outcome": "won"},
        {"channel": "email"},
        {"campaign": "1"},
    ):
        assert robot.get(ADDRESS, **query).json()["results"] == []


def test_it_requires_a_role(cast: Cast, robot: Caller) -> None:
    number = created(robot, external_id="L-1")["id"]
    reading = (403, error("forbidden", capability="see_leads"))
    writing = (403, error("forbidden", capability="edit_leads"))
    vera, ana = person(cast.vera, "aurora"), person(cast.ana, "aurora")
    numbers_only = token(cast.aurora, "read", "data:write")
    for caller in (vera, numbers_only):
        assert heard(caller.get(ADDRESS)) == reading
        assert heard(caller.get(f"{ADDRESS}{number}/")) == reading
    for caller in (vera, ana, numbers_only, token(cast.aurora, "leads:read")):
        assert heard(caller.post(ADDRESS, FULL)) == writing
        assert heard(caller.patch(f"{ADDRESS}{number}/", {})) == writing
    for user in (cast.sergio, cast.marta, cast.alicia):
        assert person(user, "aurora").get(ADDRESS).status_code == 200
        answer = person(user, "aurora").patch(f"{ADDRESS}{number}/", {"phone": "1"})
        assert answer.status_code == 200


def test_it_refuses_malena(
    cast: Cast, robot: Caller, malena_robot: Caller, bodega_robot: Caller
) -> None:
    number = created(robot, external_id="L-1")["id"]
    gone = (404, error("not_found"))
    for caller in (malena_robot, person(cast.malena, "boreal")):
        for path in (ADDRESS, f"{ADDRESS}{number}/"):
            assert heard(caller.get(path)) == gone
        assert heard(caller.post(ADDRESS, FULL)) == gone
        # Not by way of her own client either.
        assert heard(caller.get(f"/api/v1/clients/dulce/leads/{number}/")) == gone
    # And a token of one client does not reach the next one's leads by their number.
    cafe = robot.post(
        "/api/v1/clients/cafe/leads/", {"external_id": "C", "created_on": "2026-03-01"}
    )
    assert heard(bodega_robot.get(f"/api/v1/clients/cafe/leads/{cafe.json()['id']}/")) == gone
    assert heard(bodega_robot.get(f"{ADDRESS}{cafe.json()['id']}/")) == gone


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"external_id": None}, "external_id", "null"),
        ({"external_id": ""}, "external_id", "blank"),
        ({"external_id": "x" * 201}, "external_id", "max_length"),
        ({"created_at": "2026-02-31T00:00:00Z"}, "created_at", "invalid"),
        ({"created_at": "2026-02-01T00:00:00"}, "created_at", "offset_missing"),
        ({"created_at": "9999-12-31T23:59:59-12:00"}, "created_at", "out_of_range"),
        ({"created_at": 1}, "created_at", "invalid"),
        ({"created_at": None}, "created_at", "required"),
        ({"mql_on": "2026-02-31"}, "mql_on", "invalid"),
        ({"mql_on": "01/02/2026"}, "mql_on", "invalid"),
        ({"amount": "-1"}, "amount", "min_value"),
        ({"amount": "NaN"}, "amount", "invalid"),
        ({"amount": "1.0000001"}, "amount", "max_decimal_places"),
        ({"amount": "1234567890123"}, "amount", "max_whole_digits"),
        ({"currency": "EURO"}, "currency", "unknown"),
        ({"currency": "eur"}, "currency", "unknown"),
        ({"channel": "telepathy"}, "channel", "invalid_choice"),
        ({"country": "Spain"}, "country", "invalid"),
        ({"outcome": "won"}, "closed_at", "required"),
        ({"nmae": "x"}, "nmae", "unknown_field"),
        ({"name": ["x"]}, "name", "invalid"),
        ({"source": "Not A Source"}, "source", "invalid"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_changes_nothing(
    cast: Cast, robot: Caller, change: dict[str, Any], field: str, code: str
) -> None:
    response = robot.post(ADDRESS, {**FULL, **change})
    assert response.status_code == 400
    body = response.json()
    assert body["code"] == "invalid"
    assert [(one["field"], one["code"]) for one in body["data"]["errors"]] == [(field, code)]
    with tenant_scope(cast.aurora.pk):
        assert not Lead.objects.exists()
        assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "bad_body"),
        ('"text"', "bad_body"),
        ("{", "parse_error"),
        ('{"external_id": "\\u0000", "created_on": "2026-03-01"}', "parse_error"),
        ('{"external_id": "\\ud800", "created_on": "2026-03-01"}', "parse_error"),
        ('{"\\ud800": 1}', "parse_error"),
        ('{"amount": NaN}', "parse_error"),
        ("[" * 100_000 + "]" * 100_000, "parse_error"),
        (b'{"name": "\xff"}', "parse_error"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(
    cast: Cast, robot: Caller, body: Any, code: str
) -> None:
    status, answer = heard(robot.post(ADDRESS, body))
    assert (status, answer["code"]) == (400, code)


def test_another_kind_of_body_is_415(cast: Cast, robot: Caller) -> None:
    for kind in ("text/csv", "application/x-www-form-urlencoded"):
        response = robot.browser.post(ADDRESS, "a=b", content_type=kind, headers=robot.headers)
        assert heard(response) == (415, error("unsupported_media_type"))


def test_bad_filters_are_refused(cast: Cast, robot: Caller) -> None:
    for query in ({"created_from": "01/02/2026"}, {"channel": "x"}, {"external_id": "a\0"}):
        assert heard(robot.get(ADDRESS, **query))[1]["code"] == "invalid"
    assert heard(robot.get(ADDRESS, create_from="2026-01-01"))[1]["code"] == "unknown_parameter"
    assert heard(robot.get(f"{ADDRESS}{'9' * 19}/")) == (404, error("not_found"))


def test_what_identifies_it_cannot_be_changed(cast: Cast, robot: Caller) -> None:
    number = created(robot, external_id="L-1")["id"]
    for change in ({"external_id": "L-2"}, {"source": "hubspot"}):
        answer = robot.patch(f"{ADDRESS}{number}/", change)
        assert (answer.status_code, answer.json()["data"]["errors"][0]["code"]) == (400, "fixed")


def test_creating_it_twice_is_refused(cast: Cast, robot: Caller) -> None:
    number = created(robot, external_id="L-1")["id"]
    again = robot.post(ADDRESS, {"external_id": "L-1", "created_on": "2026-03-02"})
    assert heard(again) == (409, error("exists", id=number))
    assert robot.get(f"{ADDRESS}{number}/").json()["created_on"] == "2026-03-01"
    other = {"external_id": "L-1", "created_on": "2026-03-02", "source": "hubspot"}
    assert robot.post(ADDRESS, other).status_code == 201


#: BEGIN; the token's door, opened, read and closed in one message; the scope; the client; the lead, its
#: stage and whether its source is live; COMMIT.
STATEMENTS = 8


def test_a_lead_is_made_in_few_statements(committed_cast: Cast) -> None:
    """One that points at nothing is answered without being read again, and as it is read later."""
    with transaction.atomic():
        caller = token(committed_cast.aurora, "leads:write", last_used_at=timezone.now())
    lead = {
        "created_at": "2026-03-31T20:30:00.5-03:00", "answered_at": "2026-04-01T08:00:00Z",
        "name": "Lucía", "mql_on": "2026-04-02", "sql_at": "2026-04-02T23:30:00Z",
        "opp_on": "2026-04-04", "closed_on": "2026-04-05", "outcome": "lost", "amount": "1250.5",
        "utm_source": "google", "utm_medium": "cpc", "country": "ES", "phone": "+34 600",
    }  # fmt: skip
    assert caller.post(ADDRESS, {"external_id": "first", **lead}).status_code == 201
    with CaptureQueriesContext(connection) as captured:
        answer = caller.post(ADDRESS, {"external_id": "second", **lead})
    assert len(captured) == STATEMENTS
    assert (answer.status_code, answer.json()["created_on"]) == (201, "2026-04-01")
    assert caller.get(f"{ADDRESS}{answer.json()['id']}/").json() == answer.json()
