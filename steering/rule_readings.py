"""What rules read of a client's numbers: on one day, or on every day of a stretch. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from accounts.models import Client
from kpis.anomaly_services import SMALLEST
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period
from kpis.catalogue import Kpi, Parameters
from kpis.coverage import Coverage
from kpis.formula import Undefined, evaluate
from kpis.goal_standing.progress import filters_for
from kpis.question import Question
from kpis.services import Standing, answer, calendar_of, parameters_of, standing_of
from steering.models import AlertRule, Severity
from steering.rule_terms import (
    CHANGE,
    HISTORY,
    RuleReading,
    RuleTerms,
    days_compared,
    days_read,
    weekdays_before,
)

Filters = tuple[tuple[str, tuple[str, ...]], ...]
#: A source that is later than this silences the rules that need it, as it does goals (KPIS D.4).
STALE = timedelta(days=7)
Figure = tuple[Value, Fraction | None]
_Place = tuple[str, Period, Filters, str]


@dataclass(frozen=True)
class Asked:
    """A rule on a day, with the days that it reads."""

    rule: AlertRule
    terms: RuleTerms
    day: date
    days: Period
    compared: Period | None


def terms_of(client: Client, rule: AlertRule) -> RuleTerms:
    kpi = book_of(client)[rule.kpi]
    return RuleTerms(
        rule.condition, rule.direction, rule.span, rule.limit, rule.against, rule.least_change,
        rule.least_volume, rule.severity == Severity.CRITICAL,
        SMALLEST.get(kpi.unit, Fraction(1)), kpi.unit == "count",
    )  # fmt: skip


def last_whole_days(
    client: Client, rules: Sequence[AlertRule], standing: Standing
) -> dict[str, date | None]:
    """KPI → the last day that all its sources have whole; None where one of them is stale."""
    parameters, book = parameters_of(client, standing), book_of(client)
    last = standing.last_complete
    coverage = Coverage(
        last - timedelta(days=60), last, last + ONE_DAY, standing.spans, parameters.window_days,
        parameters.repeat_days,
    )  # fmt: skip
    found: dict[str, date | None] = {}
    for key in {rule.kpi for rule in rules}:
        days = coverage.complete_range(book[key].measures(parameters))
        newest = last - timedelta(days=book[key].lag_days)
        is_stale = days is None or days[1] < last - STALE
        found[key] = None if days is None or is_stale else min(days[1], newest)
    return found


def readings_on(
    client: Client, wanted: Iterable[tuple[AlertRule, date]], standing: Standing | None = None
) -> list[tuple[Asked, RuleReading]]:
    """What each rule reads on its day; rules with the same days and filters share a question."""
    standing = standing or standing_of(client)
    calendar = calendar_of(client)
    asked = []
    for rule, day in wanted:
        terms, days = terms_of(client, rule), days_read(rule.span, day, calendar)
        against = days_compared(terms, days, calendar) if rule.condition == CHANGE else None
        asked.append(Asked(rule, terms, day, days, against))
    figures = _figures(client, [place for each in asked for place in _places(each)], standing)
    return [(each, _reading(each, figures)) for each in asked]


def _places(each: Asked) -> list[_Place]:
    rule = each.rule
    filters = filters_for(rule.channel, rule.campaign_id)
    spans = [each.days, each.compared] if each.compared else [each.days]
    if rule.condition == HISTORY:
        spans += [Period(day, day) for day in weekdays_before(each.day)]
    return [(rule.kpi, span, filters, rule.currency) for span in spans if span]


def _figures(client: Client, places: Iterable[_Place], standing: Standing) -> dict[_Place, Figure]:
    """Single days of one filter are asked together, by day; everything else span by span."""
    spans: dict[tuple[Period, Filters, str], set[str]] = {}
    days: dict[tuple[Filters, str], dict[str, set[date]]] = {}
    for key, period, filters, currency in places:
        if period.days == 1:
            days.setdefault((filters, currency), {}).setdefault(key, set()).add(period.first)
        else:
            spans.setdefault((period, filters, currency), set()).add(key)
    found: dict[_Place, Figure] = {}
    for (period, filters, currency), keys in spans.items():
        question = Question(tuple(keys), period, filters=dict(filters), currency=currency)
        reply = answer(client, question, sees_costs=True, standing=standing)
        for key, value in reply.only.values.items():
            found[key, period, filters, currency] = _figure(
                reply.kpis[key], value, reply.parameters
            )
    for (filters, currency), wanted in days.items():
        whole = [day for some in wanted.values() for day in some]
        hull = Period(min(whole), max(whole))
        question = Question(tuple(wanted), hull, by="day", filters=dict(filters), currency=currency)
        reply = answer(client, question, sees_costs=True, standing=standing)
        for row in reply.rows:
            for key, value in row.values.items():
                place = (key, Period(row.bucket.first, row.bucket.first), filters, currency)
                found[place] = _figure(reply.kpis[key], value, reply.parameters)
    return found


def _figure(kpi: Kpi, value: Value, parameters: Parameters) -> Figure:
    """The value with the smallest count that it is divided by; None if it is divided by none."""
    reading = kpi.reading(parameters)
    totals = {atom: value.inputs.get(atom.text) for atom in reading.atoms}
    sizes = (evaluate(sample, totals, Fraction) for sample in reading.samples)
    return value, min((size for size in sizes if not isinstance(size, Undefined)), default=None)


def _reading(each: Asked, figures: dict[_Place, Figure]) -> RuleReading:
    first, *others = _places(each)
    value, volume = figures[first]
    compared = figures[others[0]][0] if each.compared else None
    baseline = []
    if each.rule.condition == HISTORY:
        known = [figures[place][0] for place in others]
        baseline = [each.value for each in known if each.value is not None and _is_whole(each)]
    return RuleReading(
        value.value if _is_whole(value) else None,
        compared.value if compared and _is_whole(compared) else None,
        volume,
        tuple(baseline),
    )


def _is_whole(value: Value) -> bool:
    return value.state != "partial"
