"""What the portfolio shows: every client in one line, who needs attention first, and subtotals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Client
from kpis.book import books_prepare
from kpis.calculate import Value
from kpis.catalogue import KPIS, Kpi, Parameters
from kpis.pages.board import pledges_of
from kpis.pages.cards import Figure, Spark, figure, spark
from kpis.pages.freshness import Source, sources_in_words
from kpis.pages.picker import Choice, choice_from
from kpis.pages.pledges import URGENCY, Answer, Pledge, in_urgency, ten_seconds
from kpis.pages.reader import Reader
from kpis.pages.subtotals import subtotal
from kpis.pages.tables import row_notices
from kpis.services import answer, calendar_of, standing_of

SHOWN = ("leads", "cpl", "new_customers", "cac", "revenue", "roas")
DRAWN = "leads"


@dataclass(frozen=True)
class Line:
    """One client: its figures, its goals' verdict, what is late, what to look at."""

    client: Client
    choice: Choice
    figures: tuple[Figure, ...]
    values: Mapping[str, Value]
    parameters: Parameters
    spark: Spark
    pledges: tuple[Pledge, ...]
    verdict: Answer | None
    notices: tuple[str, ...]
    late: tuple[Source, ...]
    has_sources: bool

    @property
    def status(self) -> str:
        return self.pledges[0].status if self.pledges else ""

    @property
    def urgency(self) -> tuple[int, int, str]:
        rank = URGENCY.index(self.status) if self.status else len(URGENCY)
        return rank, -len(self.late) - len(self.notices), self.client.name

    @property
    def reasons(self) -> list[str]:
        """Why it needs someone today; empty when it does not."""
        why = (
            list(self.verdict.because)
            if self.verdict and self.verdict.tone in ("bad", "warn")
            else []
        )
        return [*why, *self.notices, *(source.words for source in self.late)]


@dataclass(frozen=True)
class CurrencyTotal:
    """The clients of one currency together."""

    currency: str
    count: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Portfolio:
    lines: tuple[Line, ...]
    totals: tuple[CurrencyTotal, ...]
    kpis: tuple[Kpi, ...]

    @property
    def needing(self) -> list[Line]:
        return [line for line in self.lines if line.reasons]


def portfolio_of(clients: Sequence[Client], params: Mapping[str, Any], locale: str) -> Portfolio:
    """Inside a scope that holds the clients. "Last month" is each client's own last month."""
    books_prepare(clients)
    lines = sorted(
        (_line(client, params, locale) for client in clients), key=lambda line: line.urgency
    )
    kpis = tuple(KPIS[key] for key in SHOWN)
    return Portfolio(tuple(lines), tuple(_totals(lines, kpis, locale)), kpis)


def _line(client: Client, params: Mapping[str, Any], locale: str) -> Line:
    rules, standing = calendar_of(client), standing_of(client)
    reader = Reader(locale, client.currency, rules)
    choice = choice_from(params, standing.last_complete, rules)
    # All inputs, for the subtotals; the lines themselves show values only.
    reply = answer(client, choice.ask(*SHOWN, "aov"), True, standing)
    course = answer(client, choice.ask(DRAWN, by=choice.unit, is_compared=False), True, standing)
    whole = reply.only
    pledges = in_urgency(pledges_of(client, choice.period, reader, standing))
    sources = sources_in_words(standing.spans, standing.last_complete, reader)
    return Line(
        client=client,
        choice=choice,
        figures=tuple(
            figure(
                KPIS[key],
                whole.values[key],
                whole.previous[key] if whole.previous else None,
                reader,
                reply.parameters,
            )
            for key in SHOWN
        ),
        values=whole.values,
        parameters=reply.parameters,
        spark=spark([row.values[DRAWN].value for row in course.rows]),
        pledges=tuple(pledges),
        verdict=ten_seconds(pledges, reader),
        notices=row_notices(whole.values),
        late=tuple(source for source in sources if source.is_late),
        has_sources=bool(sources),
    )


def _totals(lines: Sequence[Line], kpis: Sequence[Kpi], locale: str) -> list[CurrencyTotal]:
    """Per currency of two clients or more: money is never added across currencies."""
    found = []
    for currency in sorted({line.client.currency for line in lines}):
        own = [line for line in lines if line.client.currency == currency]
        if len(own) < 2:
            continue
        reader = Reader(locale, currency)
        texts = tuple(
            reader.number(
                subtotal(kpi, [(line.parameters, line.values[kpi.key]) for line in own]), kpi.unit
            )
            for kpi in kpis
        )
        found.append(CurrencyTotal(currency, len(own), texts))
    return found
