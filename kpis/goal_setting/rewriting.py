"""The milestones of a running goal written by hand, and the way back to what it asked for before.

Both make a version from a day on, like every other change of a goal (`kpis.goal_setting.changing`).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.book import book_of
from kpis.calendar import ONE_DAY, Period
from kpis.formats import exact_text, to_decimal
from kpis.goal_setting.changing import goal_change, lay_stones, refuse_decided
from kpis.goal_setting.queries import stones_of, versions_of
from kpis.goal_setting.versions import version_keep
from kpis.goal_standing.judging import goals_judge_again
from kpis.goal_standing.progress import terms_of
from kpis.goals import Milestone
from kpis.goals.rewriting import Grid, grid_of
from kpis.goals.terms import CUMULATIVE, MANUAL
from kpis.models import Goal
from kpis.services import last_complete_of

#: Digits after the point of what people write; percent as a fraction.
PLACES = {"count": 0, "percent": 4}


def goal_grid(client: Client, goal: Goal) -> Grid | None:
    """The goal's milestones to be written; None where there is nothing to write any more."""
    if goal.archived_at is not None or goal.closed_on is not None:
        return None
    stones = stones_of(client, [goal]).get(goal.pk, [])
    today = last_complete_of(client) + ONE_DAY
    places = PLACES.get(book_of(client)[goal.kpi].unit, 2)
    grid = grid_of(terms_of(client, goal), stones, today, places)
    return grid if grid is not None and grid.open else None


def goal_rewrite(
    client: Client,
    goal: Goal,
    written: Sequence[Decimal | None],
    seen: int,
    author_id: int | None = None,
    reason: str = "",
) -> Goal:
    """Give the steps that are not over the milestones that somebody wrote, from the first changed on.

    `written`: one for each open step of `goal_grid`. `seen`: the number of the version that the
    writer saw. DomainError `goal_invalid` at `by_hand`, `goal_moved_on` where somebody was quicker.
    """
    goal = _lock(goal, seen)
    grid = goal_grid(client, goal)
    if grid is None:
        raise _refused(_("No milestone of this goal can be written any more."))
    numbers = [number for number in written if number is not None]
    if len(numbers) != len(grid.open) or len(written) != len(grid.open):
        raise _refused(_("Write a number for every milestone."))
    if missing := grid.missing(numbers):
        raise _refused(
            _("The milestones do not add up to the target: %(number)s are still to be given.")
            % {"number": exact_text(missing)}
            if missing > 0
            else _("The milestones do not add up to the target: they are %(number)s too much.")
            % {"number": exact_text(-missing)}
        )
    since = grid.first_changed(numbers)
    if since is None:
        raise _refused(_("Nothing has been changed."))
    path = _exact_path(client, goal, grid, numbers, since)
    changes = {"shape": MANUAL, "by_hand": path}
    return goal_change(client, goal, changes, since, author_id, reason)


def _exact_path(
    client: Client, goal: Goal, grid: Grid, numbers: Sequence[Decimal], since: date
) -> tuple[Decimal, ...]:
    """The whole path. Steps that nobody touched stay as exact as they were; what whole numbers leave
    of an amount is put on its largest step."""
    stones = stones_of(client, [goal])[goal.pk]
    over = len(grid.kept)
    before, after = stones[:over], stones[over:]
    is_sum = goal.accumulation == CUMULATIVE
    exact = [stone.value for stone in before]
    for stone, shown, number in zip(after, grid.open, numbers, strict=True):
        is_kept = stone.period.last < since or (not is_sum and shown.value == number)
        exact.append(stone.value if is_kept else Fraction(number))
    if is_sum:
        begun = next(i for i, stone in enumerate(stones) if stone.period.last >= since)
        largest = max(range(begun, len(exact)), key=lambda i: (exact[i], i))
        exact[largest] += Fraction(goal.target or 0) - sum(exact)
    return tuple(to_decimal(value) for value in exact)


def goal_revert(
    client: Client, goal: Goal, number: int, seen: int, author_id: int | None = None
) -> Goal:
    """Let a goal ask again for exactly what it asked for in an earlier version: a new one, which
    holds from the first day on which another one came to ask for something else.

    DomainError `unknown_version`, `goal_moved_on`, `goal_archived`, `goal_decided`.
    """
    goal = _lock(goal, seen)
    if goal.archived_at is not None:
        raise DomainError("goal_archived", _("This goal is archived. Restore it first."))
    refuse_decided(goal)
    versions = list(versions_of(goal))
    version = next((each for each in versions[:-1] if each.pk == number), None)
    if version is None:
        raise DomainError("unknown_version", _("The goal has no such earlier version."))
    since = min(each.valid_from for each in versions if each.pk > version.pk)
    for name in ("target", "low", "high", "ends_on", "entered_as", "entered", "shape", "season"):
        setattr(goal, name, getattr(version, name))
    goal.save()
    stones = [
        Milestone(Period(date.fromisoformat(first), date.fromisoformat(last)), Fraction(value))
        for first, last, value in version.milestones
    ]
    reason = _("Back to what it asked for since %(day)s.") % {"day": version.valid_from}
    version_keep(goal, since, lay_stones(client, goal, stones), author_id, reason)
    goals_judge_again(client, [goal])
    return goal


def _lock(goal: Goal, seen: int) -> Goal:
    goal = Goal.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=goal.pk)
    if versions_of(goal).values_list("pk", flat=True).last() != seen:
        message = _("Somebody has changed this goal since you opened it: look at it again first.")
        raise DomainError("goal_moved_on", message)
    return goal


def _refused(message: str) -> DomainError:
    return DomainError("goal_invalid", message, {"fields": [("by_hand", message)]})
