"""A goal's forecast in words, what is needed from here, and its course drawn to the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Client
from kpis import charts
from kpis.calendar import Period, buckets
from kpis.charts.course import Course, Names
from kpis.charts.parts import Scale
from kpis.formats import NBSP, axis_label, format_number
from kpis.goals import expected_by, needed_from_here, running_totals
from kpis.goals.terms import CAP, CUMULATIVE, DECREASE, LEVEL, MAINTAIN
from kpis.pages.reader import Reader
from kpis.pages.trend import Drawing
from kpis.progress import Progress, filters_of
from kpis.question import Question
from kpis.services import answer

MODEL_NAMES = {
    "run_rate": gettext_lazy("the last weeks, weekday by weekday"),
    "smoothing": gettext_lazy("the level of the last days, smoothed"),
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


def outlook_of(progress: Progress, reader: Reader) -> Outlook | None:
    """None once the goal is over, before it begins, and for levels, which have milestones instead."""
    terms = progress.terms
    if terms.accumulation == LEVEL or not terms.period.first <= progress.as_of < terms.period.last:
        return None
    reader = reader.in_currency(progress.goal.currency)
    needed = _needed(progress, reader)
    forecast = progress.forecast
    if forecast is None:
        text = _("There is no forecast: the past is too short or has gaps.")
        return Outlook(text, "", "", needed)
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
    model = _("Forecast from %(model)s.") % {"model": MODEL_NAMES.get(forecast.model, "")}
    return Outlook(text, _chance(progress, reader), model, needed)


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


def _needed(progress: Progress, reader: Reader) -> str:
    """Milestones stay as set; this is the second line (KPIS C.2)."""
    terms = progress.terms
    if terms.accumulation != CUMULATIVE or not progress.stones or progress.actual is None:
        return ""
    left = Fraction(terms.target or 0) - Fraction(progress.actual)
    if left <= 0:
        return ""
    ahead = needed_from_here(progress.stones, progress.actual, progress.as_of)
    if not ahead:
        return ""
    days = (terms.period.last - progress.as_of).days
    words = (
        ngettext(
            "%(left)s are left for %(days)s day: %(part)s for %(period)s.",
            "%(left)s are left for %(days)s days: %(part)s for %(period)s.",
            days,
        )
        if terms.kind == CAP
        else ngettext(
            "From here %(left)s are needed in %(days)s day: %(part)s in %(period)s.",
            "From here %(left)s are needed in %(days)s days: %(part)s in %(period)s.",
            days,
        )
    )
    unit = progress.kpi.unit
    return words % {
        "left": reader.number(left, unit),
        "days": days,
        "part": reader.number(ahead[0].value, unit),
        "period": reader.period(ahead[0].period),
    }


def course_of(client: Client, progress: Progress, reader: Reader) -> Drawing | None:
    """The course of a goal that adds up; None of any other, and before its first day."""
    terms = progress.terms
    if terms.accumulation != CUMULATIVE or progress.as_of < terms.period.first:
        return None
    reader = reader.in_currency(progress.goal.currency)
    unit = "day" if terms.period.days <= MOST_POINTS else "week"
    spans = [each.period for each in buckets(terms.period, unit, terms.rules)]
    drawn = Course(
        _sums(client, progress, unit, spans),
        [expected_by(progress.stones, span.last) for span in spans],
        _stones(progress, spans),
        *_fan(progress, spans),
    )
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
    client: Client, progress: Progress, unit: str, spans: Sequence[Period]
) -> list[Decimal | None]:
    """What had come by the end of each span; None after the last complete day."""
    known = Period(progress.terms.period.first, progress.as_of)
    goal = progress.goal
    question = Question(
        (goal.kpi,), known, by=unit, filters=dict(filters_of(goal)), currency=goal.currency
    )
    rows = answer(client, question, sees_costs=False).rows
    so_far, found = Decimal(0), []
    for row in rows:
        so_far += row.values[goal.kpi].value or 0
        found.append(so_far)
    return [*found, *[None] * (len(spans) - len(found))]


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
    begin = float(actual)
    whole = (progress.terms.period.last - progress.as_of).days
    middles, lows, highs = list(nothing), list(nothing), list(nothing)
    for place, span in enumerate(spans):
        if span.last < progress.as_of:
            continue
        # The span that holds the last known day shows what came; the fan opens after it.
        is_known = progress.as_of in span and place < len(spans) - 1
        share = 0.0 if is_known else (span.last - progress.as_of).days / whole
        middle = begin + (forecast.value - begin) * share
        middles[place] = Decimal(repr(middle))
        lows[place] = Decimal(repr(middle - (forecast.value - forecast.low) * sqrt(share)))
        highs[place] = Decimal(repr(middle + (forecast.high - forecast.value) * sqrt(share)))
    return middles, lows, highs
