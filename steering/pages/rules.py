"""Alert rules in words: what each says, how it stands, and what it would have said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Client
from campaigns.channels import NAMES
from kpis.book import book_of
from kpis.compare import Number
from kpis.goals.machine import NOTIFY, WARNED_OF
from kpis.pages.reader import Reader
from steering.alerts.firing import Replay
from steering.models import AlertRule, RuleStanding
from steering.models.rules import Condition, Direction, Span

SPANS = {
    Span.DAY: gettext_lazy("on the last complete day"),
    Span.WEEK: gettext_lazy("over the last 7 complete days"),
    Span.MONTH: gettext_lazy("over the last 28 complete days"),
    Span.MONTH_TO_DATE: gettext_lazy("in the month to date"),
}
REASONS = {
    "no_value": gettext_lazy("No value on that day."),
    "few_cases": gettext_lazy("Too little stands behind the figure."),
    "no_comparison": gettext_lazy("Nothing to compare with."),
    "short_history": gettext_lazy("Fewer than eight of the same weekdays are known."),
}
FIRES = pgettext_lazy("rule", "Holds")
QUIET = pgettext_lazy("rule", "Does not hold")


@dataclass(frozen=True)
class RuleRow:
    """A rule in the list. state: "fires", "quiet", "paused" or "unknown", with its words and figure."""

    rule: AlertRule
    says: str
    state: str
    tone: str
    word: str
    figure: str


def rule_rows(
    client: Client,
    rules: Sequence[AlertRule],
    standings: Mapping[int, RuleStanding],
    reader: Reader,
) -> list[RuleRow]:
    """Rules of KPIs that are gone are left out."""
    book = book_of(client)
    known = [rule for rule in rules if rule.kpi in book]
    return [_row(client, rule, standings.get(rule.pk), reader) for rule in known]


def _row(client: Client, rule: AlertRule, standing: RuleStanding | None, reader: Reader) -> RuleRow:
    state, tone, word = "unknown", "quiet", _("Not judged yet")
    figure = ""
    if rule.paused_at:
        state, tone, word = "paused", "quiet", _("Paused")
    elif standing is not None and standing.committed:
        fires = standing.committed in WARNED_OF
        is_grave = fires and rule.severity == "critical"
        state, word = ("fires", str(FIRES)) if fires else ("quiet", str(QUIET))
        tone = "bad" if is_grave else "warn" if fires else "good"
    if standing is not None:
        figure = str(REASONS.get(standing.reason, "")) or _figure(client, rule, standing, reader)
    return RuleRow(rule, says(client, rule, reader), state, tone, word, figure)


def _figure(client: Client, rule: AlertRule, standing: RuleStanding, reader: Reader) -> str:
    if standing.value is None or standing.day is None:
        return ""
    unit = book_of(client)[rule.kpi].unit
    numbers = {
        "value": reader.in_currency(rule.currency).number(standing.value, unit),
        "day": reader.day(standing.day),
    }
    return _("%(value)s by %(day)s") % numbers


def says(client: Client, rule: AlertRule, reader: Reader) -> str:
    """The rule as one sentence."""
    kpi = book_of(client)[rule.kpi]
    reader = reader.in_currency(rule.currency)
    scope = str(NAMES.get(rule.channel, rule.channel)) or (str(rule.campaign or ""))
    named = {
        "kpi": f"{kpi.name} · {scope}" if scope else str(kpi.name),
        "span": str(SPANS[Span(rule.span)]),
        "limit": _limit(rule, reader, kpi.unit),
    }
    sentence = SENTENCES[Condition(rule.condition), Direction(rule.direction)]
    parts = [str(sentence) % named]
    if rule.least_volume:
        volume = {"volume": reader.number(rule.least_volume, "count")}
        parts.append(_("Only with at least %(volume)s behind it.") % volume)
    return " ".join(parts)


def _limit(rule: AlertRule, reader: Reader, unit: str) -> str:
    is_change = rule.condition == Condition.CHANGE
    number: Number | None = rule.limit
    return reader.number(number, "percent" if is_change else unit) if number is not None else ""


SENTENCES = {
    (Condition.THRESHOLD, Direction.ABOVE): gettext_lazy("%(kpi)s above %(limit)s %(span)s."),
    (Condition.THRESHOLD, Direction.BELOW): gettext_lazy("%(kpi)s below %(limit)s %(span)s."),
    (Condition.CHANGE, Direction.ABOVE): gettext_lazy(
        "%(kpi)s %(span)s: up by more than %(limit)s."
    ),
    (Condition.CHANGE, Direction.BELOW): gettext_lazy(
        "%(kpi)s %(span)s: down by more than %(limit)s."
    ),
    (Condition.CHANGE, Direction.EITHER): gettext_lazy(
        "%(kpi)s %(span)s: up or down by more than %(limit)s."
    ),
    (Condition.HISTORY, Direction.ABOVE): gettext_lazy("%(kpi)s unusually high for the weekday."),
    (Condition.HISTORY, Direction.BELOW): gettext_lazy("%(kpi)s unusually low for the weekday."),
    (Condition.HISTORY, Direction.EITHER): gettext_lazy("%(kpi)s unusual for the weekday."),
}


@dataclass(frozen=True)
class ReplayLine:
    day: str
    tone: str
    word: str
    value: str
    against: str
    is_message: bool


@dataclass(frozen=True)
class ReplayPage:
    """What would have been said: a sentence with the counts, and a line for each time."""

    summary: str
    period: str
    lines: tuple[ReplayLine, ...]


def replay_page(client: Client, rule: AlertRule, replay: Replay, reader: Reader) -> ReplayPage:
    unit = book_of(client)[rule.kpi].unit
    reader = reader.in_currency(rule.currency)
    counted = {
        "messages": ngettext("%(count)s message", "%(count)s messages", replay.messages)
        % {"count": replay.messages},
        "plain": replay.plain,
        "judged": replay.judged,
    }
    summary = _(
        "%(messages)s would have gone out. It held on %(plain)s of %(judged)s days that could be judged."
    )
    lines = tuple(
        ReplayLine(
            reader.day(each.day),
            "bad" if each.status == "off_track" else "warn" if each.status in WARNED_OF else "good",
            str(FIRES if each.status in WARNED_OF else QUIET),
            reader.number(each.read.value, unit),
            reader.number(each.found.against, unit),
            each.said == NOTIFY,
        )
        for each in replay.told
    )
    period = f"{reader.day(replay.first)} – {reader.day(replay.last)}"
    return ReplayPage(summary % counted, period, lines)
