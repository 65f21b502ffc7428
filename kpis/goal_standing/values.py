"""The values of many goals at once: each KPI over its own days and part of the client, in few scans.

What `kpis.services.answer` says of one question after the other, by the same rules: days from
`kpis.coverage`, totals from `kpis.queries`, the formula in `kpis.calculate`. KPIs that are recounted
from facts, look at other days than their own, or met an amount without a rate are asked there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from accounts.models import Client
from campaigns.own_measures import is_own
from kpis import queries, recounts
from kpis.book import Book, book_of
from kpis.calculate import Scope, Value, value_of
from kpis.calendar import Period
from kpis.catalogue import Kpi, Parameters
from kpis.coverage import Coverage
from kpis.formula import Atom, Filter, Undefined
from kpis.goal_standing.steps import Stretch, stretches_of
from kpis.queries import Cut, Total, Wanted
from kpis.question import Question
from kpis.reading import Setting, unreported_among
from kpis.services import Standing, answer, calendar_of, value_without_agency_costs

Filters = tuple[tuple[str, tuple[str, ...]], ...]
#: Sums in one scan; a statement may have 1,664 columns, and each sum takes two.
MOST_SUMS = 300
_ANY = date(2000, 1, 1)


class InCurrency(Protocol):
    """Something read in a currency, "" for the client's."""

    @property
    def currency(self) -> str: ...


@dataclass(frozen=True)
class Ask:
    """A KPI over days of the client's part that the filters leave, in a currency ("": the client's)."""

    kpi: Kpi
    period: Period
    filters: Filters = ()
    currency: str = ""


