"""What the page of one KPI shows: what this number is, whether it is final, what it is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.access import Access
from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.catalogue import Kpi
from kpis.pages.board import pledges_of
from kpis.pages.by_channel import ChannelRow, channel_rows, input_heads
from kpis.pages.card import Card
from kpis.pages.cards import figure, spark
from kpis.pages.finality import Finality, finality
from kpis.pages.made_of import MadeOf, made_of
from kpis.pages.marks import marked, marks_for
from kpis.pages.meaning import AGGREGATION_WORDS, WorkedExample, worked_example
from kpis.pages.months import MonthRow, month_rows, months_asked, running_asked
from kpis.pages.picker import Choice
from kpis.pages.reader import Reader
from kpis.pages.restated import Asking, Restated, restated_panel
from kpis.pages.rows_behind import rows_address
from kpis.pages.trend import Drawing, drawing, pledge_for
from kpis.question import Answer, Question
from kpis.restatements import corrections_for, moved_in
from kpis.services import AGENCY_ONLY_INPUTS, Standing, answer, standing_of


@dataclass(frozen=True)
class KpiPage:
    """Everything of one page, as text."""

    kpi: Kpi
    card: Card
    reply: Answer
    drawing: Drawing
    made_of: MadeOf
    finality: Finality
    months: tuple[MonthRow, ...]
    aggregation: str
    example: WorkedExample
    input_heads: tuple[tuple[str, str], ...]
    value_unit: str
    channels: tuple[ChannelRow, ...]
    related: tuple[Kpi, ...]
    restated: Restated


def kpi_page(
    client: Client,
    kpi: Kpi,
    choice: Choice,
    access: Access,
    reader: Reader,
    as_of: date | None = None,
) -> KpiPage:
    """Inside a scope that holds the client. Agency-only inputs are left out for who may not see them.

    `as_of`: a day whose reading of the number is wanted, too.
    """
    standing, sees_costs = standing_of(client), access.can("see_costs")

    def ask(question: Question) -> Answer:
        return answer(client, question, sees_costs, standing)

    reply, course = ask(choice.ask(kpi.key)), ask(choice.ask(kpi.key, by=choice.unit))
    months = ask(months_asked(choice, kpi.key, standing.last_complete))
    running = running_asked(months.question)
    pledges = pledges_of(client, choice.period, reader, standing)
    value = reply.only.values[kpi.key]
    previous = reply.only.previous[kpi.key] if reply.only.previous else None
    shown = figure(kpi, value, previous, reader, reply.parameters)
    restated = _restated(client, kpi, reply, value, standing, access, ask, reader, as_of)
    return KpiPage(
        kpi=kpi,
        card=Card(
            kpi,
            shown,
            pledge_for(kpi.key, pledges, reply.question),
            spark([row.values[kpi.key].value for row in course.rows]),
        ),
        reply=reply,
        drawing=marked(
            drawing(kpi, course, pledges, reader),
            marks_for(client, kpi, course, sees_costs, reader),
        ),
        made_of=made_of(
            kpi,
            reply,
            reader,
            lambda each: rows_address(each, reply.question, choice.period, access, client.slug),
        ),
        finality=finality(
            shown,
            choice.period,
            standing.last_complete,
            reply.parameters,
            [row.correction.day for row in restated.rows],
            reader,
        ),
        months=tuple(month_rows(kpi, months, reader, ask(running) if running else None)),
        aggregation=str(AGGREGATION_WORDS[kpi.aggregation]),
        example=worked_example(kpi, Reader(reader.locale)),
        input_heads=input_heads(kpi, reply, reader),
        value_unit=reader.unit_sign(kpi.unit),
        channels=_channels(kpi, reply, choice, ask, reader),
        related=related_of(kpi, book_of(client)),
        restated=restated,
    )


def _channels(
    kpi: Kpi, reply: Answer, choice: Choice, ask: Callable[[Question], Answer], reader: Reader
) -> tuple[ChannelRow, ...]:
    """The number by channel; none if it has no such split."""
    if "channel" not in kpi.dimensions(reply.parameters):
        return ()
    split = choice.ask(kpi.key, split="channel", is_compared=False)
    return tuple(channel_rows(kpi, ask(split), reader))


def related_of(kpi: Kpi, book: Mapping[str, Kpi]) -> tuple[Kpi, ...]:
    """What to read next: the KPI that it is a narrower form of, those it names, its own narrower forms."""
    narrower = (each.key for each in book.values() if each.preset_of == kpi.key)
    keys = dict.fromkeys((kpi.preset_of, *kpi.related, *narrower))
    return tuple(book[key] for key in keys if key in book and key != kpi.key)


def _restated(
    client: Client,
    kpi: Kpi,
    reply: Answer,
    value: Value,
    standing: Standing,
    access: Access,
    ask: Asking,
    reader: Reader,
    as_of: date | None,
) -> Restated:
    seen = [
        each
        for each in kpi.measures(reply.parameters)
        if access.can("see_costs") or each.key not in AGENCY_ONLY_INPUTS
    ]
    asked = reply.question
    lines = corrections_for(client, seen, asked.period, asked.filters)
    moved = moved_in(client, seen, asked.period, lines, standing.stock_through, asked.filters)
    return restated_panel(kpi, asked, value, moved, lines, as_of, ask, reader, client.time_zone)
