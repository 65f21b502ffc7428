"""How complete and how settled the facts behind a number are, as plain data.

Pure. Read from source syncs by `kpis.queries`; judged by `kpis.calculate`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from campaigns.measures import DEFAULT_REPEAT_DAYS, DEFAULT_WINDOW_DAYS, Measure
from kpis.formula import Atom
from kpis.rate_days import RateDays

_ONE_DAY = timedelta(days=1)
#: What a gap for want of an exchange rate names as its family; its source is the direction.
RATES = "rates"


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """The days that one source has delivered whole for one family; both ends belong to it.

    `complete_from` None: since ever. `complete_through` None: nothing has been delivered yet.
    """

    source: str
    family: str
    complete_from: date | None
    complete_through: date | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of a range, first to last, that a source has not delivered; no source: source empty."""

    family: str
    source: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Family:
    """The sources of one family: from where the first begins to where the slowest ends.

    A source without any delivery is waited for only if it is alone. Before it began, a source is
    not missed as long as another one covers the family.
    """

    spans: tuple[SourceSpan, ...]
    start: date
    end: date


@dataclass(frozen=True)
class Coverage:
    """A range of client-local days and what is known of its completeness.

    `today` is the client's date at the as-of moment. `unreported` are measures that no source of
    the client ever reports: without a total they are unknown, not zero. `rates`: days whose amounts
    in another currency have no rate, or not yet their own.
    """

    start: date
    end: date
    today: date
    spans: tuple[SourceSpan, ...]
    window_days: int = DEFAULT_WINDOW_DAYS
    repeat_days: int = DEFAULT_REPEAT_DAYS
    unreported: frozenset[str] = frozenset()
    rates: RateDays = field(default_factory=RateDays, compare=False)

    @cached_property
    def known(self) -> Mapping[str, _Family]:
        """Per family with a source, what it has delivered."""
        return _known(self.spans)

    @cached_property
    def _by_measure(self) -> dict[str, tuple[str, ...]]:
        """What `_families` has found."""
        return {}

    def over(self, start: date, end: date) -> "Coverage":
        """The same knowledge about another range."""
        other = replace(self, start=start, end=end)
        # The same spans: read once for all buckets.
        other.__dict__.update(known=self.known, _by_measure=self._by_measure)
        return other

    def has_source(self, measure: Measure) -> bool:
        return bool(self._families(measure))

    def complete_range(self, measures: Iterable[Measure]) -> tuple[date, date] | None:
        """The days of the range on which every needed source is complete; None if there is none.

        Totals of a KPI are to be summed over exactly these days.
        """
        first, last = self.start, self.end
        for measure in measures:
            families = self._families(measure)
            if not families:
                return None
            for family in families:
                known = self.known[family]
                first, last = max(first, known.start), min(last, known.end)
        return (first, last) if first <= last else None

    def gaps(self, measures: Iterable[Measure]) -> tuple[Gap, ...]:
        """What is missing in the range for these measures, each gap once."""
        found: dict[Gap, None] = {}
        for measure in measures:
            families = self._families(measure)
            if not families:
                found[Gap(measure.family, "", self.start, self.end)] = None
            for family in families:
                found.update(dict.fromkeys(self._family_gaps(family)))
        return tuple(found)

    def rate_gaps(self, atoms: Iterable[Atom]) -> tuple[Gap, ...]:
        """Days of the range that are left out because some amount of them has no rate."""
        runs = self.rates.gaps(atoms, self.start, self.end) if self.rates else ()
        return tuple(Gap(RATES, direction, first, last) for direction, first, last in runs)

    def is_closed(self, measure: Measure) -> bool:
        """True if the settle time of every day of the range is over and its sources kept up.

        A day d closes on d + 1 + settle days. A cohort's outcome must be known for the whole of
        its window, in the family where the outcome happens.
        """
        settle = timedelta(days=measure.settles_in(self.window_days, self.repeat_days))
        if self.today < self.end + _ONE_DAY + settle:
            return False
        if measure.outcome_family is None:
            return True
        outcomes = self.known.get(measure.outcome_family)
        return outcomes is not None and outcomes.end >= self.end + settle

    def families(self, measures: Iterable[Measure]) -> frozenset[str]:
        """The families with a source that the measures are taken from."""
        return frozenset(family for measure in measures for family in self._families(measure))

    def _families(self, measure: Measure) -> tuple[str, ...]:
        """Those of the measure's families for which the client has a source."""
        found = self._by_measure.get(measure.key)
        if found is None:
            found = tuple(family for family in measure.families if family in self.known)
            self._by_measure[measure.key] = found
        return found

    def _family_gaps(self, family: str) -> Iterator[Gap]:
        """Days before the family's first source began, and after each source's last delivery."""
        known = self.known[family]
        for span in known.spans:
            begins = span.complete_from or date.min
            if begins == known.start and begins > self.start:
                yield Gap(family, span.source, self.start, min(begins - _ONE_DAY, self.end))
            through = span.complete_through
            if through is None:
                yield Gap(family, span.source, self.start, self.end)
            elif through < self.end:
                yield Gap(family, span.source, max(through + _ONE_DAY, self.start), self.end)


def _known(spans: tuple[SourceSpan, ...]) -> dict[str, _Family]:
    """What each family of a client is known to have, whatever the range."""
    found = {}
    for family in {span.family for span in spans}:
        own = tuple(span for span in spans if span.family == family)
        delivered = tuple(span for span in own if span.complete_through is not None) or own
        found[family] = _Family(
            delivered,
            min(span.complete_from or date.min for span in delivered),
            min(span.complete_through or date.min for span in delivered),
        )
    return found
