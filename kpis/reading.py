"""The totals that KPIs are computed from: which days each part needs, read in as few scans as can be.

Nothing is divided here; `kpis.services` turns totals into values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from accounts.models import Client
from campaigns.budget_queries import Span, budget_spans, span_around
from campaigns.measures import SALES_COST
from campaigns.own_measures import is_own
from kpis import queries, recounts
from kpis.as_of import AsOf
from kpis.calendar import CalendarRules, Period, buckets
from kpis.catalogue import Kpi, Parameters
from kpis.catalogue.versions import REACH_DAYS, History
from kpis.coverage import Coverage
from kpis.formula import Atom, Undefined
from kpis.looking_back import can_look_back, closed_then
from kpis.own import own_totals_for
from kpis.queries import Cut, Total, Totals, Wanted
from kpis.question import Question
from kpis.rate_days import RateDays
from kpis.spans import (
    FEWEST_MONTHS,
    LAST_12_MONTHS,
    LAST_90_DAYS,
    OF_BUDGETS,
    OWN_DAYS,
    Stretch,
    elementary,
    nominal_window,
    places,
    stretch_of,
)

#: How far before the asked days a span may reach.
_REACH = timedelta(days=REACH_DAYS)
#: Families of daily facts, whose columns a source may report or not; and a cost that not everybody
#: keeps: never entered it is unknown, and the full CAC with it.
_REPORTING = ("web", "ads", "mail", "social")

Found = dict[Atom, Total]
_ABSENT: Any = object()


class Reported:
    """Which measures of daily facts any source of the client ever reports, each looked up once.

    Lives as long as the questions of one page, inside one transaction: never kept beyond it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, bool] = {}

    def without(self, measures: Iterable[str]) -> frozenset[str]:
        """Those of the measures that nobody reports."""
        wanted = set(measures)
        if unknown := sorted(wanted - set(self._known)):
            found = queries.ever_reported(self._client, unknown)
            self._known |= {key: key in found for key in unknown}
        return frozenset(key for key in wanted if not self._known[key])


@dataclass(frozen=True)
class Setting:
    """What is the same for every value of an answer."""

    client: Client
    kpis: tuple[Kpi, ...]
    history: History
    coverage: Coverage
    rules: CalendarRules
    stock_through: date | None
    reported: Reported

    @property
    def last_complete(self) -> date:
        return self.coverage.today - timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """The totals of one period, cut; and what was summed for each KPI."""

    cut: Cut
    parameters: Parameters
    coverage: Coverage
    wanted: Mapping[Kpi, tuple[Wanted, ...]]
    totals: Totals
    apart: Mapping[tuple[Kpi, int, str | None], Found] = field(default_factory=dict)
    windows: Mapping[int, Coverage] = field(default_factory=dict)
    then: "Reading | None" = None
    closed_then: frozenset[tuple[str, int]] = frozenset()

    def at(self, kpi: Kpi, index: int) -> "Reading":
        """The reading as of then of a KPI and bucket whose days were closed then; else this one."""
        return self.then if self.then and (kpi.key, index) in self.closed_then else self

    def of(self, kpi: Kpi, index: int, split: str | None) -> Found:
        """The totals of the KPI's atoms in one bucket and split; those of own days among them."""
        found = self.totals.get((index, split))
        totals: Found = {}
        if found:
            for each in self.wanted.get(kpi, ()):
                total = found.get(each, _ABSENT)
                if total is not _ABSENT:
                    totals[each.atom] = total
        return totals | self.apart.get((kpi, index, split), {}) if self.apart else totals


def read(setting: Setting, question: Question, period: Period) -> Reading:
    """All totals that the KPIs need over a period, in as few scans as there are grains.

    Parts of a formula over days of their own are read afterwards, one scan per span. With an as-of
    moment everything is read twice, as of now and as of then: see `kpis.looking_back`.
    """
    now = _read(setting, question, period, None)
    if question.as_of is None:
        return now
    parameters = now.parameters
    kpis = tuple(kpi for kpi in setting.kpis if can_look_back(kpi, parameters))
    if not kpis:
        return now
    then = _read(replace(setting, kpis=kpis), question, period, question.as_of)
    days = {
        (kpi, index): _complete(then.coverage, kpi, parameters, bucket)
        for kpi in kpis
        for index, bucket in enumerate(then.cut.buckets)
    }
    closed = closed_then(setting.client, then.coverage, parameters, days, question.as_of)
    return replace(now, then=then, closed_then=closed)


def _complete(
    coverage: Coverage, kpi: Kpi, parameters: Parameters, bucket: Period
) -> Period | None:
    days = coverage.over(bucket.first, bucket.last).complete_range(kpi.measures(parameters))
    return Period(*days) if days else None


