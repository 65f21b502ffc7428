"""Alert rules every night: read, judged by the machine that goals have, and what they would have said.

Inside the client's scope and transaction; twice is once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Client
from kpis.book import book_of
from kpis.compare import Number
from kpis.formats import exact_text
from kpis.goals.machine import NOTHING, NOTIFY, WARNED_OF, Said, State, step, to_say
from kpis.services import standing_of
from steering.alerts.opening import Taking, changes_take
from steering.alerts.subjects import Subject, kpi_words
from steering.models import AlertRule, RuleStanding
from steering.rule_readings import last_whole_days, readings_on
from steering.rule_terms import Finding, RuleReading, find

#: The machine's memory, as a standing keeps it.
STATE = ("committed", "since", "candidate", "candidate_days", "day")
REPLAYED_DAYS = 90


def rules_running(client: Client) -> list[AlertRule]:
    """Those that are neither paused nor archived, and whose KPI still exists."""
    rows = AlertRule.objects.filter(
        agency_id=client.agency_id, client=client, archived_at=None, paused_at=None
    ).select_related("campaign")
    return [rule for rule in rows.order_by("pk") if rule.kpi in book_of(client)]


def rules_judge(client: Client, day: date, at: datetime) -> None:
    """Judge the rules by the last whole day of each. day: the client's today."""
    rules = rules_running(client)
    if not rules:
        return
    standing = standing_of(client)
    whole = last_whole_days(client, rules, standing)
    wanted = [(rule, last) for rule in rules if (last := whole[rule.kpi]) is not None]
    kept = {
        row.rule_id: row
        for row in RuleStanding.objects.select_for_update()
        .filter(agency_id=client.agency_id, client=client, rule__in=rules)
        .order_by("pk")
    }
    standings, takings = [], []
    for asked, read in readings_on(client, wanted, standing):
        before = kept.get(asked.rule.pk)
        state = _state(before)
        found = find(asked.terms, read, state.committed in WARNED_OF)
        after, change = step(state, found.candidate, asked.day)
        standings.append(_standing(client, asked.rule, after, found, read, at))
        if change is not None:
            figures = figures_of(client, asked.rule, asked.day, read, found)
            takings.append(Taking(Subject(rule=asked.rule), change, figures))
    changes_take(client, takings, day, at)
    RuleStanding.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["agency", "client", "rule"],
        update_fields=[*STATE, "value", "compared", "reason", "evaluated_at"],
    )


def _state(row: RuleStanding | None) -> State:
    if row is None:
        return State()
    return State(row.committed, row.since, row.candidate, row.candidate_days, row.day)


def _standing(
    client: Client,
    rule: AlertRule,
    state: State,
    found: Finding,
    read: RuleReading,
    at: datetime,
) -> RuleStanding:
    return RuleStanding(
        agency_id=client.agency_id,
        client=client,
        rule=rule,
        value=read.value,
        compared=found.against,
        reason=found.reason,
        evaluated_at=at,
        **{name: getattr(state, name) for name in STATE},
    )


def figures_of(
    client: Client, rule: AlertRule, day: date, read: RuleReading, found: Finding
) -> dict[str, Any]:
    """What is noted with an incident of a rule, as JSON."""
    return {
        **kpi_words(client, rule.kpi),
        "rule": rule.name,
        "channel": rule.channel,
        "campaign": str(rule.campaign) if rule.campaign else "",
        "condition": rule.condition,
        "value": _text(read.value),
        "expected": _text(found.against),
        "as_of": day.isoformat(),
        "currency": rule.currency or client.currency,
    }


def _text(number: Number | None) -> str:
    return exact_text(number) or ""


# --- what a rule would have said ---------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A day on which something would have been said: loud (a message) or a line in one."""

    day: date
    status: str
    said: Said
    read: RuleReading
    found: Finding


@dataclass(frozen=True)
class Replay:
    """The last days as the rule would have gone through them. plain: on how many days it held."""

    first: date
    last: date
    told: tuple[Told, ...]
    judged: int
    plain: int

    @property
    def messages(self) -> int:
        return sum(each.said == NOTIFY for each in self.told)


def rule_replay(client: Client, rule: AlertRule, days: int = REPLAYED_DAYS) -> Replay | None:
    """The rule over the last days, by the figures of today; nothing is written or sent. None while
    its sources are stale."""
    standing = standing_of(client)
    last = last_whole_days(client, [rule], standing)[rule.kpi]
    if last is None:
        return None
    first = last - timedelta(days=days - 1)
    wanted = [(rule, first + timedelta(days=number)) for number in range(days)]
    return replayed(readings_on(client, wanted, standing), first, last)


def replayed(course: Sequence[tuple[Any, RuleReading]], first: date, last: date) -> Replay:
    """Pure: the machine over what was read, day by day."""
    state, told, told_on = State(), "", None
    said: list[Told] = []
    judged = plain = 0
    for asked, read in course:
        found = find(asked.terms, read, state.committed in WARNED_OF)
        judged += bool(found.candidate)
        plain += found.candidate in WARNED_OF
        state, change = step(state, found.candidate, asked.day)
        say = to_say(change, told, told_on) if change else NOTHING
        if change and say != NOTHING:
            said.append(Told(asked.day, change.after, say, read, found))
        if change and say == NOTIFY:
            told, told_on = change.after, asked.day
    return Replay(first, last, tuple(said), judged, plain)
