"""A goal as it would be: its exact terms and everything wrong or questionable with it. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from accounts.queries import members_seeing
from campaigns.measures import DIMENSIONS
from kpis.book import book_of
from kpis.calendar import buckets
from kpis.catalogue import Parameters
from kpis.catalogue.kpi import COST_BASES
from kpis.goal_setting.alike import alike_problem, goals_alike
from kpis.goal_setting.baselines import baseline_for, history_of_wish, last_year_of
from kpis.goal_setting.queries import goal_in
from kpis.goal_setting.wishes import Baseline, GoalWish
from kpis.goal_standing.basis import history_for
from kpis.goals import (
    Feasibility,
    GoalKpi,
    GoalTerms,
    Problem,
    absolute_target,
    feasibility,
    problems,
    thresholds_from,
)
from kpis.goals.terms import CAP, LEVEL, LINEAR, MAINTAIN, SEASONAL
from kpis.models import Cadence, Goal, GuardOperator
from kpis.services import calendar_of, last_complete_of

#: More milestones than these are no goal any more.
MOST_GRAINS = 120
MOST_VALUES = 50


@dataclass(frozen=True)
class GoalDraft:
    """`baseline` None: it was typed, or there is none. `feasibility` None: too little is known.
    `alike` are the goals that a warning names."""

    terms: GoalTerms
    problems: tuple[Problem, ...]
    baseline: Baseline | None
    feasibility: Feasibility | None = None
    season: tuple[Decimal | None, ...] = ()
    thresholds: dict[str, dict[str, str]] | None = None
    alike: tuple[Goal, ...] = ()

    @property
    def wrong(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.is_warning]


def goal_draft(client: Client, wish: GoalWish, is_whole: bool = True) -> GoalDraft:
    """What a wish comes to. Raises DomainError unknown_kpi, or no_baseline for a target without one.

    1. The baseline, where the goal needs or shows one. 2. The absolute target. 3. Last year's values
    for a seasonal path. 4. What is wrong. 5. Of a sound goal, unless it is only to be checked
    (`is_whole`), which goals are about the same, and how far it goes beyond the client's own history.
    """
    book = book_of(client)
    if wish.kpi not in book:
        raise DomainError("unknown_kpi", _("There is no KPI called %(key)s.") % {"key": wish.kpi})
    parameters = _parameters(client, wish)
    kpi = GoalKpi.of(book[wish.kpi], parameters)
    early = tuple(_scope_problems(client, wish, parameters))
    if early:
        terms = _terms(client, wish, kpi, None, None)
        return GoalDraft(terms, early, None)
    found = _baseline(client, wish)
    number = wish.baseline if wish.baseline is not None else found.number if found else None
    terms = _terms(client, wish, kpi, _target(wish, number), number)
    season: tuple[Decimal | None, ...] = ()
    without = problems(replace(terms, shape=LINEAR))
    if wish.shape == SEASONAL and all(each.is_warning for each in without):
        season = tuple(_season(client, wish, terms))
        terms = replace(terms, last_year=season)
        if len(wish.season) not in (0, len(season)):
            message = _("Write a number for every milestone.")
            early = (Problem("season_incomplete", "season", message),)
    thresholds, wrong = thresholds_from(wish.thresholds)
    told = (
        *early,
        *problems(terms),
        *wrong,
        *_baseline_problems(wish, found),
        *_around(client, wish, parameters),
    )
    draft = GoalDraft(
        terms,
        tuple(sorted(told, key=lambda each: each.is_warning)),
        found,
        None,
        season,
        thresholds,
    )
    if draft.wrong or not is_whole:
        return draft
    alike = goals_alike(client, wish)
    history = history_of_wish(client, wish, wish.period.first)
    return replace(
        draft,
        problems=(*draft.problems, *(alike_problem(each, wish) for each in alike)),
        feasibility=feasibility(terms, history),
        alike=alike,
    )


def _parameters(client: Client, wish: GoalWish) -> Parameters:
    """Today's, on the cost basis that the goal would have; one that does not exist is refused later."""
    basis = wish.cost_basis if wish.cost_basis in COST_BASES else ""
    return history_for(client, basis).on(last_complete_of(client))


def _terms(
    client: Client,
    wish: GoalWish,
    kpi: GoalKpi,
    target: Fraction | None,
    baseline: Decimal | None,
) -> GoalTerms:
    is_range = wish.kind == MAINTAIN
    return GoalTerms(
        kpi=kpi,
        period=wish.period,
        kind=wish.kind,
        accumulation=wish.accumulation,
        target=None if is_range else target,
        low=wish.low if is_range else None,
        high=wish.high if is_range else None,
        tolerance=wish.tolerance,
        baseline=None if wish.kind in (CAP, MAINTAIN) else baseline,
        grain=wish.grain,
        shape=wish.shape,
        by_hand=wish.by_hand,
        rules=calendar_of(client),
    )