def _read(setting: Setting, question: Question, period: Period, as_of: AsOf | None) -> Reading:
    parts = buckets(period, question.by, setting.rules) if question.by else None
    cut = Cut(
        tuple(part.period for part in parts) if parts else (period,),
        question.split,
        question.filters,
        question.currency,
        as_of,
    )
    parameters = setting.history.over(period.first, period.last)
    coverage = setting.coverage.over(period.first, period.last)
    wanted: dict[Wanted, None] = {}
    per_kpi: dict[Kpi, tuple[Wanted, ...]] = {}
    for kpi in setting.kpis:
        per_kpi[kpi] = _wanted(kpi, parameters, coverage, question)
        wanted.update(dict.fromkeys(per_kpi[kpi]))
    found = _totals(setting, tuple(wanted), cut, parameters)
    if cut.rates.lacking:
        # A day without a rate for one side of a formula is left out on all of its sides.
        per_kpi = {kpi: _with_rates(each, cut.rates) for kpi, each in per_kpi.items()}
        wanted = dict.fromkeys(each for parts in per_kpi.values() for each in parts)
        found = _totals(setting, tuple(wanted), cut, parameters)
    unreported = unreported_among(setting, wanted, found)
    coverage = replace(coverage, unreported=unreported, rates=cut.rates)
    reading = Reading(cut, parameters, coverage, per_kpi, found)
    for span in OWN_DAYS:
        reading = _with_span(setting, question, reading, span)
    return reading


def _wanted(
    kpi: Kpi, parameters: Parameters, coverage: Coverage, question: Question
) -> tuple[Wanted, ...]:
    """The KPI's atoms with the days they are summed over; none if it has no such split or days."""
    if not _is_asked(kpi, parameters, question):
        return ()
    days = coverage.complete_range(kpi.measures(parameters))
    if days is None:
        return ()
    atoms = dict.fromkeys(
        replace(atom, period="current")
        for atom in kpi.atoms(parameters)
        if atom.period not in OWN_DAYS
    )
    return tuple(each for atom in atoms if (each := _clipped(atom, Period(*days))))


def _is_asked(kpi: Kpi, parameters: Parameters, question: Question) -> bool:
    asked = set(question.filters) | ({question.split} if question.split else set())
    return asked <= set(kpi.dimensions(parameters))


def _clipped(atom: Atom, days: Period) -> Wanted | None:
    """An atom over those of the days that it counts; None if it counts none of them."""
    first, last = max(days.first, atom.since or date.min), min(days.last, atom.until or date.max)
    return Wanted(atom, Period(first, last)) if first <= last else None


def _with_rates(wanted: tuple[Wanted, ...], rates: RateDays) -> tuple[Wanted, ...]:
    without = rates.without(each.atom for each in wanted)
    return tuple(replace(each, without=without) for each in wanted) if without else wanted


def _totals(setting: Setting, wanted: Sequence[Wanted], cut: Cut, parameters: Parameters) -> Totals:
    """Stored measures from the snapshot, own and other ones from the facts, by bucket and split."""
    found: Totals = {}
    own = [each for each in wanted if is_own(each.atom.measure.key)]
    rest = [each for each in wanted if not is_own(each.atom.measure.key)]
    counted = [each for each in rest if recounts.is_recounted(each, cut)]
    stored = [each for each in rest if not recounts.is_recounted(each, cut)]
    for part in (
        queries.totals_for(setting.client, stored, cut, setting.stock_through),
        recounts.recounts_for(
            setting.client, counted, cut, parameters, setting.history, setting.last_complete
        ),
        own_totals_for(setting.client, own, cut),
    ):
        for key, totals in part.items():
            found.setdefault(key, {}).update(totals)
    return found


def unreported_among(setting: Setting, wanted: Iterable[Wanted], found: Totals) -> frozenset[str]:
    """Measures of daily facts without any total: does no source of the client report them at all?"""
    known = {
        each for totals in found.values() for each, total in totals.items() if total is not None
    }
    doubtful = {
        each.atom.measure.key
        for each in wanted
        if each not in known
        and (each.atom.measure.family in _REPORTING or each.atom.measure == SALES_COST)
        and each.atom.measure.is_stored
        and each.atom.measure.either_family is None
    }
    keys = [each.atom.measure.key for each in wanted]
    return setting.reported.without(doubtful) | recounts.not_counted(setting.client, keys)


# -- parts over days of their own --------------------------------------------------------------


@dataclass(frozen=True)
class _Plan:
    """Of one KPI and bucket, the parts over a span and the stretch of days they are read over."""

    kpi: Kpi
    index: int
    atoms: tuple[Atom, ...]
    stretch: Stretch | None


