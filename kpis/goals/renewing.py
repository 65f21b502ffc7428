"""A goal that asks for something else from a day on: what was asked before stays (KPIS C.2). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.calendar import Period
from kpis.goals.checks import Problem, shape_problems
from kpis.goals.milestones import Milestone, milestones
from kpis.goals.terms import CUMULATIVE, LEVEL, MAINTAIN, SEASONAL, GoalTerms


@dataclass(frozen=True)
class Renewed:
    """The milestones that stay, and the terms of the grains after them; None where none are left."""

    kept: tuple[Milestone, ...]
    rest: GoalTerms | None

    @property
    def stones(self) -> list[Milestone]:
        return [*self.kept, *(milestones(self.rest) if self.rest else [])]


def renewed(terms: GoalTerms, before: Sequence[Milestone], since: date) -> Renewed:
    """The path of a goal that gets new `terms` in the grain that holds `since`.

    1. Grains that were over by then keep their milestone. 2. The rest is a goal of its own: of an
    amount, it asks for what the target leaves; of a level, it begins at the last kept milestone.
    """
    known = {stone.period.first: stone.value for stone in before}
    grains = [grain.period for grain in terms.grains]
    over = [grain for grain in grains if grain.last < since and grain.first in known]
    kept = tuple(Milestone(grain, known[grain.first]) for grain in over)
    if not kept or terms.kind == MAINTAIN:
        return Renewed((), terms)
    left = [grain for grain in grains if grain.first > kept[-1].period.last]
    if not left:
        return Renewed(kept, None)
    return Renewed(kept, _rest(terms, kept, Period(left[0].first, terms.period.last)))


def _rest(terms: GoalTerms, kept: tuple[Milestone, ...], period: Period) -> GoalTerms:
    target = terms.target
    if terms.accumulation == CUMULATIVE:
        target = Fraction(target or 0) - sum(stone.value for stone in kept)
    baseline = terms.baseline
    if terms.accumulation in (CUMULATIVE, LEVEL):
        baseline = kept[-1].value if baseline is not None else None
    past = len(kept)
    return replace(
        terms,
        period=period,
        target=target,
        baseline=baseline,
        last_year=terms.last_year[past:] if terms.shape == SEASONAL else (),
        by_hand=terms.by_hand[past:],
    )


def renewal_problems(found: Renewed, terms: GoalTerms) -> Iterator[Problem]:
    """What is wrong with the rest of a path although its goal as a whole makes sense."""
    if found.rest is None:
        message = _("No milestone is left to change from that day on.")
        yield Problem("nothing_left", "valid_from", message)
        return
    if not found.kept:
        return
    rest = found.rest
    if terms.accumulation == CUMULATIVE and (rest.target or 0) <= 0:
        message = _(
            "The milestones before that day already ask for as much as the target:"
            " let the change hold from an earlier day."
        )
        yield Problem("target_already_asked", "target", message)
    else:
        yield from shape_problems(rest)
