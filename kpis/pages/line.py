"""What one client's line of the portfolio says: its figures, its goals' verdict, what is late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from accounts.models import Client
from campaigns.own_measures import is_own
from kpis.calculate import Value
from kpis.catalogue import KPIS, Kpi, Parameters
from kpis.catalogue.versions import History
from kpis.coverage import RATES
from kpis.pages.board import pledges_of
from kpis.pages.cards import ChangeNote, Spark, figure, spark
from kpis.pages.freshness import sources_in_words
from kpis.pages.picker import Choice
from kpis.pages.pledges import Answer, Pledge, in_urgency, ten_seconds
from kpis.pages.reader import Reader
from kpis.pages.tables import row_notices
from kpis.question import Row
from kpis.services import answer, calendar_of, standing_of

SHOWN = ("leads", "cpl", "new_customers", "cac", "revenue", "roas")
DRAWN = "leads"


@dataclass(frozen=True)
class Cell:
    """One figure as the table shows it."""

    text: str
    exact: str
    why: str
    change: ChangeNote | None


@dataclass(frozen=True)
class Part:
    """What a client brings to a total: its values with all inputs, and the choices behind them.

    `lacks_rates`: some amount among them could not be converted.
    """

    parameters: Parameters
    values: Mapping[str, Value]
    lacks_rates: bool


@dataclass(frozen=True)
class Content:
    """What a line says, apart from whose it is. In words, so of one language and country.

    `is_lasting`: everything it was made of is told of by `kpis.line_queries`, so it may be kept.
    """

    figures: tuple[Cell, ...]
    part: Part
    spark: Spark
    status: str
    verdict: Answer | None
    notices: tuple[str, ...]
    late: tuple[str, ...]
    has_sources: bool
    is_lasting: bool = True

    @property
    def reasons(self) -> list[str]:
        """Why it needs someone today; empty when it does not."""
        why = self.verdict.because if self.verdict and self.verdict.tone in ("bad", "warn") else ()
        return [*why, *self.notices, *self.late]


def content_of(client: Client, choice: Choice, locale: str) -> Content:
    """Inside a scope that holds the client."""
    standing = standing_of(client)
    reader = Reader(locale, client.currency, calendar_of(client))
    # All inputs, for the subtotals; the lines themselves show values only.
    reply = answer(client, choice.ask(*SHOWN, "aov"), True, standing)
    course = answer(client, choice.ask(DRAWN, by=choice.unit, is_compared=False), True, standing)
    whole = reply.only
    pledges = in_urgency(pledges_of(client, choice.period, reader, standing))
    sources = sources_in_words(standing.spans, standing.last_complete, reader)
    asked = [*reply.kpis.values(), *(each.kpi for each in pledges)]
    return Content(
        figures=tuple(_cell(key, whole, reader, reply.parameters) for key in SHOWN),
        part=_part(whole.values, reply.parameters),
        spark=spark([row.values[DRAWN].value for row in course.rows]),
        status=_status(pledges),
        verdict=ten_seconds(pledges, reader),
        notices=row_notices(whole.values),
        late=tuple(source.words for source in sources if source.is_late),
        has_sources=any(source.days_behind is not None for source in sources),
        is_lasting=is_by_day(asked, standing.history),
    )


def part_in(client: Client, choice: Choice, currency: str) -> tuple[Part, bool]:
    """The client's values in another currency, and whether they may be kept."""
    standing = standing_of(client)
    asked = replace(choice.ask(*SHOWN, is_compared=False), currency=currency)
    reply = answer(client, asked, True, standing)
    part = _part(reply.only.values, reply.parameters)
    return part, is_by_day(reply.kpis.values(), standing.history)


def is_by_day(kpis: Iterable[Kpi], history: History) -> bool:
    """Whether the KPIs are made of the snapshot and of own measures alone.

    What is recounted from facts reads columns that need not mark a day, so nothing tells of it.
    """
    return all(
        (atom.measure.is_stored or is_own(atom.measure.key))
        and all(one.dimension != "product" for one in atom.filters)
        for kpi in kpis
        for _since, parameters in history.versions
        for atom in kpi.atoms(parameters)
    )


def _cell(key: str, whole: Row, reader: Reader, parameters: Parameters) -> Cell:
    previous = whole.previous[key] if whole.previous else None
    shown = figure(KPIS[key], whole.values[key], previous, reader, parameters)
    return Cell(shown.text, shown.exact, shown.why, shown.change and shown.change.brief)


def _part(values: Mapping[str, Value], parameters: Parameters) -> Part:
    lacks = any(gap.family == RATES for value in values.values() for gap in value.missing)
    shown = {key: replace(values[key], missing=()) for key in SHOWN}
    return Part(parameters, shown, lacks)


def _status(pledges: Sequence[Pledge]) -> str:
    return pledges[0].status if pledges else ""