def _baseline(client: Client, wish: GoalWish) -> Baseline | None:
    """Read where the goal needs it, or where its days were asked for."""
    is_needed = (
        wish.target_as != "absolute"
        or wish.accumulation != "cumulative"
        or wish.shape == "compounding"
    )
    if wish.baseline is not None or not (is_needed or wish.baseline_period):
        return None
    if wish.kind == MAINTAIN:
        return None
    return baseline_for(client, wish)


def _target(wish: GoalWish, baseline: Decimal | None) -> Fraction | None:
    if wish.target is None:
        return None
    if wish.target_as != "absolute" and baseline is None:
        raise DomainError(
            "no_baseline",
            _("There is no value to start from yet: write the target as a number."),
            {"fields": [("target", _("There is no value to start from yet."))]},
        )
    if wish.target_as == "relative" and baseline == 0:
        told = _("The baseline is zero, and so is any share of it: write the target as a number.")
        raise DomainError("no_baseline", told, {"fields": [("target", told)]})
    return absolute_target(wish.target_as, wish.target, baseline)


def _season(client: Client, wish: GoalWish, terms: GoalTerms) -> Iterator[Decimal | None]:
    """Last year's values, with what somebody wrote over them."""
    found = last_year_of(client, wish, terms.grains)
    if len(wish.season) != len(found):
        yield from found
        return
    for own, value in zip(wish.season, found, strict=True):
        yield value if own is None else own


def _baseline_problems(wish: GoalWish, found: Baseline | None) -> Iterator[Problem]:
    if found is None or wish.baseline_period is None or found.is_closed:
        return
    message = _("Days of the baseline can still change: choose days that are closed.")
    yield Problem("baseline_open", "baseline_period", message)


def _scope_problems(client: Client, wish: GoalWish, parameters: Parameters) -> Iterator[Problem]:
    """What makes it impossible to ask for the numbers of this goal at all."""
    kpi = book_of(client)[wish.kpi]
    allowed = kpi.dimensions(parameters)
    for name, values in wish.filters:
        if name not in DIMENSIONS or name not in allowed:
            field = name if name in ("channel", "campaign") else "dimensions"
            yield Problem("not_applicable", field, _("This KPI cannot be cut in this way."))
        elif not 0 < len(values) <= MOST_VALUES:
            yield Problem("bad_filter", "dimensions", _("Name one value at least, or a few."))
    if wish.cost_basis and wish.cost_basis not in COST_BASES:
        yield Problem("cost_basis", "cost_basis", _("Unknown cost basis."))
    elif wish.cost_basis and "cost_basis" not in kpi.parameters:
        message = _("This KPI does not depend on which costs are counted.")
        yield Problem("cost_basis", "cost_basis", message)
    grain = wish.grain if wish.grain in ("week", "month", "quarter") else "month"
    if len(buckets(wish.period, grain, calendar_of(client))) > MOST_GRAINS:
        message = _("That makes too many milestones: choose a shorter period or longer steps.")
        yield Problem("too_many_grains", "grain", message)


def _around(client: Client, wish: GoalWish, parameters: Parameters) -> Iterator[Problem]:
    """What a goal names beside its own numbers: guard, parent, owner, review."""
    yield from _guard_problems(client, wish, parameters)
    if wish.parent is not None:
        parent = goal_in(client, wish.parent.pk)
        if parent is None or parent.archived_at is not None:
            yield Problem("unknown_parent", "parent", _("The client has no such goal."))
    if wish.owner is not None and not members_seeing(client).filter(pk=wish.owner.pk).exists():
        message = _("Choose somebody of the agency who sees this client.")
        yield Problem("unknown_owner", "owner", message)
    if wish.cadence and wish.cadence not in Cadence.values:
        yield Problem("cadence", "cadence", _("Reviews are daily, weekly, monthly or quarterly."))
    if not 0 < wish.required_share <= 1:
        message = _("The share of grains to be inside lies between 0 and 1.")
        yield Problem("required_share", "required_share", message)
    elif wish.required_share != 1 and (wish.kind, wish.accumulation) != (MAINTAIN, LEVEL):
        message = _("Only a level to be kept in a range counts its grains.")
        yield Problem("required_share", "required_share", message)


def _guard_problems(client: Client, wish: GoalWish, parameters: Parameters) -> Iterator[Problem]:
    if not wish.guard_kpi:
        if wish.guard_limit is not None:
            yield Problem("guard", "guard_kpi", _("Say which KPI guards the goal."))
        return
    book = book_of(client)
    if wish.guard_kpi not in book or wish.guard_kpi == wish.kpi:
        yield Problem("guard", "guard_kpi", _("Choose another KPI of the client as the guard."))
    elif wish.guard_limit is None or wish.guard_operator not in GuardOperator.values:
        yield Problem("guard", "guard_limit", _("Say what the guard may be at most, or at least."))
    else:
        asked = {name for name, _values in wish.filters}
        if not asked <= set(book[wish.guard_kpi].dimensions(parameters)):
            message = _("The guard cannot be cut in the way this goal is.")
            yield Problem("guard", "guard_kpi", message)
