"""GET /clients/<client>/events/: what happened, in an order that never passes over a late commit."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.horizon import SETTLE_RESTORED
from accounts.tenancy import tenant_scope, tenant_transaction, writing_because
from campaigns.models import Cost, ImportBatch, Lead
from kpis.models import Goal, Restatement
from tests.api.conftest import ALL_SCOPES, Caller, error, heard, person, token
from tests.cast import Cast
from tests.databases import owner_connection

EVENTS = "/api/v1/clients/bodega/events/"


def lead(cast: Cast, name: str) -> Lead:
    return Lead.objects.create(
        agency=cast.aurora, client=cast.bodega, source="api", external_id=name, tz="UTC",
        created_date="2026-03-01",
    )  # fmt: skip


def told(response: Any) -> list[tuple[str, str, Any]]:
    assert response.status_code == 200, response.content
    return [(each["resource"], each["action"], each["id"]) for each in response.json()["events"]]


def everything(caller: Caller, limit: int = 1000, after: str | None = None) -> list[Any]:
    """All events from `after` on, page by page."""
    found = []
    while True:
        query = {"limit": str(limit)} | ({"after": after} if after else {})
        page = caller.get(EVENTS, **query)
        found += told(page)
        after = page.json()["after"]
        if not page.json()["has_more"]:
            return found


@pytest.fixture
def story(committed_cast: Cast) -> dict[str, int]:
    """A lead made, changed and removed; a cost; a goal; an import done and undone; restatements."""
    cast = committed_cast
    about = {"agency": cast.aurora, "client": cast.bodega}
    with tenant_transaction(cast.aurora.pk):
        one = lead(cast, "a")
        number = one.pk
    with tenant_transaction(cast.aurora.pk):
        Lead.objects.filter(pk=number).update(name="Ana", country="ES")
    with tenant_transaction(cast.aurora.pk):
        Lead.objects.filter(pk=number).delete()
        cost = Cost.objects.create(
            **about, source="manual", external_id="c", tz="UTC", layer="fee", amount=1,
            currency="EUR", starts_on="2026-03-01", ends_on="2026-03-31",
        )  # fmt: skip
        goal = Goal.objects.create(
            **about, kpi="leads", starts_on="2026-01-01", ends_on="2026-03-31", kind="increase",
            accumulation="cumulative", target=9,
        )  # fmt: skip
    with tenant_transaction(cast.aurora.pk):
        batch = ImportBatch.objects.create(**about, kind="leads", source="crm")
    for state in ("done", "undone"):
        with tenant_transaction(cast.aurora.pk):
            ImportBatch.objects.filter(pk=batch.pk).update(state=state)
    with tenant_transaction(cast.aurora.pk):
        for family, day in (
            ("leads", "2026-03-05"),
            ("leads", "2026-03-02"),
            ("costs", "2026-03-01"),
        ):
            Restatement.objects.create(
                **about, family=family, day=day, measure="leads", difference=1
            )
    return {"lead": number, "cost": cost.pk, "goal": goal.pk, "batch": batch.pk}


def expected(story: dict[str, int], *resources: str) -> list[tuple[str, str, Any]]:
    whole = [
        ("leads", "created", story["lead"]),
        ("leads", "changed", story["lead"]),
        ("leads", "removed", story["lead"]),
        ("costs", "created", story["cost"]),
        ("goals", "created", story["goal"]),
        ("imports", "done", story["batch"]),
        ("imports", "undone", story["batch"]),
        ("restatements", "restated", None),
    ]
    return [one for one in whole if one[0] in resources or not resources]


def caller_of(cast: Cast, *scopes: str) -> Caller:
    with transaction.atomic():
        return token(cast.aurora, *scopes)


def own(found: list[Any]) -> list[Any]:
    """Without the client itself, which the cast made."""
    return [one for one in found if one[0] != "clients"]


def test_everything_that_happened_in_order(committed_cast: Cast, story: dict[str, int]) -> None:
    robot = caller_of(committed_cast, *ALL_SCOPES)
    # The families of one refresh are an event each.
    assert own(everything(robot)) == [*expected(story), ("restatements", "restated", None)]
    events = robot.get(EVENTS, resource="restatements").json()["events"]
    assert [(one["family"], one["days"]) for one in events] == [
        ("leads", {"from": "2026-03-02", "to": "2026-03-05"}),
        ("costs", {"from": "2026-03-01", "to": "2026-03-01"}),
    ]
    (change,) = [
        one for one in robot.get(EVENTS, resource="leads").json()["events"]
        if one["action"] == "changed"
    ]  # fmt: skip
    assert change["fields"] == ["country", "name"]  # names, never values
    assert "Ana" not in robot.get(EVENTS).content.decode()


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_tell_the_same(
    committed_cast: Cast, story: dict[str, int], limit: int
) -> None:
    robot = caller_of(committed_cast, *ALL_SCOPES)
    assert everything(robot, limit) == everything(robot)


def test_what_a_scope_may_not_see_is_not_told(committed_cast: Cast, story: dict[str, int]) -> None:
    cast = committed_cast
    leads = caller_of(cast, "leads:read")
    assert own(everything(leads)) == expected(story, "leads")
    numbers = caller_of(cast, "read")
    assert own(everything(numbers)) == expected(story, "goals", "restatements")
    data = caller_of(cast, "data:read")
    assert own(everything(data)) == expected(story, "imports")
    costs = caller_of(cast, "costs")
    assert own(everything(costs)) == expected(story, "costs")
    sergio = person(cast.sergio, "aurora")
    assert own(everything(sergio)) == expected(story, "leads")
    assert heard(sergio.get(EVENTS, resource="costs")) == (
        400, error("unknown_resource", known=["interactions", "leads"])
    )  # fmt: skip
    malena = person(cast.malena, "boreal")
    assert heard(malena.get(EVENTS)) == (404, error("not_found"))


def test_from_now_on(committed_cast: Cast, story: dict[str, int]) -> None:
    robot = caller_of(committed_cast, *ALL_SCOPES)
    first = robot.get(EVENTS, after="now")
    assert told(first) == []
    after = first.json()["after"]
    assert robot.get(EVENTS, after=after).json() == first.json()
    with tenant_transaction(committed_cast.aurora.pk):
        number = lead(committed_cast, "later").pk
    assert everything(robot, after=after) == [("leads", "created", number)]


def test_an_event_that_commits_late_is_not_skipped(committed_cast: Cast) -> None:
    """One begins, another begins and commits: its event waits until the first one is decided."""
    cast = committed_cast
    robot = caller_of(cast, "leads:read")
    after = robot.get(EVENTS, after="now").json()["after"]
    written, go_on, numbers = threading.Event(), threading.Event(), {}

    def write_slowly() -> None:
        try:
            with tenant_transaction(cast.aurora.pk):
                numbers["slow"] = lead(cast, "slow").pk
                written.set()
                go_on.wait(60)
        finally:
            connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(60)
    with tenant_transaction(cast.aurora.pk):
        numbers["fast"] = lead(cast, "fast").pk
    seen = [robot.get(EVENTS, after=after)]
    seen.append(robot.get(EVENTS, after=seen[-1].json()["after"]))
    assert [told(one) for one in seen] == [[], []]  # the fast one is committed, and waits
    go_on.set()
    slow.join()
    assert everything(robot, 1, seen[-1].json()["after"]) == [
        ("leads", "created", numbers["slow"]), ("leads", "created", numbers["fast"]),
    ]  # fmt: skip


def test_many_writers_at_once_and_a_reader_that_never_stops(committed_cast: Cast) -> None:
    """Whatever the order of their commits, the reader meets every event exactly once."""
    cast, writers, each = committed_cast, 6, 8
    robot = caller_of(cast, "leads:read")
    after = robot.get(EVENTS, after="now").json()["after"]
    running = threading.Barrier(writers + 1)

    def write(name: int) -> None:
        try:
            running.wait()
            for number in range(each):
                with tenant_transaction(cast.aurora.pk):
                    lead(cast, f"{name}-{number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in range(writers)]
    for thread in threads:
        thread.start()
    running.wait()
    met: list[Any] = []
    while any(thread.is_alive() for thread in threads):
        page = robot.get(EVENTS, after=after, limit="3")
        met, after = [*met, *told(page)], page.json()["after"]
    met += everything(robot, 3, after)
    with tenant_transaction(cast.aurora.pk):
        made = sorted(Lead.objects.values_list("pk", flat=True))
    assert len(made) == writers * each
    assert sorted(number for _, _, number in met) == made


def test_an_import_is_one_event_and_not_one_per_row(committed_cast: Cast) -> None:
    robot = caller_of(committed_cast, *ALL_SCOPES)
    with tenant_transaction(committed_cast.aurora.pk), writing_because("import", 1):
        lead(committed_cast, "a")
    assert own(everything(robot)) == []


@pytest.mark.parametrize(
    "after", ["", "x", "W10", "bnVsbA", "é", "now ", "WzEsMiwzLDQsNV0", "WzEsIjEiLDAsMF0"]
)
def test_a_cursor_that_is_none_is_refused(cast: Cast, robot: Caller, after: str) -> None:
    assert heard(robot.get(EVENTS, after=after)) == (400, error("bad_cursor"))


def test_a_cursor_of_before_a_restore_is_gone(cast: Cast, robot: Caller) -> None:
    """[1, 2, 0, 3]: of a server that is not this one."""
    assert heard(robot.get(EVENTS, after="WzEsIDIsIDAsIDNd")) == (410, error("server_restored"))


def test_what_a_restore_brings_is_told_though_its_numbers_are_the_others(
    committed_cast: Cast, story: dict[str, int]
) -> None:
    name = connection.settings_dict["NAME"]
    robot = caller_of(committed_cast, *ALL_SCOPES)
    before = everything(robot)
    with owner_connection(name) as owner:
        # As they come from a server whose transactions had higher numbers.
        owner.execute(
            "ALTER TABLE accounts_auditentry ALTER COLUMN written_in TYPE bigint USING 2 ^ 60"
        )
        assert [one for one in everything(robot) if one[0] != "restatements"] == []
        for statement in SETTLE_RESTORED:
            owner.execute(statement)
    assert sorted(everything(robot), key=str) == sorted(before, key=str)


def test_the_transactions_number_cannot_be_written(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        lead(cast, "a")
        cursor.execute("SELECT bool_and(written_in = pg_current_xact_id()::text::bigint)"
                       " FROM accounts_auditentry WHERE table_name = 'campaigns_lead'")  # fmt: skip
        assert cursor.fetchone() == (True,)


def test_what_is_not_committed_is_not_told(cast: Cast, robot: Caller) -> None:
    """Not even to a reader in the very transaction that wrote it."""
    before = told(robot.get(EVENTS))
    with tenant_scope(cast.aurora.pk):
        lead(cast, "a")
    assert told(robot.get(EVENTS)) == before
