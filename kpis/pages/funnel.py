"""From visit to customer: each stage by what happened in the period. Pure view models."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpis import charts
from kpis.catalogue import Kpi
from kpis.charts import Bar
from kpis.pages.reader import Reader
from kpis.pages.tables import is_absent, short_name
from kpis.question import Row

STAGES = ("sessions", "leads", "mqls", "sqls", "new_customers")


@dataclass(frozen=True)
class Step:
    """A stage of the funnel; `share` of the widest one, 0 to 100."""

    name: str
    full_name: str
    text: str
    of_previous: str
    of_first: str
    share: int


def funnel(whole: Row, book: Mapping[str, Kpi], reader: Reader) -> tuple[Step, ...]:
    """Visits to customers, each stage by what happened in the period."""
    stages = [key for key in STAGES if not is_absent(whole.values[key])]
    if len(stages) < 2:
        return ()
    bars = [Bar(key, short_name(book[key]), whole.values[key].value) for key in stages]
    chart = charts.funnel(_("Funnel"), bars, reader.locale)
    texts = chart["data"]["datasets"][0]["rumbo"]["texts"]
    top = max((float(bar.value or 0) for bar in bars), default=0.0)
    return tuple(
        Step(
            bar.name,
            str(book[bar.code].name),
            text,
            step["of_previous"],
            step["of_first"],
            round(100 * float(bar.value) / top) if bar.value and top else 0,
        )
        for bar, text, step in zip(bars, texts, chart["rumbo"]["steps"], strict=True)
    )
