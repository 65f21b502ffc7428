"""What comes back soon is not news, but it is not forgotten; a pause lasts; an undo says it after all."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from inbox.models import Notice
from inbox.services import notices_hand_out
from kpis.models import Goal, GoalStanding
from steering.alerts.acting import incident_acknowledge, incident_snooze, incident_undo
from steering.models import AlertRule, Incident, IncidentState, Saying
from tests.cast import Cast
from tests.steering.scene import (
    MONDAY,
    acts,
    digests,
    judged,
    new_goal,
    night,
    night_over,
    only_incident,
)

SUNDAY = MONDAY - timedelta(days=1)
NAME = "New leads (Jan 1 – Jun 30, 2026)"


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    with tenant_scope(cast.aurora.pk), time_machine.travel(night(MONDAY), tick=False):
        yield new_goal(cast.bodega)


def change(goal: Goal, days: int, before: str, after: str) -> None:
    """Committed on that day after Sunday, found by the night that follows."""
    with time_machine.travel(night(MONDAY + timedelta(days=days)), tick=False):
        judged(goal, before, after, SUNDAY + timedelta(days=days))


def nights(goal: Goal, *days: int) -> None:
    for number in days:
        with time_machine.travel(night(MONDAY + timedelta(days=number)), tick=False):
            night_over(goal.client, MONDAY + timedelta(days=number))


def test_it_is_a_line_and_then_reminded_of_from_the_last_telling(goal: Goal) -> None:
    change(goal, 0, "at_risk", "off_track")  # told on Monday
    change(goal, 2, "off_track", "on_track")
    change(goal, 4, "on_track", "off_track")
    back = Incident.objects.get(state="open")
    assert (back.told, back.told_on) == ("off_track", MONDAY)
    assert list(Saying.objects.order_by("pk").values_list("is_loud", flat=True)) == [
        True, False, False,
    ]  # fmt: skip
    nights(goal, 5, 6)
    assert acts() == ["opened", "recovered", "opened"]
    nights(goal, 7, 8, 13)
    assert acts()[3:] == ["reminded"]
    assert digests("digest_warning")[-1][1] == (
        f"{NAME}: still off course, and nobody has acknowledged it."
    )
    nights(goal, 14)
    assert acts()[3:] == ["reminded", "reminded"]


def test_a_pause_is_of_the_goal_until_its_day(goal: Goal) -> None:
    change(goal, 0, "on_track", "at_risk")
    until = MONDAY + timedelta(days=9)
    incident_snooze(goal.client, only_incident().pk, until, None, night(MONDAY))
    change(goal, 2, "at_risk", "on_track")
    change(goal, 4, "on_track", "at_risk")
    back = Incident.objects.latest("pk")
    assert (back.state, back.snoozed_until) == ("snoozed", until)
    assert digests("digest_warning") == []
    nights(goal, 8, 9)
    assert acts() == ["opened", "snoozed", "recovered", "opened", "woken"]
    assert digests("digest_warning") == [
        ("digest_warning", f"{NAME}: the pause is over, and it is not on course.")
    ]


def test_a_pause_that_was_over_before_is_over(goal: Goal) -> None:
    change(goal, 0, "on_track", "at_risk")
    until = MONDAY + timedelta(days=4)
    incident_snooze(goal.client, only_incident().pk, until, None, night(MONDAY))
    change(goal, 2, "at_risk", "on_track")
    change(goal, 4, "on_track", "at_risk")
    assert Incident.objects.latest("pk").state == "open"


def test_a_pause_does_not_end_while_a_source_is_silent(goal: Goal) -> None:
    change(goal, 0, "on_track", "at_risk")
    incident_snooze(
        goal.client, only_incident().pk, MONDAY + timedelta(days=2), None, night(MONDAY)
    )
    GoalStanding.objects.update(status="no_data")
    nights(goal, 2, 3)
    assert acts() == ["opened", "snoozed"]
    GoalStanding.objects.update(status="at_risk")
    nights(goal, 4)
    assert acts() == ["opened", "snoozed", "woken"]


def test_a_silent_source_silences_the_reminder_of_a_rule(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk), time_machine.travel(night(MONDAY), tick=False):
        mine = {"agency": cast.aurora, "client": cast.bodega}
        sync = SourceSync.objects.create(
            **mine, family="leads", source="manual", complete_through=MONDAY - timedelta(days=20)
        )
        rule = AlertRule.objects.create(
            **mine, name="Few leads", kpi="leads", condition="threshold", direction="below",
            span="week", limit=Decimal(5), severity="critical",
        )  # fmt: skip
        data = {"kpi": "leads", "unit": "count", "name": "", "rule": "Few leads", "currency": "EUR",
                "channel": "", "campaign": "", "value": "", "expected": "", "as_of": ""}  # fmt: skip
        Incident.objects.create(
            **mine, rule=rule, opened_on=SUNDAY, severity="critical", status="off_track",
            told="off_track", told_on=MONDAY - timedelta(days=7), data=data,
        )  # fmt: skip
        night_over(cast.bodega, MONDAY)
        assert acts() == []
        sync.complete_through = date(2026, 3, 15)
        sync.save()
        AlertRule.objects.update(name="Few leads")
        night_over(cast.bodega, MONDAY)
        assert acts()[0] == "reminded"


def test_what_waited_is_said_after_all(goal: Goal) -> None:
    change(goal, 0, "on_track", "at_risk")
    before = digests()
    for _again in range(2):
        incident_acknowledge(goal.client, only_incident().pk, None, night(MONDAY, 5))
        assert digests() == []
        incident_undo(goal.client, only_incident().pk, None, night(MONDAY, 6))
        assert digests() == before
    assert only_incident().state == IncidentState.OPEN


def test_what_has_gone_out_is_not_said_again(goal: Goal) -> None:
    change(goal, 0, "on_track", "at_risk")
    notices_hand_out(goal.agency_id, night(MONDAY, 9))
    incident_acknowledge(goal.client, only_incident().pk, None, night(MONDAY, 10))
    incident_undo(goal.client, only_incident().pk, None, night(MONDAY, 10))
    assert Notice.objects.count() == 1
