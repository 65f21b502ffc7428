"""Incidents open, become worse and better, and end; each thing is said once, in a digest a day."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from inbox.models import Notice
from inbox.services import notices_hand_out
from kpis.goals import band
from kpis.goals.machine import State, step
from kpis.models import Goal, GoalStanding
from steering.alerts.acting import incident_acknowledge, incident_snooze
from steering.models import Incident, IncidentStep, Saying
from tests.cast import Cast
from tests.kpis.test_goal_machine import SEQUENCE
from tests.steering.scene import (
    MONDAY,
    acts,
    digest_text,
    digests,
    judged,
    new_goal,
    night,
    night_over,
    only_incident,
)
from webhooks.models import Event

SUNDAY = MONDAY - timedelta(days=1)


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    with tenant_scope(cast.aurora.pk), time_machine.travel(night(MONDAY), tick=False):
        yield new_goal(cast.bodega)


def test_the_first_status_opens_one_and_waits_for_the_office(goal: Goal) -> None:
    judged(goal, "", "at_risk", SUNDAY)
    incident = only_incident()
    assert (incident.status, incident.severity, incident.state) == ("at_risk", "warning", "open")
    assert (incident.told, incident.told_on) == ("at_risk", MONDAY)
    assert digests() == [("digest_warning", "New leads (Jan 1 – Jun 30, 2026): at risk.")]
    # 900 × 74/181 = 367.96 expected by 15 March.
    assert digest_text() == "New leads: 345 by Mar 15, 2026; 368 was expected."
    assert notices_hand_out(goal.agency_id, night(MONDAY, 7)) == 0  # eight in Madrid
    assert notices_hand_out(goal.agency_id, night(MONDAY, 8)) == 1


def test_twice_is_once(goal: Goal) -> None:
    for _again in range(3):
        judged(goal, "on_track", "at_risk", SUNDAY)
    assert acts() == ["opened"]
    assert Saying.objects.count() == Notice.objects.count() == Event.objects.count() == 1
    assert len(Notice.objects.get().data["lines"]) == 1
    notices_hand_out(goal.agency_id, night(MONDAY, 9))
    judged(goal, "on_track", "at_risk", SUNDAY)
    assert Notice.objects.count() == 1


def test_the_worked_sequence_mails_twice(goal: Goal) -> None:
    """The 18 days of KPIS C.7: two warnings; two improvements stay in the inbox."""
    state = State("on_track", SUNDAY, "on_track", 0, SUNDAY)
    committed = ["on_track"]
    for number, line in enumerate(SEQUENCE.strip().splitlines(), start=1):
        day = SUNDAY + timedelta(days=number)
        with time_machine.travel(night(day + timedelta(days=1)), tick=False):
            before = state.committed
            state, change = step(state, band(Decimal(line.split()[0]), before), day)
            if change:
                judged(goal, before, state.committed, day)
            night_over(goal.client, day + timedelta(days=1))
            notices_hand_out(goal.agency_id, night(day + timedelta(days=1), 12))
        committed.append(state.committed)
    assert sum(one != other for one, other in pairwise(committed)) == 4
    assert [kind for kind, _title in digests()] == [
        "digest_warning", "digest_warning", "digest_news", "digest_news",
    ]  # fmt: skip
    assert acts() == ["opened", "worsened", "eased", "recovered"]
    assert only_incident().state == "resolved"
    assert sorted(Event.objects.values_list("kind", flat=True)) == [
        "goal.at_risk", "goal.at_risk", "goal.off_track",
    ]  # fmt: skip


def test_several_goals_of_a_day_are_one_message(goal: Goal, cast: Cast) -> None:
    other = new_goal(cast.bodega, channel="paid_search")
    elsewhere = new_goal(cast.cafe)
    judged(goal, "on_track", "at_risk", SUNDAY)
    judged(other, "at_risk", "on_track", SUNDAY)
    judged(elsewhere, "on_track", "off_track", SUNDAY)
    rows = Notice.objects.order_by("client__slug")
    assert [(row.client.slug, len(row.data["lines"]), row.kind) for row in rows] == [
        ("bodega", 2, "digest_warning"),
        ("cafe", 1, "digest_warning"),
    ]


def test_after_todays_message_comes_the_next_working_days(goal: Goal, cast: Cast) -> None:
    friday = MONDAY + timedelta(days=4)
    other = new_goal(cast.bodega, channel="paid_search")
    with time_machine.travel(night(friday), tick=False):
        judged(goal, "on_track", "at_risk", friday - timedelta(days=1))
    notices_hand_out(goal.agency_id, night(friday, 9))
    with time_machine.travel(night(friday, 10), tick=False):
        judged(other, "on_track", "at_risk", friday - timedelta(days=1))
    assert [row.due_at for row in Notice.objects.order_by("due_at")] == [
        night(friday, 8),
        night(MONDAY + timedelta(days=7), 8),
    ]


def test_a_reminder_a_week_until_somebody_knows(goal: Goal, cast: Cast) -> None:
    judged(goal, "at_risk", "off_track", SUNDAY)
    for days in range(1, 16):
        with time_machine.travel(night(MONDAY + timedelta(days=days)), tick=False):
            night_over(goal.client, MONDAY + timedelta(days=days))
    assert acts() == ["opened", "reminded", "reminded"]  # after 7 and 14 days
    assert digests()[-1][1] == (
        "New leads (Jan 1 – Jun 30, 2026): still off course, and nobody has acknowledged it."
    )
    incident_acknowledge(goal.client, only_incident().pk, None, night(MONDAY))
    for days in range(16, 30):
        with time_machine.travel(night(MONDAY + timedelta(days=days)), tick=False):
            night_over(goal.client, MONDAY + timedelta(days=days))
    assert acts()[3:] == ["acknowledged"]


def test_a_silent_source_silences_the_reminder(goal: Goal) -> None:
    judged(goal, "at_risk", "off_track", SUNDAY)
    GoalStanding.objects.update(status="no_data")  # what the night finds without the source
    later = MONDAY + timedelta(days=7)
    with time_machine.travel(night(later), tick=False):
        night_over(goal.client, later)
    assert acts() == ["opened"]
    assert len(digests()) == 1


def test_who_knows_hears_again_when_it_becomes_worse(goal: Goal) -> None:
    judged(goal, "on_track", "at_risk", SUNDAY)
    incident_acknowledge(goal.client, only_incident().pk, None, night(MONDAY))
    judged(goal, "at_risk", "off_track", MONDAY)
    incident = only_incident()
    assert (incident.state, incident.severity) == ("open", "critical")
    assert [title for _kind, title in digests()] == [
        "New leads (Jan 1 – Jun 30, 2026): off course."
    ]


def test_a_pause_says_nothing_and_ends(goal: Goal) -> None:
    judged(goal, "on_track", "at_risk", SUNDAY)
    until = MONDAY + timedelta(days=3)
    incident_snooze(goal.client, only_incident().pk, until, None, night(MONDAY))
    judged(goal, "at_risk", "off_track", MONDAY)
    assert digests() == []  # what waited was taken out, and what came says nothing
    for days in (1, 2, 3, 4):
        night_over(goal.client, MONDAY + timedelta(days=days))
    assert acts() == ["opened", "snoozed", "worsened", "woken"]
    assert [title for _kind, title in digests()] == [
        "New leads (Jan 1 – Jun 30, 2026): the pause is over, and it is not on course."
    ]


def test_it_recovers_and_comes_back_within_a_week_quietly(goal: Goal) -> None:
    judged(goal, "on_track", "at_risk", SUNDAY)
    judged(goal, "at_risk", "on_track", SUNDAY + timedelta(days=2))
    judged(goal, "on_track", "at_risk", SUNDAY + timedelta(days=4))
    states = Incident.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["resolved", "open"]
    loud = Saying.objects.order_by("pk").values_list("is_loud", flat=True)
    assert list(loud) == [True, False, False]


def test_missed_and_achieved(goal: Goal, cast: Cast) -> None:
    judged(goal, "off_track", "missed", SUNDAY)
    assert (only_incident().status, only_incident().severity) == ("missed", "critical")
    other = new_goal(cast.bodega, channel="email")
    judged(other, "on_track", "achieved", SUNDAY)
    assert Incident.objects.count() == 1
    assert "New leads · Email (Jan 1 – Jun 30, 2026): achieved." in digest_text()
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["goal.missed", "goal.achieved"]


def test_a_goal_in_the_archive_closes_its_incident(goal: Goal) -> None:
    judged(goal, "on_track", "at_risk", SUNDAY)
    Goal.objects.filter(pk=goal.pk).update(archived_at=night(MONDAY))
    night_over(goal.client, MONDAY)
    assert acts() == ["opened", "closed"]
    assert only_incident().resolved_on == MONDAY


def test_an_event_of_another_client_is_not_touched(goal: Goal, cast: Cast) -> None:
    judged(goal, "on_track", "at_risk", SUNDAY)
    night_over(cast.cafe, MONDAY + timedelta(days=30))
    assert acts() == ["opened"]
    assert IncidentStep.objects.filter(client=cast.cafe).count() == 0
