"""What goals are forecast to end with, and how likely their targets are. For many goals at once.

The daily values come from `kpis.goal_days`, the models from `kpis.forecast`. Which model is chosen
is kept for a week: the night chooses again, a seventh of all each night, since fitting is dear; a
web process reads on with what there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from zlib import crc32

from accounts.models import Client
from kpis.forecast import (
    Bell,
    Days,
    Outcome,
    Track,
    choose,
    correlation_of,
    forecast,
    horizon_class,
    ratio,
)
from kpis.forecast.methods import BY_NAME, MODELS
from kpis.forecast.outcome import normal_sd
from kpis.goal_days import Side, days_of, scope_text, sides_of
from kpis.goal_values import Ask, Asker
from kpis.goals import GoalTerms
from kpis.goals.terms import CAP, DECREASE, LEVEL, MAINTAIN
from kpis.models import ForecastChoice

#: Every choice has its day of the week, on which the night makes it again, fitted models included.
WEEK = 7
_LONGEST_SCOPE = 64
#: KPI, part, scope, currency, horizon.
_Key = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class GoalForecast:
    """The value at the end of the period, its 80 % interval, and P of reaching the target.

    `probability` None: its backtest allows no status by it. `model`: of `kpis.forecast.methods`.
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
    choices = _Choices(asker.client, through, may_choose)
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
    subject: Subject, sides: Sequence[Side], days: dict[Side, Days], choices: "_Choices"
) -> GoalForecast | None:
    horizon = (subject.terms.period.last - subject.as_of).days
    outcomes: list[Outcome] = []
    tracks: list[Track] = []
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
    outcome = outcomes[0] if len(sides) == 1 else _divided(outcomes, [days[s] for s in sides])
    if outcome is None:
        return None
    low, high = outcome.interval()
    # Of two models the one under the fraction line is named: it is the one that is counted.
    return GoalForecast(
        tracks[-1].model,
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


class _Choices:
    """The client's kept choices, read once; new ones are written together by `keep`."""

    def __init__(self, client: Client, today: date, may_choose: bool) -> None:
        self.client, self.today, self.may_choose = client, today, may_choose
        rows = ForecastChoice.objects.filter(agency_id=client.agency_id, client=client)
        self._rows = {_key(row): row for row in rows}
        self._new: dict[_Key, ForecastChoice] = {}
        self._none: set[_Key] = set()

    def of(self, side: Side, days: Days, horizon: int) -> Track | None:
        length = horizon_class(horizon)
        scope = scope_text(side)
        if len(scope) > _LONGEST_SCOPE:
            scope = blake2b(scope.encode(), digest_size=16).hexdigest()
        key = (side.kpi, side.part, scope, side.currency, length)
        row = self._new.get(key) or self._rows.get(key)
        is_its_day = self.may_choose and self._is_its_day(key)
        if row is not None and (not is_its_day or row.chosen_on == self.today):
            return _track(row)
        if key in self._none:
            return None
        models = MODELS if is_its_day else [each for each in MODELS if not each.is_fitted]
        track = choose(days, length, models)
        if track is None:
            self._none.add(key)
            return None
        row = ForecastChoice(
            agency_id=self.client.agency_id, client=self.client, kpi=side.kpi, part=side.part,
            scope=scope, currency=side.currency, horizon=length, model=track.model,
            error=track.error, coverage=track.coverage, cutoffs=track.cutoffs, width=track.width,
            settings=dict(track.settings), chosen_on=self.today,
        )  # fmt: skip
        self._new[key] = row
        return track

    def _is_its_day(self, key: _Key) -> bool:
        """Spread over the week by chance, and the same however often it is asked."""
        return crc32(repr((self.client.pk, key)).encode()) % WEEK == self.today.toordinal() % WEEK

    def keep(self) -> None:
        """One upsert. What a web process chose without fitting is not kept."""
        if not self.may_choose or not self._new:
            return
        ForecastChoice.objects.bulk_create(
            self._new.values(),
            update_conflicts=True,
            unique_fields=["agency", "client", "kpi", "part", "scope", "currency", "horizon"],
            update_fields=[
                "model", "error", "coverage", "cutoffs", "width", "settings", "chosen_on",
            ],
        )  # fmt: skip


def _key(row: ForecastChoice) -> _Key:
    return row.kpi, row.part, row.scope, row.currency, row.horizon


def _track(row: ForecastChoice) -> Track | None:
    if row.model not in BY_NAME:
        return None
    return Track(row.model, row.error, row.coverage, row.cutoffs, row.settings, row.width)
