"""What every list can do: some fields only, another order, pages, and what changed since."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from accounts.api.pages import COPIED_UNTIL, is_stamped
from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Lead
from tests.api.conftest import ALL_SCOPES, Caller, heard, token
from tests.api.test_schema import endpoints
from tests.cast import Cast

LEADS = "/api/v1/clients/bodega/leads/"
CLIENTS = "/api/v1/clients/"


def leads(cast: Cast, *names: str) -> list[Lead]:
    with tenant_scope(cast.aurora.pk):
        return [
            Lead.objects.create(
                agency=cast.aurora, client=cast.bodega, source="api", external_id=name, tz="UTC",
                name=name, created_date="2026-03-01",
            )
            for name in names
        ]  # fmt: skip


def named(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["external_id"] for row in response.json()["results"]]


def test_only_the_fields_that_were_asked_for(cast: Cast, robot: Caller) -> None:
    (lead,) = leads(cast, "a")
    assert robot.get(LEADS, fields="external_id,stage").json() == {
        "next": None, "results": [{"external_id": "a", "stage": "lead"}]
    }  # fmt: skip
    assert robot.get(f"{LEADS}{lead.pk}/", fields="id").json() == {"id": lead.pk}
    assert robot.get(f"{CLIENTS}cafe/", fields="name,slug").json() == {
        "name": "Cafe", "slug": "cafe"
    }  # fmt: skip


@pytest.mark.parametrize("fields", ["", "nothing", "id,", "id, name", "agency_id", "password"])
def test_a_field_that_is_none_is_refused(cast: Cast, robot: Caller, fields: str) -> None:
    status, body = heard(robot.get(LEADS, fields=fields))
    assert (status, body["code"]) == (400, "unknown_field")
    assert "external_id" in body["data"]["known"]


def test_a_refusal_is_whole_whatever_fields_are_asked_for(cast: Cast, robot: Caller) -> None:
    assert heard(robot.get(f"{LEADS}1/", fields="id"))[0] == 404


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("name", ["Bodega", "Cafe", "Zumo"]), ("-name", ["Zumo", "Cafe", "Bodega"]),
     (None, ["Zumo", "Cafe", "Bodega"])],
)  # fmt: skip
def test_pages_in_any_order_meet_every_row_once(
    cast: Cast, robot: Caller, sort: str | None, expected: list[str]
) -> None:
    with tenant_scope(cast.aurora.pk):
        Client.objects.create(agency=cast.aurora, name="Zumo", slug="zumo")
    query = {"limit": "1", "fields": "name"} | ({"sort": sort} if sort else {})
    found, address = [], None
    while address is not None or not found:
        page = robot.get(address) if address else robot.get(CLIENTS, **query)
        found += [row["name"] for row in page.json()["results"]]
        address = page.json()["next"]
    assert found == expected


def test_an_order_with_equals_is_still_one_order(cast: Cast, robot: Caller) -> None:
    facts = "/api/v1/clients/bodega/daily-facts/"
    for name in ("a", "b", "c"):
        row = {"external_id": name, "family": "web", "day": "2026-03-01", "sessions": 1}
        assert robot.post(facts, row).status_code == 201
    first = robot.get(facts, sort="day", limit="2")
    assert named(first) == ["a", "b"]
    assert named(robot.get(first.json()["next"])) == ["c"]


def test_a_cursor_belongs_to_its_order(cast: Cast, robot: Caller) -> None:
    address = robot.get(CLIENTS, sort="name", limit="1").json()["next"]
    status, body = heard(robot.get(address.replace("sort=name", "sort=-name")))
    assert (status, body["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("sort", ["", "-", "--name", "currency", "pk", "name,id"])
def test_an_order_that_is_none_is_refused(cast: Cast, robot: Caller, sort: str) -> None:
    status, body = heard(robot.get(CLIENTS, sort=sort))
    assert (status, body["code"]) == (400, "bad_sort")
    assert body["data"] == {"known": ["name", "updated_at"]}


def test_what_changed_since(cast: Cast, robot: Caller) -> None:
    """By whoever: the API, a person, or SQL by hand; the database stamps the row."""
    rows = leads(cast, "a", "b", "c")
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (since,) = cursor.fetchone()
        cursor.execute("UPDATE campaigns_lead SET name = 'x' WHERE id = %s", [rows[1].pk])
    robot.patch(f"{LEADS}{rows[0].pk}/", {"name": "Ana"})
    assert named(robot.get(LEADS, updated_since=since.isoformat())) == ["b", "a"]
    assert named(robot.get(LEADS, updated_since=since.isoformat(), sort="updated_at")) == ["b", "a"]
    # A plus sign that was not escaped arrives as a blank.
    assert named(robot.get(f"{LEADS}?updated_since={since.isoformat()}")) == ["b", "a"]
    later = (since + timedelta(hours=1)).isoformat()
    assert named(robot.get(LEADS, updated_since=later)) == []


def test_a_stamp_cannot_be_written(cast: Cast) -> None:
    (lead,) = leads(cast, "a")
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    with tenant_scope(cast.aurora.pk):
        Lead.objects.filter(pk=lead.pk).update(updated_at=long_ago)
        assert Lead.objects.get().updated_at > long_ago + timedelta(days=365)


@pytest.mark.parametrize(
    "since", ["", "yesterday", "2026-03-31", "2026-03-31T10:00:00", "9999-13-01T00:00:00Z"]
)
def test_an_instant_that_is_none_is_refused(cast: Cast, robot: Caller, since: str) -> None:
    status, body = heard(robot.get(LEADS, updated_since=since))
    assert (status, body["code"]) == (400, "bad_instant")


def test_a_change_that_commits_late_is_not_missed(committed_cast: Cast) -> None:
    """Its stamp is older than a copy that could not see it: the copy says so, and asks again."""
    cast = committed_cast
    with transaction.atomic():
        caller = token(cast.aurora, *ALL_SCOPES)
    written, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with tenant_transaction(cast.aurora.pk):
                leads(cast, "late")
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(20)
    first = caller.get(LEADS)
    assert named(first) == []
    go_on.set()
    writer.join()
    again = first[COPIED_UNTIL]
    assert named(caller.get(LEADS, updated_since=again)) == ["late"]
    with tenant_transaction(cast.aurora.pk):
        stamp = Lead.objects.get().updated_at
    moment = parse_datetime(again)
    assert moment is not None and moment < stamp


def test_only_the_first_page_says_until_when_it_copied(cast: Cast, robot: Caller) -> None:
    """The pages after it are read later, so their instant would miss what changed meanwhile."""
    first = robot.get(CLIENTS, limit="1")
    assert COPIED_UNTIL in first
    assert COPIED_UNTIL not in robot.get(first.json()["next"])


def test_what_a_list_may_be_sorted_by_has_no_nulls() -> None:
    for path, view in endpoints():
        for name in view.sorts:
            field = view.queryset.model._meta.get_field(name)  # type: ignore[union-attr]
            assert not field.null, (path, name)


def test_every_list_takes_fields_and_says_what_it_takes(db: None) -> None:
    lists = [(path, view) for path, view in endpoints()
             if "GET" in view.capabilities and view.pagination_class and view.queryset is not None]  # fmt: skip
    assert len(lists) >= 10
    for path, view in lists:
        assert view.shape is not None, path
        if is_stamped(view.queryset.model):
            assert "updated_at" in view.sorts, path
