"""A goal's forecast in words, what is needed from here, and its course drawn to the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Client
from kpis import charts
from kpis.calendar import Period, buckets
from kpis.charts.course import Course, Names
from kpis.charts.parts import Scale
from kpis.formats import NBSP, axis_label, format_number
from kpis.goal_standing.basis import history_for
from kpis.goal_standing.days import sides_of
from kpis.goal_standing.forecasts import JUMPED
from kpis.goal_standing.progress import Progress, filters_of
from kpis.goal_standing.values import Ask, Asker
from kpis.goals import expected_by, running_totals
from kpis.goals.terms import CAP, CUMULATIVE, DECREASE, LEVEL, MAINTAIN
from kpis.pages.goal_needs import needed_of
from kpis.pages.reader import Reader
from kpis.pages.trend import Drawing
from kpis.question import Question
from kpis.services import Standing, answer

MODEL_NAMES = {
    "run_rate": gettext_lazy("the last weeks, weekday by weekday"),
    "combined": gettext_lazy("several ways together, each by how near it came before"),
    "smoothing": gettext_lazy("the level of the last days, smoothed"),
    "again": gettext_lazy("the last weeks again"),
    "drift": gettext_lazy("the level of the last weeks and half their trend"),
    "same_months": gettext_lazy("last year's months again"),
    "theta": gettext_lazy("the level of the last months and half their trend"),
    "weekly": gettext_lazy("the trend and the week's rhythm"),
    "last_year": gettext_lazy("last year's months at this year's level"),
    "yearly": gettext_lazy("the year's season, with a trend that fades"),
    "yearly_growth": gettext_lazy("the year's season and its growth"),
    "cohorts": gettext_lazy("how earlier cohorts went on"),
}
#: A period up to this long is drawn by day.
MOST_POINTS = 100


@dataclass(frozen=True)
class Outlook:
    """Whole sentences: what is to be expected, how likely that is enough, what is needed from here."""

    forecast: str
    chance: str
    model: str
    needed: str


def outlook_of(client: Client, progress: Progress, reader: Reader) -> Outlook | None:
    """None once the goal is over, before it begins, and for levels, which have milestones instead."""
    terms = progress.terms
    if terms.accumulation == LEVEL or not terms.period.first <= progress.as_of < terms.period.last:
        return None
    reader = reader.in_currency(progress.goal.currency)
    needed = needed_of(client, progress, reader)
    forecast = progress.forecast
    if forecast is None:
        return Outlook(_why_none(client, progress), "", "", needed)
    unit = progress.kpi.unit
    value, low, high = (
        reader.number(Decimal(repr(n)), unit) for n in (forecast.value, forecast.low, forecast.high)
    )
    text = _("About %(value)s by %(day)s; with 80 %% certainty between %(low)s and %(high)s.") % {
        "value": value,
        "low": low,
        "high": high,
        "day": reader.day(terms.period.last),
    }
    return Outlook(text, _chance(progress, reader), _model_text(forecast.model), needed)


def _model_text(name: str) -> str:
    plain = name.removesuffix(JUMPED)
    said = _("Forecast from %(model)s.") % {"model": MODEL_NAMES.get(plain, "")}
    if plain == name:
        return said
    jumped = _("The level jumped: what came before counts at the level since.")
    return f"{said} {jumped}"


def _why_none(client: Client, progress: Progress) -> str:
    goal, days = progress.goal, progress.terms.period
    parameters = history_for(client, goal.cost_basis).over(days.first, days.last)
    ask = Ask(progress.kpi, days, filters_of(goal), goal.currency)
    if not progress.terms.kpi.is_cohort and not sides_of(ask, parameters):
        return _("There is no forecast: this KPI is not made of figures that add up day by day.")
    return _("There is no forecast: the past is too short or has gaps.")


def _chance(progress: Progress, reader: Reader) -> str:
    probability = progress.forecast.probability if progress.forecast else None
    if probability is None:
        return _(
            "The range is wide: earlier forecasts of this were too often wrong to say how likely"
            " the goal is."
        )
    terms, unit = progress.terms, progress.kpi.unit
    share = chance_text(probability, reader.locale)
    if terms.kind == MAINTAIN:
        return _("The chance of ending within the range is %(share)s.") % {"share": share}
    target = reader.number(terms.target, unit)
    if terms.kind in (CAP, DECREASE):
        words = _("The chance of ending at %(target)s or less is %(share)s.")
    else:
        words = _("The chance of reaching %(target)s is %(share)s.")
    return words % {"target": target, "share": share}


def chance_text(probability: float, locale: str) -> str:
    """Whole percent; never 0 % or 100 %, which nobody knows before the end."""
    percent = min(max(round(probability * 100), 1), 99)
    sign = f"<{NBSP}" if probability < 0.01 else f">{NBSP}" if probability > 0.99 else ""
    return f"{sign}{format_number(percent, 0, locale)}{NBSP}%"


def course_of(
    client: Client, progress: Progress, reader: Reader, standing: Standing
) -> Drawing | None:
    """The course of a goal over its whole period; None of a level, and before its first day.

    What adds up is drawn as it adds up, a ratio as it stands from the first day on. `standing` is on
    the goal's own cost basis.
    """
    terms = progress.terms
    if terms.accumulation == LEVEL or progress.as_of < terms.period.first:
        return None
    reader = reader.in_currency(progress.goal.currency)
    unit = "day" if terms.period.days <= MOST_POINTS else "week"
    spans = [each.period for each in buckets(terms.period, unit, terms.rules)]
    fan = _fan(progress, spans)
    if terms.accumulation == CUMULATIVE:
        path = [expected_by(progress.stones, span.last) for span in spans]
        sums = _sums(client, progress, unit, spans, standing)
        drawn = Course(sums, path, _stones(progress, spans), *fan)
    else:
        rates = _rates(client, progress, spans, standing)
        if rates is None:
            return None
        drawn = Course(rates, [terms.target] * len(spans), [None] * len(spans), *fan)
    names = Names(str(progress.kpi.name), _("Path"), _("Milestones"), _("Forecast"))
    chart = charts.course(
        drawn,
        names,
        [axis_label(unit, span.first, reader.locale, reader.rules) for span in spans],
        [reader.day(span.last) for span in spans],
        Scale(progress.kpi.unit, reader.locale, reader.currency),
    )
    heads, rows = charts.table_of(chart)
    return Drawing(progress.kpi, chart, heads, rows)


def _sums(
    client: Client, progress: Progress, unit: str, spans: Sequence[Period], standing: Standing
) -> list[Decimal | None]:
    """What had come by the end of each span; None after the last complete day."""
    known = Period(progress.terms.period.first, progress.as_of)
    goal = progress.goal
    question = Question(
        (goal.kpi,), known, by=unit, filters=dict(filters_of(goal)), currency=goal.currency
    )
    rows = answer(client, question, sees_costs=False, standing=standing).rows
    so_far, found = Decimal(0), []
    for row in rows:
        so_far += row.values[goal.kpi].value or 0
        found.append(so_far)
    return [*found, *[None] * (len(spans) - len(found))]


def _through(progress: Progress) -> date:
    """The last day that the value is read to: of a cohort KPI the last one that has matured."""
    return progress.reading.period.last if progress.reading else progress.as_of


def _rates(
    client: Client, progress: Progress, spans: Sequence[Period], standing: Standing
) -> list[Decimal | None] | None:
    """The ratio from the first day to the end of each span, in one scan; None where one scan cannot tell it."""
    goal, first, through = progress.goal, progress.terms.period.first, _through(progress)
    asks = [
        Ask(
            progress.kpi,
            Period(first, min(span.last, through)),
            filters_of(goal),
            goal.currency,
        )
        for span in spans
        if span.first <= through
    ]
    found = Asker(client, standing).together(asks)
    if len(found) < len(set(asks)):
        return None
    rates = [found[ask].value for ask in asks]
    return [*rates, *[None] * (len(spans) - len(rates))]


def _stones(progress: Progress, spans: Sequence[Period]) -> list[Fraction | None]:
    """The milestones so far, each at the span in which its grain ends."""
    totals = running_totals(progress.stones)
    ends = {
        next(i for i, span in enumerate(spans) if stone.period.last in span): total
        for stone, total in zip(progress.stones, totals, strict=True)
    }
    return [ends.get(place) for place in range(len(spans))]


def _fan(
    progress: Progress, spans: Sequence[Period]
) -> tuple[list[Decimal | None], list[Decimal | None], list[Decimal | None]]:
    """From what is known to the forecast, by day; as wide as the root of the time that is left open."""
    forecast, actual = progress.forecast, progress.actual
    nothing: list[Decimal | None] = [None] * len(spans)
    if forecast is None or actual is None:
        return nothing, nothing, nothing
    begin, through = float(actual), _through(progress)
    whole = (progress.terms.period.last - through).days
    middles, lows, highs = list(nothing), list(nothing), list(nothing)
    for place, span in enumerate(spans):
        if span.last < through:
            continue
        # The span that holds the last known day shows what came; the fan opens after it.
        is_known = through in span and place < len(spans) - 1
        share = 0.0 if is_known else (span.last - through).days / whole
        middle = begin + (forecast.value - begin) * share
        middles[place] = Decimal(repr(middle))
        lows[place] = Decimal(repr(middle - (forecast.value - forecast.low) * sqrt(share)))
        highs[place] = Decimal(repr(middle + (forecast.high - forecast.value) * sqrt(share)))
    return middles, lows, highs
