"""A KPI over time: the chart with what it is compared with and its goal, and its table twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kpis import charts
from kpis.calendar import Period, unit_of
from kpis.catalogue import Kpi
from kpis.charts import Chart, Line
from kpis.charts.parts import Scale
from kpis.formats import axis_label
from kpis.goal_standing.progress import Progress, filters_of
from kpis.goals import path, range_path
from kpis.goals.terms import MAINTAIN
from kpis.pages.pledges import Pledge
from kpis.pages.reader import Reader
from kpis.question import Answer, Question, Row


@dataclass(frozen=True)
class Drawing:
    """A chart, the KPI it draws, and its table twin."""

    kpi: Kpi
    chart: Chart
    heads: list[str]
    rows: list[list[str]]


def pledge_for(key: str, pledges: Sequence[Pledge], question: Question) -> Pledge | None:
    """The goal of just what is shown: the same filters, and the one that ends first."""
    shown = {name: tuple(values) for name, values in question.filters.items()}
    own = [
        each
        for each in pledges
        if each.kpi.key == key and dict(filters_of(each.progress.goal)) == shown
    ]
    return own[0] if own else None


def drawing(kpi: Kpi, course: Answer, pledges: Sequence[Pledge], reader: Reader) -> Drawing:
    """The KPI over time, with what it is compared with and the path of its goal."""
    rows, key = course.rows, kpi.key
    unit = str(course.question.by)
    titles = [reader.period(row.bucket) for row in rows]
    compared = None
    if course.comparison and course.comparison.period:
        compared = Line(
            str(course.comparison.name),
            [row.previous[key].value if row.previous else None for row in rows],
            [reader.period(row.previous_bucket) if row.previous_bucket else "" for row in rows],
        )
    promised = pledge_for(key, pledges, course.question)
    if promised and promised.progress.goal.currency not in ("", course.currency):
        promised = None  # its path is in another currency than the course
    chart = charts.trend(
        Line(str(kpi.name), [row.values[key].value for row in rows]),
        [axis_label(unit, row.bucket.first, reader.locale, reader.rules) for row in rows],
        titles,
        Scale(kpi.unit, reader.locale, reader.currency),
        comparison=compared,
        goals=_goal_lines(promised.progress, [row.bucket for row in rows]) if promised else (),
        incomplete=[_is_incomplete(row, key, unit, reader) for row in rows],
    )
    heads, texts = charts.table_of(chart)
    return Drawing(kpi, chart, heads, texts)


def _is_incomplete(row: Row, key: str, unit: str, reader: Reader) -> bool:
    """Days are missing, or the week or month is not whole: its total cannot be held to the others."""
    whole = unit_of(row.bucket.first, unit, reader.rules)
    return row.values[key].state == "partial" or whole != row.bucket


def _goal_lines(progress: Progress, periods: Sequence[Period]) -> list[Line]:
    terms = progress.terms
    if terms.kind == MAINTAIN:
        low, high = range_path(terms, periods)
        return [Line(_("At least"), low, role="low"), Line(_("At most"), high, role="high")]
    line: list[Any] = path(terms, progress.stones, periods)
    return [Line(_("Goal"), line)] if any(value is not None for value in line) else []
