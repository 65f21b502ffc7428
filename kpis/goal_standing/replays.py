"""A goal's last days judged once more, each by what could be seen of it then. Nothing is written.

Figures, terms and choices of models are those of today; the evidence, the judge and the machine are
those of the night. All days are read together, as many goals are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from accounts.models import Client
from kpis.calculate import Scope, state_of
from kpis.goal_setting.queries import stones_of
from kpis.goal_standing.basis import standing_on
from kpis.goal_standing.cohorts import cohort_forecasts_of
from kpis.goal_standing.evidence import Draft, Read, evidence_of, read_all
from kpis.goal_standing.forecasts import Subject, forecasts_of
from kpis.goal_standing.progress import draft_of, through_of
from kpis.goal_standing.values import Asker
from kpis.goals import PACE, PROBABILITY, Bands, Evidence, Verdict, bands_of, judge
from kpis.goals.replaying import Replay, replayed
from kpis.models import Goal
from kpis.services import Standing, standing_of

#: Days of which each takes questions of its own; a KPI that needs more is not replayed.
MOST_ALONE = 13


@dataclass(frozen=True)
class GoalReplay:
    """`replay` None: the KPI is recounted for every single day, which is too dear for a page.

    By the last day that could be judged: the KPI's value, and P of reaching the target if the goal
    went by it.
    """

    first: date
    last: date
    replay: Replay | None
    actuals: Mapping[date, Decimal | None]
    chances: Mapping[date, float]


def goal_replay(client: Client, goal: Goal, days: int) -> GoalReplay:
    """The nights after each of the last complete days. Inside a scope that holds the client.

    1. What each night would have read, up to the last day that it could judge. 2. All values and
    forecasts together. 3. The machine over the verdicts.
    """
    standing = standing_on(standing_of(client), goal.cost_basis)
    last = standing.last_complete
    first = last - timedelta(days=days - 1)
    drafts = _drafts(client, goal, standing, first, days)
    asker = Asker(client, standing)
    if _is_too_dear(asker, [each for each, _then in drafts.values()]):
        return GoalReplay(first, last, None, {}, {})
    read = read_all(asker, [each for each, _then in drafts.values()])
    chances = _chances(asker, [each.draft for each in read])
    known = {
        day: evidence_of(then, _as_of(then, each), chances.get(day))
        for each, (day, (_draft, then)) in zip(read, drafts.items(), strict=True)
    }
    bands = (bands_of(goal.thresholds, PACE), bands_of(goal.thresholds, PROBABILITY))
    course = [
        (day, partial(_verdict, drafts[day][0], evidence, bands)) for day, evidence in known.items()
    ]
    actuals = {
        day: each.value.value if each.value else None for day, each in zip(known, read, strict=True)
    }
    return GoalReplay(first, last, replayed(course), actuals, chances)


def _drafts(
    client: Client, goal: Goal, standing: Standing, first: date, days: int
) -> dict[date, tuple[Draft, Asker]]:
    """By the last day that a night could judge, each once: the draft, and who asked on that night."""
    stones = tuple(stones_of(client, [goal]).get(goal.pk, ()))
    found: dict[date, tuple[Draft, Asker]] = {}
    for number in range(days):
        then = replace(standing, last_complete=first + timedelta(days=number))
        asker = Asker(client, then)
        as_of = through_of(client, [goal], then)[goal.pk]
        found.setdefault(as_of, (draft_of(client, goal, stones, as_of, asker), asker))
    return found


def _is_too_dear(asker: Asker, drafts: Sequence[Draft]) -> bool:
    asks = [each.ask(each.reading.period) for each in drafts if each.reading]
    together = asker.together(asks)
    return len({ask for ask in asks if ask not in together}) > MOST_ALONE


def _chances(asker: Asker, drafts: Sequence[Draft]) -> dict[date, float]:
    """By day; absent where the goal goes by its pace. No model is fitted or kept here.

    The newest day comes first: what has no kept choice takes the one that today would make.
    """
    subjects = [
        Subject(each.as_of.toordinal(), each.terms, each.ask(each.terms.period), each.as_of)
        for each in reversed(drafts)
    ]
    made = forecasts_of(asker, subjects) | cohort_forecasts_of(asker, subjects)
    return {
        date.fromordinal(key): each.probability
        for key, each in made.items()
        if each.probability is not None
    }


def _as_of(then: Asker, read: Read) -> Read:
    """With the value as far as it had settled by then: what is final today was not on that night."""
    if read.value is None or read.draft.reading is None or read.value.state == "partial":
        return read
    period = read.draft.reading.period
    scope = Scope(then.coverage(period), then.parameters(period))
    return replace(read, value=replace(read.value, state=state_of(read.draft.kpi, scope)))


def _verdict(draft: Draft, known: Evidence, bands: tuple[Bands, Bands], committed: str) -> Verdict:
    return judge(draft.terms, draft.stones, replace(known, committed=committed), *bands)
