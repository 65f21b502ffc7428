"""Periods that one question can answer together: steps of a calendar, one after the other. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kpis.calendar import ONE_DAY, CalendarRules, Period, unit_of
from kpis.goals.terms import GRAINS


class Stretch(NamedTuple):
    """Days to ask for, and the unit by which they are cut into `periods`; None: not at all."""

    days: Period
    unit: str | None
    periods: tuple[Period, ...]


def stretches_of(periods: Iterable[Period], rules: CalendarRules) -> list[Stretch]:
    """Whole weeks, months or quarters that follow each other are one stretch, any other period is one
    by itself."""
    left = sorted(set(periods), key=lambda each: (each.first, each.last))
    found: list[Stretch] = []
    for unit in GRAINS:
        whole = [each for each in left if unit_of(each.first, unit, rules) == each]
        for run in _runs(whole):
            if len(run) > 1:
                found.append(Stretch(Period(run[0].first, run[-1].last), unit, tuple(run)))
                left = [each for each in left if each not in run]
    return found + [Stretch(each, None, (each,)) for each in left]


def _runs(periods: Sequence[Period]) -> Iterator[list[Period]]:
    run: list[Period] = []
    for each in periods:
        if run and run[-1].last + ONE_DAY != each.first:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
