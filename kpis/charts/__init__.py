"""Series → the configuration Chart.js 4 takes, ready for `json_script`. Nothing is drawn here.

The contract with the page's script. A chart is a Chart.js configuration (`type`, `data`,
`options`) with one more key, `rumbo`; the script does four things and formats nothing:

1. Colours. Every colour (borderColor, backgroundColor, pointBackgroundColor; also in lists) is a
   token, "--rumbo-accent" or "--rumbo-accent/0.4": read the CSS variable at the chart's element,
   apply the alpha, and again when the theme changes. The variables are in
   static/css/chart-colours.css; the accent is the agency's.
2. Ticks of the value axis. `rumbo.axis` names the scale ("y", or "x" for lying bars);
   `rumbo.ticks` is [{value, label}]: put them in by `afterBuildTicks`, show `label`.
3. Tooltips. Title `rumbo.titles[index]`; each line `dataset.rumbo.texts[index]`, preceded by
   the dataset's label. Bars and funnels may print the same text at the bar's end.
4. Incomplete points. Where `dataset.rumbo.incomplete[index]` is true the segment that ends there
   is dotted (`segment.borderDash`) and a bar is hatched.

`data` are floats, for drawing only; null is unknown and stays a gap. Every dataset has
`rumbo: {role, texts, incomplete}`, role being series, comparison, goal, low, high, milestone,
forecast, sparkline, line (one of several of the same rank) or ground (the filled interval of the
line before; no texts).
`rumbo` of the chart: unit, currency, locale, titles, axis, ticks, direct_labels (write the
datasets' names at their ends; there is no legend then), is_empty (no point known: show words
instead of an empty frame). A funnel adds `steps`: per stage its share of the stage before and
of the first, as text; a waterfall `is_cut`: its axis does not begin at zero, which must be said.
`table_of(chart)` is the chart's table twin.
"""

from kpis.charts.bands import Band, bands
from kpis.charts.bars import Bar, channel_bars, funnel
from kpis.charts.course import Course, Names, course
from kpis.charts.marks import with_marks
from kpis.charts.parts import Chart, channel_token, table_of, value_ticks
from kpis.charts.trend import Line, sparkline, trend
from kpis.charts.waterfall import Step, waterfall

__all__ = [
    "Band",
    "Bar",
    "Chart",
    "Course",
    "Line",
    "Names",
    "Step",
    "bands",
    "channel_bars",
    "channel_token",
    "course",
    "funnel",
    "sparkline",
    "table_of",
    "trend",
    "value_ticks",
    "waterfall",
    "with_marks",
]
