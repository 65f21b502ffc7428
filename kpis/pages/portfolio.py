"""What the portfolio shows: every client in one line, who needs attention first, and subtotals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Client
from accounts.shell import Listed
from kpis.book import books_prepare
from kpis.calendar import CalendarRules
from kpis.catalogue import KPIS, Kpi
from kpis.exchange import exchange_for
from kpis.line_queries import clients_again
from kpis.pages.kept_lines import Asked, Kept
from kpis.pages.line import SHOWN, Part, content_of, part_in
from kpis.pages.line_drawn import Line, drawn
from kpis.pages.line_text import (
    drawn_from_json,
    drawn_to_json,
    part_from_json,
    part_to_json,
)
from kpis.pages.picker import Choice, choice_from
from kpis.pages.reader import Reader
from kpis.pages.subtotals import subtotal
from kpis.services import calendar_of, last_complete_of


@dataclass(frozen=True)
class CurrencyTotal:
    """The clients of one currency together; or, converted, all clients in the agency's."""

    currency: str
    count: int
    texts: tuple[str, ...]
    is_converted: bool = False


@dataclass(frozen=True)
class Portfolio:
    lines: tuple[Line, ...]
    totals: tuple[CurrencyTotal, ...]
    kpis: tuple[Kpi, ...]

    @property
    def needing(self) -> list[Line]:
        return [line for line in self.lines if line.drawn.need]


def portfolio_of(
    listed: Sequence[Client | Listed],
    params: Mapping[str, Any],
    locale: str,
    currency: str,
    sees_costs: bool,
) -> Portfolio:
    """Inside a scope that holds those listed. "Last month" is each client's own last month.

    `currency` is the agency's report currency, for a total over clients of several. The lines are
    the same for all roles; they are kept apart all the same (`sees_costs`).
    """
    kept = Kept.of(listed, locale, str(sees_costs))
    clients = clients_again(listed)
    prepare = _Prepared(clients)
    lines = sorted(_lines(kept, clients, params, locale, prepare), key=lambda line: line.urgency)
    kpis = tuple(KPIS[key] for key in SHOWN)
    converted = _Converting(kept, currency, prepare)
    return Portfolio(tuple(lines), tuple(_totals(lines, kpis, locale, converted)), kpis)


def portfolio_keep(clients: Sequence[Client], locale: str, currency: str, sees_costs: bool) -> None:
    """Have kept what the portfolio says of these clients to who asks for nothing in particular."""
    kept = Kept.of(clients, locale, str(sees_costs))
    clients = clients_again(clients)
    prepare = _Prepared(clients)
    lines = _lines(kept, clients, {}, locale, prepare)
    _Converting(kept, currency, prepare).parts(lines)


def _lines(
    kept: Kept,
    clients: Sequence[Client],
    params: Mapping[str, Any],
    locale: str,
    prepare: Callable[[], None],
) -> list[Line]:
    asked = _asked(clients, params)

    def compute(each: Asked) -> tuple[Any, bool]:
        prepare()
        content = content_of(each.client, each.choice, locale)
        return drawn_to_json(drawn(content)), content.is_lasting

    found = kept.lines("line", asked, compute)
    return [
        Line(each.client, each.choice, each.last_complete, drawn_from_json(text))
        for each, text in zip(asked, found, strict=True)
    ]


class _Prepared:
    """What all clients' KPIs are defined by, read before the first line is made: if one is."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._clients = clients
        self._is_done = False

    def __call__(self) -> None:
        if not self._is_done:
            books_prepare(self._clients)
            self._is_done = True


def _asked(clients: Sequence[Client], params: Mapping[str, Any]) -> list[Asked]:
    """Many clients share a calendar and a last day: what is asked of these is worked out once."""
    known: dict[tuple[date, CalendarRules], Choice] = {}
    found = []
    for client in clients:
        rules, last_complete = calendar_of(client), last_complete_of(client)
        if (last_complete, rules) not in known:
            known[last_complete, rules] = choice_from(params, last_complete, rules)
        found.append(Asked(client, known[last_complete, rules], last_complete))
    return found


def _totals(
    lines: Sequence[Line], kpis: Sequence[Kpi], locale: str, converting: "_Converting"
) -> list[CurrencyTotal]:
    """Everything in the agency's report currency if a rate exists for all of it; else the parts by
    currency, because money is never added across currencies."""
    currencies = sorted({line.client.currency for line in lines})
    if len(currencies) > 1:
        whole = converting.parts(lines)
        if whole is not None:
            return [_total(converting.currency, whole, kpis, locale, is_converted=True)]
    found = []
    for each in currencies:
        own = [line for line in lines if line.client.currency == each]
        if len(own) > 1 or len(currencies) > 1:
            found.append(_total(each, [line.drawn.part for line in own], kpis, locale))
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
        reader.number(
            subtotal(kpi, [(part.parameters, part.values[kpi.key]) for part in parts]), kpi.unit
        )
        for kpi in kpis
    )
    return CurrencyTotal(currency, len(parts), texts, is_converted)


@dataclass(frozen=True)
class _Converting:
    """The lines' values in one currency."""

    kept: Kept
    currency: str
    prepare: Callable[[], None]

    def parts(self, lines: Sequence[Line]) -> list[Part] | None:
        """None if a rate is missing for some amount of some client.

        The clients of another currency are asked again, but only where that can succeed.
        """
        foreign = [line for line in lines if line.client.currency != self.currency]
        if not _has_rates(foreign, self.currency):
            return None
        asked = [Asked(line.client, line.choice, line.last_complete) for line in foreign]
        found = self.kept.lines(f"part-{self.currency}", asked, self._compute)
        parts = [line.drawn.part for line in lines if line.client.currency == self.currency]
        parts += map(part_from_json, found)
        return None if any(part.lacks_rates for part in parts) else parts

    def _compute(self, each: Asked) -> tuple[Any, bool]:
        self.prepare()
        part, is_lasting = part_in(each.client, each.choice, self.currency)
        return part_to_json(part), is_lasting


def _has_rates(foreign: Sequence[Line], currency: str) -> bool:
    """Whether there is a rate at the end of each client's period: one statement for all."""
    ends = {
        (min(line.choice.period.last, line.last_complete), line.client.currency) for line in foreign
    }
    if not foreign:
        return True
    return ends <= set(exchange_for(foreign[0].client.agency_id, currency, ends).rates)
