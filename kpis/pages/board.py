"""What a client's dashboard shows: the questions it asks, and the answers put into view models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import Client
from campaigns.channels import CODES, NAMES
from kpis.book import book_of
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.chosen import chosen_of
from kpis.models import Goal
from kpis.pages.cac import CacNotice, notices_of_page
from kpis.pages.cards import Figure, Spark, figure, spark
from kpis.pages.freshness import Source, sources_in_words
from kpis.pages.funnel import Step, funnel
from kpis.pages.marks import marked, marks_for
from kpis.pages.picker import Choice
from kpis.pages.pledges import Answer as TenSeconds
from kpis.pages.pledges import Pledge, in_urgency, pledge, ten_seconds
from kpis.pages.reader import Reader
from kpis.pages.selection import EXECUTIVE, Selection
from kpis.pages.tables import COLUMNS, NOTICED, Table, table
from kpis.pages.trend import Drawing, drawing, pledge_for
from kpis.progress import goals_running, progress_of
from kpis.question import Answer, Question, Row
from kpis.services import Standing, answer, standing_of

Asking = Callable[[Question], Answer]

#: By which unit a sparkline is cut, for periods of up to so many days.
SPARK_UNITS = (("day", 40), ("week", 280), ("month", 1250), ("quarter", 4000), ("year", 100_000))


@dataclass(frozen=True)
class Card:
    """In this order: name and meaning, value, change, goal, sparkline, what is missing."""

    figure: Figure
    pledge: Pledge | None
    spark: Spark

    @property
    def kpi(self) -> Kpi:
        return self.figure.kpi


@dataclass(frozen=True)
class Section:
    """Cards, or lines of the analyst's table, under one heading; "" is none."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Board:
    """Everything of one page; parts that a view does not show are empty."""

    view: str
    choice: Choice
    reply: Answer
    whole: Row
    verdict: TenSeconds | None
    pledges: tuple[Pledge, ...]
    sections: tuple[Section, ...]
    absent: tuple[Kpi, ...]
    drawing: Drawing | None
    funnel: tuple[Step, ...]
    tables: tuple[Table, ...]
    notices: tuple[CacNotice, ...]
    sources: tuple[Source, ...]

    @property
    def late(self) -> list[Source]:
        return [source for source in self.sources if source.is_late]

    @property
    def keys(self) -> str:
        """What stands on it, as the parameter of the CSV."""
        return ",".join(card.kpi.key for section in self.sections for card in section.cards)


def board_of(
    client: Client, choice: Choice, view: str, drawn: str, sees_costs: bool, reader: Reader
) -> Board:
    """The dashboard of a client. Inside a scope that holds it.

    1. The goals, and what was chosen. 2. One question for all figures of the view; those that
    nobody delivers make room. 3. One for the sparklines, coarse, and without those that would have
    to be counted again from every single fact. 4. One for the KPI that the trend draws, compared.
    5. In the working views one per table.
    """
    standing, book = standing_of(client), book_of(client)
    chosen = chosen_of(client, book, {span.family for span in standing.spans})
    selection = Selection(view, chosen, book)
    pledges = pledges_of(client, choice.period, reader, standing)

    def ask(question: Question) -> Answer:
        return answer(client, question, sees_costs, standing)

    def marked_drawing(kpi: Kpi) -> Drawing:
        course = ask(choice.ask(kpi.key, by=choice.unit))
        marks = marks_for(client, kpi, course, sees_costs, reader)
        return marked(drawing(kpi, course, pledges, reader), marks)

    reply = ask(choice.ask(*selection.asked([each.kpi.key for each in pledges])))
    whole = reply.only
    parts = selection.shown(whole)
    shown = tuple(dict.fromkeys(key for part in parts for key in part.keys))
    courses = _courses(ask, choice, [book[key] for key in shown])
    cards = {key: _card(book[key], reply, courses, pledges, reader) for key in shown}
    drawn = drawn if drawn in cards else _worst(pledges, shown)
    is_working = view != EXECUTIVE
    return Board(
        view=view,
        choice=choice,
        reply=reply,
        whole=whole,
        verdict=ten_seconds(pledges, reader),
        pledges=tuple(in_urgency(pledges)),
        sections=tuple(
            Section(part.heading, tuple(cards[key] for key in part.keys)) for part in parts
        ),
        absent=selection.missing(whole),
        drawing=marked_drawing(book[drawn]) if drawn else None,
        funnel=funnel(whole, book, reader) if is_working else (),
        tables=_tables(ask, choice, whole, reader) if is_working else (),
        notices=notices_of_page(ask, choice, whole, book, reader),
        sources=tuple(sources_in_words(standing.spans, standing.last_complete, reader)),
    )


def pledges_of(client: Client, period: Period, reader: Reader, standing: Standing) -> list[Pledge]:
    """The goals that touch the period, in words."""
    goals = goals_running(client, period)
    return [
        pledge(each, reader, scope_of(each.goal)) for each in progress_of(client, goals, standing)
    ]


def scope_of(goal: Goal) -> str:
    """The channel or campaign that a goal is about; "" for the whole client."""
    if goal.channel:
        return str(NAMES.get(goal.channel, goal.channel))
    return str(goal.campaign) if goal.campaign else ""


def _card(
    kpi: Kpi, reply: Answer, courses: Answer | None, pledges: Sequence[Pledge], reader: Reader
) -> Card:
    whole = reply.only
    previous = whole.previous[kpi.key] if whole.previous else None
    rows = courses.rows if courses and kpi.key in courses.kpis else ()
    return Card(
        figure(kpi, whole.values[kpi.key], previous, reader, reply.parameters),
        pledge_for(kpi.key, pledges, reply.question),
        spark([row.values[kpi.key].value for row in rows]),
    )


def _courses(ask: Asking, choice: Choice, kpis: Sequence[Kpi]) -> Answer | None:
    """What the sparklines draw: stored KPIs only, some forty points at most."""
    keys = [kpi.key for kpi in kpis if all(each.is_stored for each in kpi.measures())]
    days = choice.period.days
    unit = next(unit for unit, longest in SPARK_UNITS if days <= longest)
    return ask(choice.ask(*keys, by=unit, is_compared=False)) if keys else None


def _worst(pledges: Sequence[Pledge], shown: Sequence[str]) -> str:
    """What the trend draws unless asked: what is most in need of a look."""
    keys = [each.kpi.key for each in in_urgency(pledges) if each.kpi.key in shown]
    return keys[0] if keys else shown[0] if shown else ""


def _tables(ask: Asking, choice: Choice, whole: Row, reader: Reader) -> tuple[Table, ...]:
    """By channel and by campaign."""
    keys = tuple(dict.fromkeys((*COLUMNS, *NOTICED)))
    found = []
    for split in ("channel", "campaign"):
        reply = ask(choice.ask(*keys, split=split, is_compared=False))
        found.append(table(reply, whole, reader))
    return tuple(each for each in found if each.rows)


def channel_choices() -> list[tuple[str, str]]:
    return [(code, str(NAMES[code])) for code in CODES]
