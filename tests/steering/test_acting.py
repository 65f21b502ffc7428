"""What people do about an incident: once however often they say it, and it can be taken back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import tenant_scope
from steering.alerts.acting import (
    incident_acknowledge,
    incident_resolve,
    incident_snooze,
    incident_undo,
)
from steering.models import Incident, IncidentStep
from tests.cast import Cast
from tests.steering.scene import MONDAY, acts, digests, judged, new_goal, night, only_incident

AT = night(MONDAY, 10)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        judged(new_goal(cast.bodega), "on_track", "at_risk", MONDAY - timedelta(days=1))
        yield cast.bodega


def marta(cast: Cast) -> int:
    return Membership.objects.get(user=cast.marta).pk


def test_acknowledge(bodega: Client, cast: Cast) -> None:
    number = only_incident().pk
    for _twice in range(2):
        incident_acknowledge(bodega, number, marta(cast), AT, " Calling the agency's media buyer ")
    assert only_incident().state == "acknowledged"
    step = IncidentStep.objects.get(act="acknowledged")
    assert (step.acted_by_id, step.note) == (marta(cast), "Calling the agency's media buyer")
    assert digests() == []  # what waited to be said of it is not said any more


def test_snooze(bodega: Client, cast: Cast) -> None:
    number, until = only_incident().pk, MONDAY + timedelta(days=7)
    for _twice in range(2):
        incident_snooze(bodega, number, until, marta(cast), AT)
    assert (only_incident().state, only_incident().snoozed_until) == ("snoozed", until)
    assert acts() == ["opened", "snoozed"]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_pause_must_end_within_a_year(bodega: Client, days: int) -> None:
    with pytest.raises(DomainError) as refused:
        incident_snooze(bodega, only_incident().pk, MONDAY + timedelta(days=days), None, AT)
    assert refused.value.code == "bad_day"
    assert acts() == ["opened"]


def test_resolve_is_the_end(bodega: Client, cast: Cast) -> None:
    number = only_incident().pk
    for _twice in range(2):
        incident_resolve(bodega, number, marta(cast), AT)
    assert (only_incident().state, only_incident().resolved_on) == ("resolved", MONDAY)
    assert acts() == ["opened", "resolved"]
    for act in (incident_acknowledge, lambda *a: incident_snooze(*a[:2], MONDAY, *a[2:])):
        with pytest.raises(DomainError) as refused:
            act(bodega, number, None, AT)
        assert refused.value.code == "resolved"


def test_undo_brings_back_what_was(bodega: Client, cast: Cast) -> None:
    number, until = only_incident().pk, MONDAY + timedelta(days=7)
    incident_snooze(bodega, number, until, marta(cast), AT)
    incident_resolve(bodega, number, marta(cast), AT)
    back = incident_undo(bodega, number, marta(cast), AT)
    assert (back.state, back.snoozed_until, back.resolved_on) == ("snoozed", until, None)
    with pytest.raises(DomainError) as refused:  # once
        incident_undo(bodega, number, marta(cast), AT)
    assert refused.value.code == "nothing_to_undo"


def test_the_engines_doing_is_not_undone(bodega: Client) -> None:
    with pytest.raises(DomainError):
        incident_undo(bodega, only_incident().pk, None, AT)


def test_a_resolved_one_does_not_come_back_beside_a_new_one(bodega: Client) -> None:
    first = only_incident()
    incident_resolve(bodega, first.pk, None, AT)
    judged(first.goal, "at_risk", "off_track", MONDAY)
    assert sorted(Incident.objects.values_list("state", flat=True)) == ["open", "resolved"]
    with pytest.raises(DomainError):
        incident_undo(bodega, first.pk, None, AT)


def test_another_clients_is_not_found(bodega: Client, cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        incident_acknowledge(cast.cafe, only_incident().pk, None, AT)
    assert refused.value.code == "not_found"
