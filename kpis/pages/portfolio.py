"""What the portfolio shows: every client in one line, who needs attention first, and subtotals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Client
from kpis.book import books_prepare
from kpis.calculate import Value
from kpis.catalogue import KPIS, Kpi, Parameters
from kpis.coverage import RATES
from kpis.exchange import exchange_for
from kpis.pages.board import pledges_of
from kpis.pages.cards import Figure, Spark, figure, spark
from kpis.pages.freshness import Source, sources_in_words
from kpis.pages.picker import Choice, choice_from
from kpis.pages.pledges import URGENCY, Answer, Pledge, in_urgency, ten_seconds
from kpis.pages.reader import Reader
from kpis.pages.subtotals import subtotal
from kpis.pages.tables import row_notices
from kpis.services import Standing, answer, calendar_of, standing_of

SHOWN = ("leads", "cpl", "new_customers", "cac", "revenue", "roas")
DRAWN = "leads"


@dataclass(frozen=True)
class Line:
    """One client: its figures, its goals' verdict, what is late, what to look at."""

    client: Client
    choice: Choice
    standing: Standing
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
    """The clients of one currency together; or, converted, all clients in the agency's."""

    currency: str
    count: int
    texts: tuple[str, ...]
    is_converted: bool = False


#: A client's parameters and values.
Part = tuple[Parameters, Mapping[str, Value]]


@dataclass(frozen=True)
class Portfolio:
    lines: tuple[Line, ...]
    totals: tuple[CurrencyTotal, ...]
    kpis: tuple[Kpi, ...]

    @property
    def needing(self) -> list[Line]:
        return [line for line in self.lines if line.reasons]


def portfolio_of(
    clients: Sequence[Client], params: Mapping[str, Any], locale: str, currency: str
) -> Portfolio:
    """Inside a scope that holds the clients. "Last month" is each client's own last month.

    `currency` is the agency's report currency, for a total over clients of several.
    """
    books_prepare(clients)
    lines = sorted(
        (_line(client, params, locale) for client in clients), key=lambda line: line.urgency
    )
    kpis = tuple(KPIS[key] for key in SHOWN)
    return Portfolio(tuple(lines), tuple(_totals(lines, kpis, locale, currency)), kpis)


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
        standing=standing,
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
        has_sources=any(source.days_behind is not None for source in sources),
    )


def _totals(
    lines: Sequence[Line], kpis: Sequence[Kpi], locale: str, currency: str
) -> list[CurrencyTotal]:
    """Everything in the agency's report currency if a rate exists for all of it; else the parts by
    currency, because money is never added across currencies."""
    currencies = sorted({line.client.currency for line in lines})
    if len(currencies) > 1:
        whole = _converted(lines, currency)
        if whole is not None:
            return [_total(currency, whole, kpis, locale, is_converted=True)]
    found = []
    for each in currencies:
        own = [line for line in lines if line.client.currency == each]
        if len(own) > 1 or len(currencies) > 1:
            found.append(_total(each, [(it.parameters, it.values) for it in own], kpis, locale))
    return found


def _total(
    currency: str,
    parts: Sequence[Part],
    kpis: Sequence[Kpi],
    locale: str,
    is_converted: bool = False,
) -> CurrencyTotal:
    reader = Reader(locale, currency)
    texts = tuple(
        reader.number(subtotal(kpi, [(its, values[kpi.key]) for its, values in parts]), kpi.unit)
        for kpi in kpis
    )
    return CurrencyTotal(currency, len(parts), texts, is_converted)


def _converted(lines: Sequence[Line], currency: str) -> list[Part] | None:
    """The lines' values in one currency; None if a rate is missing for some amount of some client.

    The clients of another currency are asked again, but only where that can succeed.
    """
    if not _has_rates(lines, currency):
        return None
    found: list[Part] = []
    for line in lines:
        if line.client.currency == currency:
            values = line.values
        else:
            asked = replace(line.choice.ask(*SHOWN, is_compared=False), currency=currency)
            values = answer(line.client, asked, True, line.standing).only.values
        if any(gap.family == RATES for value in values.values() for gap in value.missing):
            return None
        found.append((line.parameters, values))
    return found


def _has_rates(lines: Sequence[Line], currency: str) -> bool:
    """Whether there is a rate at the end of each client's period: one statement for all."""
    foreign = [line for line in lines if line.client.currency != currency]
    ends = {
        (min(line.choice.period.last, line.standing.last_complete), line.client.currency)
        for line in foreign
    }
    if not foreign:
        return True
    return ends <= set(exchange_for(foreign[0].client.agency_id, currency, ends).rates)
