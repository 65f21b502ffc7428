"""What is said of single days on a chart: unusual figures and notes, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import Client
from kpis import charts
from kpis.anomaly_queries import standing_within
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.models import Annotation, Anomaly
from kpis.notes.queries import notes_within
from kpis.pages.reader import Reader
from kpis.pages.trend import Drawing
from kpis.question import Answer

LONGEST = 90
#: A fall as deep as this, though the source delivered, may be a break in counting (KPIS D.4).
BREAK_SHARE = 10


@dataclass(frozen=True)
class Marks:
    """Per bucket of a chart, what is unusual and what was noted; "" where nothing is."""

    unusual: tuple[str, ...]
    notes: tuple[str, ...]


def marks_for(client: Client, kpi: Kpi, course: Answer, sees_agency: bool, reader: Reader) -> Marks:
    """The marks of a course over time. Unusual days are of the whole client, so not on a filtered one."""
    buckets = [row.bucket for row in course.rows]
    period = course.question.period
    is_daily = course.question.by == "day" and not course.question.filters
    unusual = standing_within(client, period, [kpi.key]) if is_daily else []
    notes = list(notes_within(client, period, sees_agency))
    return Marks(
        tuple(
            "; ".join(
                unusual_text(kpi, each, reader) for each in unusual if each.day == bucket.first
            )
            for bucket in buckets
        ),
        tuple(_noted(notes, bucket, is_first=not place) for place, bucket in enumerate(buckets)),
    )


def _noted(notes: Sequence[Annotation], bucket: Period, is_first: bool) -> str:
    """Notes stand where they begin; one from before the chart, on its first point."""
    here = [
        note.text
        for note in reversed(notes)
        if bucket.first <= note.starts_on <= bucket.last
        or (is_first and note.starts_on < bucket.first)
    ]
    return " · ".join(_short(text) for text in here)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"


def unusual_text(kpi: Kpi, anomaly: Anomaly, reader: Reader) -> str:
    """ "20, expected 51 (40 to 61)"; and that a deep fall may be a break in counting."""
    words = _("%(value)s, expected %(expected)s (%(low)s to %(high)s)") % {
        "value": reader.number(anomaly.value, kpi.unit),
        "expected": reader.number(anomaly.expected, kpi.unit),
        "low": reader.number(
            max(anomaly.low, 0) if anomaly.expected >= 0 else anomaly.low, kpi.unit
        ),
        "high": reader.number(anomaly.high, kpi.unit),
    }
    if may_be_a_break(kpi, anomaly):
        return f"{words}. {_('Perhaps counting broke.')}"
    return words


def may_be_a_break(kpi: Kpi, anomaly: Anomaly) -> bool:
    is_counted = kpi.unit == "count" and kpi.aggregation == "sum"
    return is_counted and anomaly.expected > 0 and anomaly.value * BREAK_SHARE <= anomaly.expected


def marked(drawing: Drawing, marks: Marks) -> Drawing:
    """The drawing with its marks, in the chart and in the table twin."""
    chart = charts.with_marks(drawing.chart, _("Unusual"), "unusual", marks.unusual)
    chart = charts.with_marks(chart, _("Notes"), "note", marks.notes)
    if chart is drawing.chart:
        return drawing
    heads, rows = charts.table_of(chart)
    return replace(drawing, chart=chart, heads=heads, rows=rows)
