"""Visitors of a test by first assignment: where and when they came first decides, once and for all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import LandingPage, SourceSync, VisitorDay
from kpis.experiments.counting import Counted, counted
from kpis.experiments.queries import variants_of
from kpis.experiments.services import experiment_create
from kpis.experiments.visitors import has_visitors
from kpis.trials.arms import Arm
from tests.cast import Cast
from tests.kpis.test_experiment_services import wish

Visit = tuple[str, int, str, bool, bool]


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            yield cast.bodega


def seen(client: Client, *visits: Visit, source: str = "web") -> None:
    """visitor, day of March (0 is 28 February), page, became a lead, a qualified one."""
    for number, (visitor, day, path, has_lead, is_qualified) in enumerate(visits):
        page, _made = LandingPage.objects.get_or_create(
            agency_id=client.agency_id, client=client, path=path
        )
        VisitorDay.objects.create(
            agency_id=client.agency_id, client=client, source=source, tz=client.time_zone,
            external_id=f"{source}{number}", visitor=visitor, landing_page=page,
            day=date(2026, 3, day) if day else date(2026, 2, 28),
            has_lead=has_lead, is_qualified=is_qualified,
        )  # fmt: skip


def count(client: Client, **changes: Any) -> Counted:
    experiment = experiment_create(client, wish(counted_by="visitors", **changes))
    return counted(client, experiment, variants_of(client, [experiment])[experiment.pk])


def days(found: Counted) -> list[tuple[int, tuple[Arm, ...]]]:
    return [(each.day.day, each.arms) for each in found.days]


def test_each_visitor_counts_once_where_they_came_first(bodega: Client) -> None:
    seen(
        bodega,
        ("ann", 1, "/offer", False, False),
        ("ann", 3, "/offer", True, False),  # a lead two days later: counts on the first
        ("bob", 1, "/offer-short", True, True),
        ("bob", 2, "/offer-short", True, True),  # twice is once
        ("cid", 2, "/offer", False, False),
        ("dan", 2, "/blog", True, False),  # never saw a tested page
    )
    found = count(bodega)
    assert days(found) == [
        (1, (Arm(1, 1, 0), Arm(1, 1, 1))),
        (2, (Arm(1, 0, 0), Arm(0, 0))),
    ]
    assert (found.in_both, found.unassigned) == (0, 0)


def test_who_saw_both_counts_for_the_first_and_is_reported(bodega: Client) -> None:
    seen(
        bodega,
        ("ann", 1, "/offer", False, False),
        ("ann", 2, "/offer-short", True, True),  # her lead counts for the page she saw first
        ("bob", 3, "/offer", True, False),
        ("bob", 3, "/offer-short", False, False),  # both on one day: nobody knows which was first
    )
    found = count(bodega)
    assert days(found) == [(1, (Arm(1, 1, 1), Arm(0, 0)))]
    assert (found.in_both, found.unassigned) == (2, 1)


def test_what_happened_before_the_page_or_outside_the_test_does_not_count(bodega: Client) -> None:
    seen(
        bodega,
        ("ann", 0, "/offer", True, False),  # before the test
        ("bob", 1, "/blog", True, False),  # a lead before he saw the page
        ("bob", 2, "/offer", False, False),
        ("cid", 5, "/offer", False, False),
        ("cid", 7, "/blog", True, False),  # elsewhere, but afterwards: the page may have done it
        ("dan", 10, "/offer", True, False),  # today is not over
    )
    assert days(count(bodega)) == [
        (2, (Arm(1, 0, 0), Arm(0, 0))),
        (5, (Arm(1, 1, 0), Arm(0, 0))),
    ]
    # A test that ended on the 6th knows nothing of the 7th.
    assert days(count(bodega, ends_on=date(2026, 3, 6)))[1] == (5, (Arm(1, 0, 0), Arm(0, 0)))


def test_another_clients_visitors_are_not_seen(cast: Cast, bodega: Client) -> None:
    seen(bodega, ("ann", 1, "/offer", True, False))
    seen(cast.cafe, ("bob", 1, "/offer", True, False))
    assert days(count(bodega)) == [(1, (Arm(1, 1, 0), Arm(0, 0)))]


def test_days_that_the_source_has_not_delivered_are_left_out(bodega: Client) -> None:
    own = {"agency_id": bodega.agency_id, "client": bodega, "family": "web", "source": "ga4"}
    SourceSync.objects.create(
        **own, complete_from=date(2026, 1, 1), complete_through=date(2026, 3, 5)
    )
    seen(bodega, ("ann", 5, "/offer", True, False), ("bob", 6, "/offer", False, False))
    found = count(bodega)
    # Through the 9th, yesterday, the 6th to the 9th are missing.
    assert (days(found), found.missing) == ([(5, (Arm(1, 1, 0), Arm(0, 0)))], 4)


def test_whether_anybody_delivers_visitors(cast: Cast, bodega: Client) -> None:
    assert not has_visitors(bodega)
    seen(bodega, ("ann", 1, "/offer", False, False))
    assert has_visitors(bodega) and not has_visitors(cast.cafe)


def test_a_test_before_it_begins_has_nobody(bodega: Client) -> None:
    found = count(bodega, starts_on=date(2026, 3, 20))
    assert (found.days, found.through) == ((), None)
