"""Where the gap between a goal and what came sits: in which segment, in which factor (KPIS D).

The arithmetic is that of "why did it move?"; what was expected stands in for the period before.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.compare import LAST_YEAR, PREVIOUS, Number
from kpis.explaining import FACTORS, Explanation, explanation
from kpis.goal_standing.basis import standing_on
from kpis.goal_standing.progress import Progress, filters_of
from kpis.goals import expected_within, milestone_of
from kpis.goals.status import TOO_EARLY
from kpis.goals.terms import CUMULATIVE, MAINTAIN, SEASONAL
from kpis.pages.reader import Reader
from kpis.pages.why_names import formula_names
from kpis.pages.why_sentence import sentence
from kpis.question import Question
from kpis.services import Standing, parameters_of, standing_of

#: The dimension whose values are named first; a goal about one channel is cut by its campaigns.
SEGMENTS = ("channel", "campaign", "device")


@dataclass(frozen=True)
class Gap:
    """One sentence by segment and one by factor; either may be "". `compared`: with which days.

    `of`: the running grain, where only that can be compared; "" for all that the goal is judged by.
    """

    by_segment: str
    by_factor: str
    compared: str
    is_behind: bool
    of: str = ""


def gap_of(
    client: Client, progress: Progress, reader: Reader, standing: Standing | None = None
) -> Gap | None:
    """None without anything to compare: no value, no milestone, a range, too early, or no period before.

    Where the days before all of it are not known, the running grain is held against the days
    before itself. Read without the agency's own costs, since every reader of the goal sees it.
    """
    expected, reading = progress.expected, progress.reading
    if expected is None or reading is None or progress.terms.kind == MAINTAIN:
        return None
    if progress.status == TOO_EARLY:  # what cannot be judged yet has nothing to take apart
        return None
    if not isinstance(progress.value, Value) or progress.value.value is None:
        return None
    standing = standing_on(standing or standing_of(client), progress.goal.cost_basis)
    reader = reader.in_currency(progress.goal.currency)
    whole = _gap(client, progress, reader, standing, reading.period, expected)
    running = running_grain(progress)
    if whole is not None or running is None:
        return whole
    wanted = expected_within(progress.stones, running)
    part = _gap(client, progress, reader, standing, running, wanted)
    return part and replace(part, of=reader.period(running))


def running_grain(progress: Progress) -> Period | None:
    """What has passed of the grain that runs, of a goal that adds up over more than one grain."""
    if progress.terms.accumulation != CUMULATIVE or len(progress.stones) < 2:
        return None
    stone = milestone_of(progress.stones, progress.as_of)
    return Period(stone.period.first, progress.as_of) if stone else None


def _gap(
    client: Client,
    progress: Progress,
    reader: Reader,
    standing: Standing,
    days: Period,
    expected: Number,
) -> Gap | None:
    goal = progress.goal
    compare = LAST_YEAR if progress.terms.shape == SEASONAL else PREVIOUS
    question = Question(
        (goal.kpi,), days, filters=dict(filters_of(goal)), compare=compare, currency=goal.currency
    )
    dimension = _dimension(client, progress, standing)
    found = [
        explanation(client, question, by, False, standing, Fraction(expected))
        for by in ((dimension, FACTORS) if dimension else (FACTORS,))
    ]
    said = [each for each in found if not each.obstacle]
    if not said:
        return None
    texts = {each.by: _text(client, each, reader) for each in said}
    comparison = said[0].reply.comparison
    return Gap(
        texts.get(dimension, ""),
        next((text for by, text in texts.items() if by.startswith(FACTORS)), ""),
        reader.days(comparison.period) if comparison and comparison.period else "",
        _is_behind(progress, said[0]),
    )


def _dimension(client: Client, progress: Progress, standing: Standing) -> str:
    """The first dimension of the KPI that the goal is not narrowed by; "" if there is none."""
    dimensions = progress.kpi.dimensions(parameters_of(client, standing))
    narrowed = {name for name, _values in filters_of(progress.goal)}
    return next((each for each in SEGMENTS if each in dimensions and each not in narrowed), "")


def _text(client: Client, found: Explanation, reader: Reader) -> str:
    return sentence(found, reader, formula_names(book_of(client), found.reply.parameters))


def _is_behind(progress: Progress, found: Explanation) -> bool:
    """On the bad side of what was expected."""
    is_below = (found.change or Fraction(0)) < 0
    return is_below == (progress.terms.kind == "increase")