class Asker:
    """Answers asks about one client, all from one standing. Inside a scope that holds the client."""

    def __init__(self, client: Client, standing: Standing) -> None:
        self.client, self.standing = client, standing
        self.book: Book = book_of(client)
        self._found: dict[Ask, Value] = {}
        self._coverage = Coverage(
            standing.last_complete,
            standing.last_complete,
            standing.last_complete + timedelta(days=1),
            standing.spans,
            standing.history.longest_window,
            standing.history.longest_repeat,
        )

    def values(self, asks: Sequence[Ask]) -> list[Value]:
        """One value for each, in their order; what was asked before is not read again.

        The number of queries does not grow with the asks.
        """
        new = [ask for ask in dict.fromkeys(asks) if ask not in self._found]
        found = self.together(new)
        self._found |= found | self._one_by_one([ask for ask in new if ask not in found])
        return [self._found[ask] for ask in asks]

    def together(self, asks: Sequence[Ask]) -> dict[Ask, Value]:
        """Those that shared scans can tell. Each of the others takes questions of its own."""
        unique = list(dict.fromkeys(asks))
        found: dict[Ask, Value] = {}
        by_currency: dict[str, list[Ask]] = {}
        for ask in unique:
            by_currency.setdefault(self.currency_of(ask), []).append(ask)
        for currency, group in by_currency.items():
            found |= self._together([ask for ask in group if self._is_plain(ask)], currency)
        return found

    def currency_of(self, asked: "InCurrency") -> str:
        """ "" for the client's own, however it was named: those are read together."""
        return "" if asked.currency == self.client.currency else asked.currency

    def parameters(self, period: Period) -> Parameters:
        return self.standing.history.over(period.first, period.last)

    def coverage(self, period: Period) -> Coverage:
        return self._coverage.over(period.first, period.last)

    def _is_plain(self, ask: Ask) -> bool:
        """Whether every part of it is a stored sum over the asked days."""
        parameters = self.parameters(ask.period)
        if not set(dict(ask.filters)) <= set(ask.kpi.dimensions(parameters)):
            return False
        return are_plain(ask.kpi.atoms(parameters), ask.filters)

    def _together(self, asks: Sequence[Ask], currency: str) -> dict[Ask, Value]:
        """Those whose amounts all had a rate."""
        if not asks:
            return {}
        plans = {ask: self._plan(ask) for ask in asks}
        wanted = list(dict.fromkeys(each for plan in plans.values() for each in plan.values()))
        hull = Period(min(a.period.first for a in asks), max(a.period.last for a in asks))
        totals = self._totals(wanted, Cut((hull,), None, {}, currency))
        setting = Setting(
            self.client,
            (),
            self.standing.history,
            self._coverage,
            calendar_of(self.client),
            self.standing.stock_through,
            self.standing.reported,
        )
        unreported = unreported_among(setting, wanted, {(0, None): totals})
        found = {}
        for ask, plan in plans.items():
            mine = {atom: totals.get(each) for atom, each in plan.items()}
            if any(isinstance(total, Undefined) for total in mine.values()):
                continue  # its days without a rate are left out on all sides: `answer` knows how
            scope = Scope(
                replace(self.coverage(ask.period), unreported=unreported),
                self.parameters(ask.period),
                filtered_by=frozenset(dict(ask.filters)),
            )
            # Values leave here for every reader of a goal: no agency-only cost among the inputs.
            found[ask] = value_without_agency_costs(value_of(ask.kpi, mine, scope))
        return found

    def _plan(self, ask: Ask) -> dict[Atom, Wanted]:
        """Each atom of the formula, and what is summed for it."""
        parameters = self.parameters(ask.period)
        days = self.coverage(ask.period).complete_range(ask.kpi.measures(parameters))
        if days is None:
            return {}
        plan = {}
        for atom in ask.kpi.atoms(parameters):
            first, last = max(days[0], atom.since or days[0]), min(days[1], atom.until or days[1])
            if first <= last:
                plan[atom] = Wanted(narrow(atom, ask.filters), Period(first, last))
        return plan

    def _totals(self, wanted: Sequence[Wanted], cut: Cut) -> dict[Wanted, Total]:
        found: dict[Wanted, Total] = {}
        for start in range(0, len(wanted), MOST_SUMS):
            part = wanted[start : start + MOST_SUMS]
            totals = queries.totals_for(self.client, part, cut, self.standing.stock_through)
            found |= totals.get((0, None), {})
        return found

    def _one_by_one(self, asks: Sequence[Ask]) -> dict[Ask, Value]:
        """Asks with the same days, filters and currency share a question; so do steps of a calendar
        that follow each other."""
        parts: dict[tuple[Kpi, Filters, str], list[Ask]] = {}
        for ask in asks:
            parts.setdefault((ask.kpi, ask.filters, ask.currency), []).append(ask)
        shared: dict[tuple[Stretch, Filters, str], list[Ask]] = {}
        for (_kpi, filters, currency), mine in parts.items():
            for stretch in self._stretches([ask.period for ask in mine]):
                group = shared.setdefault((stretch, filters, currency), [])
                group += [ask for ask in mine if ask.period in stretch.periods]
        found: dict[Ask, Value] = {}
        for (stretch, filters, currency), group in shared.items():
            found |= self._asked(stretch, filters, currency, group)
        return found

    def _stretches(self, periods: Sequence[Period]) -> Iterator[Stretch]:
        """Steps over which the client's choices change are asked one by one: each goes by its own."""
        for stretch in stretches_of(periods, calendar_of(self.client)):
            parameters = self.parameters(stretch.days)
            if all(self.parameters(each) == parameters for each in stretch.periods):
                yield stretch
            else:
                yield from (Stretch(each, None, (each,)) for each in stretch.periods)

    def _asked(
        self, stretch: Stretch, filters: Filters, currency: str, asks: Sequence[Ask]
    ) -> dict[Ask, Value]:
        keys = tuple(dict.fromkeys(ask.kpi.key for ask in asks))
        question = Question(
            keys, stretch.days, stretch.unit, filters=dict(filters), currency=currency
        )
        reply = answer(self.client, question, sees_costs=False, standing=self.standing)
        rows = {row.bucket: row.values for row in reply.rows}
        return {ask: rows[ask.period][ask.kpi.key] for ask in asks}


def are_plain(atoms: Sequence[Atom], filters: Filters) -> bool:
    """Whether these parts, narrowed by the filters, are stored sums over the asked days alone."""
    cut = Cut((), None, dict(filters))
    return all(
        atom.period == "current"
        and atom.measure.is_stored
        and not is_own(atom.measure.key)
        and not recounts.is_recounted(Wanted(atom, Period(_ANY, _ANY)), cut)
        for atom in atoms
    )


def narrow(atom: Atom, filters: Filters) -> Atom:
    """The atom over one part of the client: of its own part, where it is about one already."""
    added = tuple(Filter(dimension, values) for dimension, values in filters)
    by_dimension = sorted((*atom.filters, *added), key=lambda each: each.dimension)
    return replace(atom, filters=tuple(by_dimension))
