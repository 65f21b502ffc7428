"""Rules over a client's numbers: judged every night, told once, tried out without sending anything."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from inbox.models import Notice
from kpis.models import DailyTotal
from steering.alerts.firing import rule_replay
from steering.models import AlertRule, Incident, IncidentStep, RuleStanding, Saying
from steering.rule_services import (
    RuleWish,
    rule_archive,
    rule_change,
    rule_create,
    rule_draft,
    rule_pause,
    rule_restore,
)
from tests.cast import Cast
from tests.steering.scene import MONDAY, acts, digest_text, digests, leads, night, night_over
from webhooks.models import Event

#: The last seven days at least a fifth under the seven before.
FALL = RuleWish("Fewer leads", "leads", "change", "below", "week", Decimal("0.2"), note="Call Meta")


DROP = date(2026, 3, 10)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Ten leads a day until 10 March, then two. On 14 March 46 in seven days, against 70."""
    with tenant_scope(cast.aurora.pk), time_machine.travel(night(MONDAY, 10), tick=False):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="manual", is_live=True
        )
        days = [date(2025, 9, 1) + timedelta(days=number) for number in range(196)]
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "family": "leads"}
        DailyTotal.objects.bulk_create(
            DailyTotal(**own, day=day, channel="direct", leads=10 if day <= DROP else 2)
            for day in days
        )
        assert days[-1] == MONDAY - timedelta(days=1)
        yield cast.bodega


def nights(client: Client, first: date, last: date) -> None:
    day = first
    while day <= last:
        with time_machine.travel(night(day), tick=False):
            night_over(client, day)
        day += timedelta(days=1)


def test_it_opens_after_two_days_and_is_told_once(bodega: Client) -> None:
    rule_create(bodega, FALL, None)
    # By 11 March 62 of 70, −11 %; by 12 March 54, −23 %; by 13 March 46, −34 %: the second day.
    nights(bodega, date(2026, 3, 12), date(2026, 3, 13))
    assert acts() == []
    nights(bodega, date(2026, 3, 14), MONDAY)
    assert acts() == ["opened"]
    incident = Incident.objects.get()
    assert (incident.opened_on, incident.status) == (date(2026, 3, 13), "at_risk")
    assert digests() == [("digest_warning", "Fewer leads.")]
    assert digest_text() == "New leads: 46 by Mar 13, 2026, against 70."
    standing = RuleStanding.objects.get()
    assert (standing.value, standing.compared, standing.day) == (30, 70, date(2026, 3, 15))
    assert [each.kind for each in Event.objects.all()] == ["alert.opened"]


def test_a_night_twice_is_once(bodega: Client) -> None:
    rule_create(bodega, FALL, None)
    nights(bodega, date(2026, 3, 12), MONDAY)
    before = [model.objects.count() for model in (IncidentStep, Saying, Event, RuleStanding)]
    nights(bodega, date(2026, 3, 12), MONDAY)
    assert [
        model.objects.count() for model in (IncidentStep, Saying, Event, RuleStanding)
    ] == before


def test_it_is_over_when_the_weeks_agree_again(bodega: Client) -> None:
    rule_create(bodega, FALL, None)
    nights(bodega, date(2026, 3, 12), MONDAY)
    for days in range(14):
        leads(bodega, MONDAY + timedelta(days=days), 2)
    nights(bodega, MONDAY + timedelta(days=1), MONDAY + timedelta(days=14))
    assert acts() == ["opened", "recovered"]
    assert [each.kind for each in Event.objects.order_by("pk")] == [
        "alert.opened",
        "alert.resolved",
    ]
    assert digests()[-1] == ("digest_news", "Fewer leads: over.")


def test_a_stale_source_silences_it(bodega: Client) -> None:
    rule_create(bodega, FALL, None)
    SourceSync.objects.filter(client=bodega).update(
        is_live=False, complete_through=date(2026, 3, 1)
    )
    nights(bodega, date(2026, 3, 12), MONDAY)
    assert acts() == []
    assert not RuleStanding.objects.exists()


