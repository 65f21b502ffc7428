"""What goals are forecast to end with, and how likely their targets are. For many goals at once.

The daily values come from `kpis.goal_standing.days`, the models from `kpis.forecast`, the choices of them
from `kpis.goal_standing.choices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpis.forecast import (
    Bell,
    Days,
    Outcome,
    Track,
    correlation_of,
    forecast,
    levelled,
    ratio,
)
from kpis.forecast.outcome import normal_sd
from kpis.goal_standing.choices import Choices
from kpis.goal_standing.days import Side, days_of, sides_of
from kpis.goal_standing.values import Ask, Asker
from kpis.goals import GoalTerms
from kpis.goals.terms import CAP, DECREASE, LEVEL, MAINTAIN

#: Ends the name of a model that was told of a jump in level.
JUMPED = "+jump"


@dataclass(frozen=True)
class GoalForecast:
    """The value at the end of the period, its 80 % interval, and P of reaching the target.

    `probability` None: its backtest allows no status by it. `model`: of `kpis.forecast.methods`,
    with `JUMPED` where a jump in level was seen.
    """

    model: str
    value: float
    low: float
    high: float
    probability: float | None


@dataclass(frozen=True)
class Subject:
    """A goal as a forecast sees it: its terms, what is asked of it, its last complete day."""

    key: int
    terms: GoalTerms
    ask: Ask
    as_of: date


def forecasts_of(
    asker: Asker, subjects: Sequence[Subject], *, may_choose: bool = False
) -> dict[int, GoalForecast]:
    """By the subjects' keys; absent where nothing can be forecast.

    1. Daily values of all sides, together. 2. The kept choices, and with `may_choose` new ones for
    those that are old or missing. 3. Each side's total at the end of the period; ratios divided.
    """
    wanted = {each.key: (each, _sides(asker, each)) for each in subjects if _is_open(each)}
    wanted = {key: found for key, found in wanted.items() if found[1]}
    if not wanted:
        return {}
    through = max(each.as_of for each, _sides_of_it in wanted.values())
    sides = [side for _subject, its in wanted.values() for side in its]
    days = days_of(asker, sides, through)
    choices = Choices(asker.client, through, may_choose)
    found = {}
    for key, (subject, its) in wanted.items():
        made = _forecast(subject, its, days, choices)
        if made is not None:
            found[key] = made
    choices.keep()
    return found


def _is_open(subject: Subject) -> bool:
    """Levels are judged by their milestones (KPIS C.5); what is over needs no forecast."""
    terms = subject.terms
    if terms.accumulation == LEVEL or terms.kpi.is_cohort:
        return False
    return terms.period.first <= subject.as_of < terms.period.last


def _sides(asker: Asker, subject: Subject) -> tuple[Side, ...]:
    return sides_of(subject.ask, asker.parameters(subject.terms.period))


def _forecast(
    subject: Subject, sides: Sequence[Side], days: dict[Side, Days], choices: Choices
) -> GoalForecast | None:
    horizon = (subject.terms.period.last - subject.as_of).days
    outcomes: list[Outcome] = []
    tracks: list[Track] = []
    jumped = ""
    for side in sides:
        known = days.get(side)
        if known is None:
            return None
        known = known.until((subject.as_of - known.first).days + 1)
        track = choices.of(side, known, horizon)
        so_far = known.total(subject.terms.period.first, subject.as_of)
        outcome = forecast(track, known, so_far, horizon) if track else None
        if track is None or outcome is None:
            return None
        outcomes.append(outcome)
        tracks.append(track)
        jumped = JUMPED if levelled(known) != known else jumped
    outcome = outcomes[0] if len(sides) == 1 else _divided(outcomes, [days[s] for s in sides])
    if outcome is None:
        return None
    low, high = outcome.interval()
    # Of two models the one under the fraction line is named: it is the one that is counted.
    return GoalForecast(
        tracks[-1].model + jumped,
        outcome.value,
        low,
        high,
        chance(subject.terms, outcome) if all(track.is_sound for track in tracks) else None,
    )


def _divided(outcomes: Sequence[Outcome], days: Sequence[Days]) -> Bell | None:
    over, under = outcomes
    length = min(map(len, days))
    together = correlation_of(days[0].values[-length:], days[1].values[-length:])
    return ratio(over.value, normal_sd(over), under.value, normal_sd(under), together)


def chance(terms: GoalTerms, outcome: Outcome) -> float:
    """P of ending on the good side: at or over the target, at or under it, or inside the range."""
    if terms.kind == MAINTAIN:
        inside = outcome.at_most(float(terms.high or 0)) - outcome.at_most(float(terms.low or 0))
        return max(0.0, min(1.0, inside))
    target = float(terms.target or 0)
    chance = outcome.at_most(target) if terms.kind in (CAP, DECREASE) else outcome.at_least(target)
    return max(0.0, min(1.0, chance))