def _with_span(setting: Setting, question: Question, reading: Reading, span: str) -> Reading:
    """The reading with the totals of one span added.

    1. The stretch of days of every KPI and bucket. 2. All stretches cut into pieces that none of
    them crosses, so that one scan serves overlapping ones. 3. Each stretch put together.
    """
    plans = _plans(setting, question, reading, span)
    if not plans:
        return reading
    stretches = [plan.stretch for plan in plans if plan.stretch]
    totals: Totals = {}
    pieces: tuple[Period, ...] = ()
    if stretches:
        pieces = elementary(period for each in stretches for period in each.periods)
        hull = Period(pieces[0].first, pieces[-1].last)
        atoms = dict.fromkeys(atom for plan in plans if plan.stretch for atom in plan.atoms)
        wanted = [each for atom in atoms if (each := _clipped(_plain(atom), hull))]
        cut = Cut(pieces, question.split, question.filters, question.currency)
        totals = _totals(setting, wanted, cut, reading.parameters)
    splits = {split for _piece, split in [*totals, *reading.totals]} | (
        set() if question.split else {None}
    )
    apart = dict(reading.apart)
    for plan in plans:
        for split in splits:
            put = _put_together(plan, split, totals, pieces)
            key = (plan.kpi, plan.index, split)
            apart[key] = {**apart.get(key, {}), **put}
    windows = _windows(reading, plans) if span == LAST_90_DAYS else reading.windows
    return replace(reading, apart=apart, windows=windows)


def _plans(setting: Setting, question: Question, reading: Reading, span: str) -> list[_Plan]:
    found = []
    budgets: list[Span] | None = None
    for kpi in setting.kpis:
        atoms = tuple(atom for atom in kpi.atoms(reading.parameters) if atom.period == span)
        if not atoms or not _is_asked(kpi, reading.parameters, question):
            continue
        first = reading.cut.buckets[0].first
        if span in OF_BUDGETS and budgets is None:
            budgets = budget_spans(setting.client, first, reading.cut.buckets[-1].last)
        wide = reading.coverage.over(first - _REACH, reading.cut.buckets[-1].last)
        known = wide.complete_range(kpi.measures(reading.parameters))
        for index, bucket in enumerate(reading.cut.buckets):
            stretch = None
            if known is not None:
                around = span_around(budgets or [], bucket.last)
                budget = Period(*around) if around else None
                stretch = stretch_of(span, bucket, Period(*known), budget)
            found.append(_Plan(kpi, index, atoms, stretch))
    return found


def _plain(atom: Atom) -> Atom:
    return replace(atom, period="current")


def _put_together(
    plan: _Plan, split: str | None, totals: Totals, pieces: tuple[Period, ...]
) -> Found:
    """The total of each atom over the plan's stretch."""
    if plan.stretch is None:
        reason = "no_budget" if plan.atoms[0].period in OF_BUDGETS else "no_data"
        return {atom: Undefined(reason, atom.text) for atom in plan.atoms}
    at = places(pieces)
    parts: dict[Atom, list[list[Total]]] = {}
    for atom in plan.atoms:
        wanted = _clipped(_plain(atom), Period(pieces[0].first, pieces[-1].last))
        parts[atom] = [
            _piecewise(wanted, split, totals, range(at[each.first], _after(at, each, pieces)))
            for each in plan.stretch.periods
        ]
    if plan.atoms[0].period == LAST_12_MONTHS:
        begun = [any(map(_is_there, month)) for month in zip(*parts.values(), strict=True)]
        months = len(begun) - begun.index(True) if True in begun else 0
        if months < FEWEST_MONTHS:
            return {atom: Undefined("too_few_months", atom.text) for atom in plan.atoms}
    return {atom: _joined(each, plan.stretch.is_mean) for atom, each in parts.items()}


def _after(at: Mapping[date, int], period: Period, pieces: tuple[Period, ...]) -> int:
    return at.get(period.last + timedelta(days=1), len(pieces))


def _piecewise(
    wanted: Wanted | None, split: str | None, totals: Totals, indexes: range
) -> list[Total]:
    if wanted is None:
        return []
    return [totals.get((index, split), {}).get(wanted) for index in indexes]


def _is_there(parts: list[Total]) -> bool:
    return any(part is not None for part in parts)


def _joined(parts: list[list[Total]], is_mean: bool) -> Total:
    """Added up, or averaged over the periods; the first without a value takes the rest with it."""
    flat = [part for period in parts for part in period if part is not None]
    for part in flat:
        if isinstance(part, Undefined):
            return part
    if not flat:
        return None
    total = sum(part for part in flat if not isinstance(part, Undefined))
    return total / len(parts) if is_mean else total  # type: ignore[return-value]


def _windows(reading: Reading, plans: Sequence[_Plan]) -> Mapping[int, Coverage]:
    """Per bucket, how complete the 90 days up to its last complete day are."""
    found = {}
    for plan in plans:
        if plan.stretch:
            window = nominal_window(plan.stretch.hull.last)
            found[plan.index] = reading.coverage.over(window.first, window.last)
    return found