def test_a_trial_says_the_same_and_writes_nothing(bodega: Client) -> None:
    replay = rule_replay(bodega, rule_draft(bodega, FALL))
    assert replay is not None
    assert [(each.day, each.said) for each in replay.told] == [(date(2026, 3, 13), "notify")]
    # Held by the 12th, 13th, 14th and 15th. 90 days are judged: each has seven days before it.
    assert (replay.plain, replay.judged) == (4, 90)
    assert not AlertRule.objects.exists()
    assert not Incident.objects.exists()
    assert not Notice.objects.exists()


def test_a_trial_of_days_asks_once(bodega: Client) -> None:
    wish = RuleWish("Odd day", "leads", "history", "either", "day")
    rule = rule_draft(bodega, wish)
    rule_replay(bodega, rule)
    with CaptureQueriesContext(connection) as captured:
        replay = rule_replay(bodega, rule)
    assert len(captured) < 40
    assert replay is not None
    # 11 March: 2 where it was always 10; two days in a row on the 12th.
    assert [each.day for each in replay.told] == [date(2026, 3, 12)]


def test_rules_with_the_same_days_share_their_questions(bodega: Client) -> None:
    def statements() -> int:
        RuleStanding.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            night_over(bodega, MONDAY)
        return len(captured)

    rule_create(bodega, FALL, None)
    one = statements()
    for number in range(3):
        rule_create(
            bodega, RuleWish(f"R{number}", "leads", "change", "above", "week", Decimal(9)), None
        )
    assert statements() - one <= 3 * 4  # each keeps its standing: a read and a write in a savepoint


def test_another_question_begins_anew(bodega: Client) -> None:
    rule = rule_create(bodega, FALL, None)
    nights(bodega, date(2026, 3, 12), MONDAY)
    rule_change(
        bodega, rule, RuleWish("Far fewer", "leads", "change", "below", "week", Decimal("0.9"))
    )
    assert not RuleStanding.objects.exists()
    nights(bodega, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert acts() == ["opened", "recovered"]


@pytest.mark.parametrize("stop", [rule_pause, rule_archive])
def test_a_stopped_rule_closes_its_incident_and_comes_back(bodega: Client, stop) -> None:
    rule = rule_create(bodega, FALL, None)
    nights(bodega, date(2026, 3, 12), MONDAY)
    stop(bodega, rule, night(MONDAY, 10))
    assert acts() == ["opened", "closed"]
    assert digests() == []  # it had not gone out
    nights(bodega, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert not RuleStanding.objects.exists()
    rule_restore(rule)
    nights(bodega, MONDAY + timedelta(days=3), MONDAY + timedelta(days=3))
    assert RuleStanding.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("kpi", {"kpi": "luck"}),
        ("condition", {"condition": "vibes"}),
        ("limit", {"limit": None}),
        ("limit", {"limit": Decimal("-0.2")}),
        ("direction", {"condition": "threshold", "direction": "either"}),
        ("span", {"span": "decade"}),
        ("least_volume", {"least_volume": Decimal(-1)}),
        ("channel", {"channel": "smoke signals"}),
    ],
)
def test_what_makes_no_rule(bodega: Client, field: str, changes: dict[str, object]) -> None:
    wish = RuleWish(**{**vars(FALL), **changes})  # type: ignore[arg-type]
    with pytest.raises(DomainError) as refused:
        rule_create(bodega, wish, None)
    assert [name for name, _words in refused.value.data["fields"]] == [field]
    assert not AlertRule.objects.exists()


def test_another_clients_numbers_are_not_read(bodega: Client, cast: Cast) -> None:
    rule_create(cast.cafe, FALL, None)
    nights(cast.cafe, date(2026, 3, 12), MONDAY)
    assert acts() == []
    assert DailyTotal.objects.filter(client=cast.cafe).count() == 0
