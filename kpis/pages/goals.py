"""What the goal pages show: each goal in a line, one with its milestones, and a draft before saving."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from accounts.models import Client
from kpis.book import book_of
from kpis.compare import Number
from kpis.formats import UNDEFINED
from kpis.goal_setting.rewriting import goal_grid
from kpis.goal_standing.basis import standing_on, stated
from kpis.goal_standing.progress import (
    Forecasting,
    GrainLine,
    Progress,
    filters_of,
    grain_lines,
    is_judged,
    progress_of,
)
from kpis.goals import whole_numbers
from kpis.goals.status import NOT_STARTED
from kpis.goals.terms import CUMULATIVE
from kpis.models import Accumulation, Goal, GoalKind
from kpis.pages.board import scope_of
from kpis.pages.goal_course import Outlook, course_of, outlook_of
from kpis.pages.goal_headline import Headline, headline_of
from kpis.pages.pledges import Pledge, in_urgency, pledge
from kpis.pages.reader import Reader
from kpis.pages.trend import Drawing, drawing
from kpis.question import Question
from kpis.services import answer, standing_of


def title_of(goal: Goal, client: Client) -> str:
    """What it is about, without its numbers."""
    name, scope = str(book_of(client)[goal.kpi].name), scope_of(goal)
    return f"{name} · {scope}" if scope else name


@dataclass(frozen=True)
class GoalRow:
    """A goal in the list. `kind` and `way` in words; `serves` names the goal above it."""

    goal: Goal
    pledge: Pledge
    period: str
    expected: str
    kind: str
    way: str
    serves: str


def goal_rows(client: Client, goals: Sequence[Goal], reader: Reader) -> list[GoalRow]:
    """Those that need attention first."""
    pledges = [pledge(each, reader, scope_of(each.goal)) for each in progress_of(client, goals)]
    names = {each.progress.goal.pk: each.name for each in pledges}
    return [
        _row(each, reader, names.get(each.progress.goal.parent_id or 0, ""))
        for each in in_urgency(pledges)
    ]


def _row(each: Pledge, reader: Reader, serves: str = "") -> GoalRow:
    progress = each.progress
    expected = None if each.status == NOT_STARTED else progress.expected
    return GoalRow(
        progress.goal,
        each,
        reader.period(progress.terms.period),
        UNDEFINED if expected is None else reader.number(expected, progress.kpi.unit),
        str(GoalKind(progress.terms.kind).label),
        str(Accumulation(progress.terms.accumulation).label),
        serves,
    )


@dataclass(frozen=True)
class MilestoneRow:
    period: str
    target: str
    target_so_far: str
    actual: str
    actual_so_far: str
    is_begun: bool


@dataclass(frozen=True)
class GoalPage:
    row: GoalRow
    headline: Headline
    course: Drawing | None
    outlook: Outlook | None
    drawing: Drawing
    milestones: tuple[MilestoneRow, ...]
    baseline: str
    as_of: str
    is_over: bool  # nothing of its period is to come
    is_cumulative: bool
    is_writable: bool
    stated: tuple[str, ...]


def goal_page(client: Client, goal: Goal, reader: Reader) -> GoalPage:
    """Inside a scope that holds the client."""
    standing = standing_of(client)
    (progress,) = progress_of(client, [goal], standing)
    if progress.forecast is None and not is_judged(progress):
        # Since the last evaluation a day went by or a figure came: one goal is forecast at once.
        (progress,) = progress_of(client, [goal], standing, Forecasting.NOW)
    reader = reader.in_currency(goal.currency)
    row = _row(pledge(progress, reader, scope_of(goal)), reader)
    filters = dict(filters_of(goal))
    question = Question(
        (goal.kpi,), progress.terms.period, by=goal.grain, filters=filters, currency=goal.currency
    )
    on_its_basis = standing_on(standing, goal.cost_basis)
    course = answer(client, question, sees_costs=False, standing=on_its_basis)
    outlook, lines = outlook_of(client, progress, reader), grain_lines(client, progress, standing)
    return GoalPage(
        row,
        headline_of(row.pledge, outlook.chance if outlook else "", lines, reader),
        course_of(client, progress, reader, on_its_basis),
        outlook,
        drawing(progress.kpi, course, [row.pledge], reader),
        tuple(_milestones(progress, lines, reader)),
        reader.number(goal.baseline, progress.kpi.unit) if goal.baseline is not None else "",
        reader.day(progress.as_of),
        progress.as_of >= progress.terms.period.last,
        progress.terms.accumulation == CUMULATIVE,
        goal_grid(client, goal) is not None,
        tuple(
            f"{label}: {', '.join(said)}" for label, said in stated(goal, progress.kpi, standing)
        ),
    )


def _milestones(
    progress: Progress, lines: Sequence[GrainLine], reader: Reader
) -> list[MilestoneRow]:
    def said(number: Number | None) -> str:
        return "" if number is None else reader.number(number, progress.kpi.unit)

    shown = _shown_targets(lines, progress)
    return [
        MilestoneRow(
            reader.period(line.period),
            said(target),
            said(so_far),
            reader.number(line.value.value, progress.kpi.unit) if line.value else "",
            said(line.actual_so_far),
            line.value is not None,
        )
        for line, (target, so_far) in zip(lines, shown, strict=True)
    ]


def _shown_targets(
    lines: Sequence[GrainLine], progress: Progress
) -> list[tuple[Number | None, Number | None]]:
    """Each milestone and the sum so far. Of a count in whole numbers that add up as they are shown."""
    exact: list[tuple[Number | None, Number | None]] = [
        (line.target, line.target_so_far) for line in lines
    ]
    targets = [line.target for line in lines if line.target is not None]
    is_whole = progress.terms.accumulation == CUMULATIVE and progress.kpi.unit == "count"
    if not is_whole or len(targets) != len(lines):
        return exact
    whole = whole_numbers(targets)
    return list(zip(whole, accumulate(whole), strict=True))
