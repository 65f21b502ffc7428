"""A KPI's card, and how cards are made from answers; one that is still to come has no figure yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kpis.catalogue import Kpi
from kpis.pages.cards import Figure, Spark, figure, spark
from kpis.pages.picker import Choice
from kpis.pages.pledges import Pledge
from kpis.pages.reader import Reader
from kpis.pages.trend import pledge_for
from kpis.question import Answer, Question
from kpis.spans import OWN_DAYS

Asking = Callable[[Question], Answer]

NO_SPARK = Spark((), "", None)
#: By which unit a sparkline is cut, for periods of up to so many days.
SPARK_UNITS = (("day", 40), ("week", 280), ("month", 1250), ("quarter", 4000), ("year", 100_000))


@dataclass(frozen=True)
class Card:
    """In this order: name and meaning, value, change, goal, sparkline, what is missing.

    `figure` None: it is counted apart and arrives after the page.
    """

    kpi: Kpi
    figure: Figure | None
    pledge: Pledge | None = None
    spark: Spark = NO_SPARK


def comes_later(kpi: Kpi) -> bool:
    """Whether it is counted again from single facts, or read over days of its own: not in a moment."""
    return any(not each.is_stored for each in kpi.measures()) or any(
        atom.period in OWN_DAYS for atom in kpi.atoms()
    )


def card(
    kpi: Kpi, reply: Answer, courses: Answer | None, pledges: Sequence[Pledge], reader: Reader
) -> Card:
    """Of an unsplit answer; `courses` may hold the values of its sparkline."""
    whole = reply.only
    previous = whole.previous[kpi.key] if whole.previous else None
    rows = courses.rows if courses and kpi.key in courses.kpis else ()
    return Card(
        kpi,
        figure(kpi, whole.values[kpi.key], previous, reader, reply.parameters),
        pledge_for(kpi.key, pledges, reply.question),
        spark([row.values[kpi.key].value for row in rows]),
    )


def courses_of(ask: Asking, choice: Choice, kpis: Sequence[Kpi]) -> Answer | None:
    """What the sparklines draw, some forty points at most; not of KPIs that come later."""
    keys = [kpi.key for kpi in kpis if not comes_later(kpi)]
    days = choice.period.days
    unit = next(unit for unit, longest in SPARK_UNITS if days <= longest)
    return ask(choice.ask(*keys, by=unit, is_compared=False)) if keys else None
