"""Which model to believe: each forecasts the past from many days of it, and they are weighed by that.

Rolling origin (KPIS C.6): at least eight cut-offs, the error of the period's total, and no status
from a forecast whose 80 % interval held less than 65 % of them. The simplest model stands unless
all together, weighed, would have come nearer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from kpis.forecast import fitting
from kpis.forecast.combining import COMBINED, TOO_FAR, combined, combined_records
from kpis.forecast.jumps import levelled
from kpis.forecast.methods import BY_NAME, MODELS, Model, Settings
from kpis.forecast.outcome import Floored, Outcome, normal_sd
from kpis.forecast.records import (
    Record,
    Records,
    Trial,
    Trials,
    as_seen,
    faded_mean,
    shares_of_total,
    width_and_coverage,
)
from kpis.forecast.series import Days

FEWEST_CUTOFFS, MOST_CUTOFFS = 8, 12
SOUND_COVERAGE = 0.65
#: Cut-offs lie within a year, or two horizons: further back says little of how the models do now.
LOOK_BACK_DAYS, LOOK_BACK_HORIZONS = 366, 2
#: With a short past the tested horizon may be down to half of the one that is asked for.
SHORTEST_DAYS = 7
#: Up to a third of the past can be seen ahead as well as the cut-offs say.
PAST_OVER_HORIZON = 3.0
#: From here on half of the way counts too.
LONG_DAYS = 120
#: From here on the year's season matters, and after so many days it has been seen twice.
SEASON_DAYS, SEASON_KNOWN_DAYS = 21, 731
#: Horizons a choice is made for; a goal takes the next longer one.
HORIZONS = (7, 14, 31, 61, 92, 183, 366)


@dataclass(frozen=True)
class Track:
    """How a model did: mean absolute error over the mean total, share of totals in its interval.

    `width`: how many times its own interval has to be. `settings` of a combination: its `members`,
    [name, weight, settings] each.
    """

    model: str
    error: float
    coverage: float
    cutoffs: int
    settings: Settings
    width: float = 1.0

    @property
    def is_sound(self) -> bool:
        return self.cutoffs >= FEWEST_CUTOFFS and self.coverage >= SOUND_COVERAGE

    @property
    def is_known(self) -> bool:
        """Kept ones may name a model that is gone since."""
        if self.model != COMBINED:
            return self.model in BY_NAME
        return all(name in BY_NAME for name, _weight, _settings in self.settings["members"])


def horizon_class(horizon: int) -> int:
    """The horizon whose choice serves a period with so many days to come."""
    return next((each for each in HORIZONS if each >= horizon), HORIZONS[-1])


def cutoffs_for(length: int, needs: int, horizon: int) -> list[int]:
    """Lengths of the past to forecast from, evenly over the last year; [] if too few are possible."""
    look_back = max(LOOK_BACK_DAYS, LOOK_BACK_HORIZONS * horizon)
    first, last = max(needs, length - horizon - look_back), length - horizon
    count = min(MOST_CUTOFFS, last - first + 1)
    if count < FEWEST_CUTOFFS:
        return []
    return [first + round(step * (last - first) / (count - 1)) for step in range(count)]


def candidates(length: int, horizon: int, models: Sequence[Model] = MODELS) -> list[Model]:
    """The models that can be tested on so many days, and that this process can prepare."""
    return [
        model
        for model in models
        if horizon >= model.fewest_horizon
        and cutoffs_for(length, model.needs_days, horizon)
        and (not model.is_fitted or fitting.is_available())
    ]


def horizon_tried(length: int, horizon: int) -> int:
    """The horizon to test: the asked one, or with a short past as much of it as can be."""
    possible = length - MODELS[0].needs_days - FEWEST_CUTOFFS + 1
    shortest = max(min(horizon, SHORTEST_DAYS), horizon // 2)
    return max(shortest, min(horizon, possible))


class Workshop:
    """One series with what models were prepared on its first so many days: each of them once, for
    however many horizons it is asked."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self._known: dict[int, Days] = {}
        self._prepared: dict[tuple[str, int], Settings | None] = {}

    def known(self, length: int) -> Days:
        """What was known then, without a jump that could be seen then."""
        if length not in self._known:
            self._known[length] = levelled(self.days.until(length))
        return self._known[length]

    def prepare(self, model: Model, length: int) -> Settings | None:
        key = (model.name, length)
        if key not in self._prepared:
            self._prepared[key] = model.prepare(self.known(length))
        return self._prepared[key]


def choose(series: Days | Workshop, horizon: int, models: Sequence[Model] = MODELS) -> Track | None:
    """The models for this series and horizon, weighed; None with too short a past for any.

    1. The same cut-offs for all, so that no model is tested on an easier time. 2. Prepared at the
    first of them: nothing it is tested on was known to it. 3. The simplest, or all weighed where
    that comes nearer; a sound one before one that is not. 4. Prepared again on all days.
    """
    workshop = series if isinstance(series, Workshop) else Workshop(series)
    length = len(workshop.days)
    horizon = horizon_tried(length, horizon)
    able = candidates(length, horizon, models)
    if not able:
        return None
    trials = trials_of(workshop.days, max(model.needs_days for model in able), horizon)
    told = [records for model in able if (records := records_of(model, workshop, trials))]
    if not told:
        return None
    together, weights = combined_records(told, trials)
    simple, weighed = track_of(told[0], trials), track_of(together, trials)
    chosen = [(records, weight) for records, weight in zip(told, weights, strict=True) if weight]
    if is_preferred(simple, weighed):
        chosen = [(told[0], 1.0)]
    track = weighed if len(chosen) > 1 else track_of(chosen[0][0], trials)
    return _prepared(track, [(records[0].model, weight) for records, weight in chosen], workshop)


def is_preferred(simple: Track, weighed: Track) -> bool:
    """Ties go to the simpler one; of two the sound one, but not if it is far off."""
    if simple.error > TOO_FAR * weighed.error:
        return False
    if simple.is_sound != weighed.is_sound:
        return simple.is_sound
    return simple.error <= weighed.error


def trials_of(days: Days, needs: int, horizon: int) -> list[Trial]:
    """The cut-offs with what came by the end; where that takes most of a year, by half of it too.

    A choice for a year serves goals with half a year to come, for which the season is half of it all:
    who only gets the year's total right does not know it.
    """
    cutoffs = cutoffs_for(len(days), needs, horizon)
    is_known = horizon < SEASON_DAYS or len(days) >= SEASON_KNOWN_DAYS
    trials = []
    for ahead in (ceil(horizon / 2), horizon) if horizon >= LONG_DAYS else (horizon,):
        totals = tuple(sum(days.values[at : at + ahead]) for at in cutoffs)
        trials.append(Trial(tuple(cutoffs), ahead, totals, is_known))
    return trials


def _prepared(
    track: Track, members: Sequence[tuple[str, float]], workshop: Workshop
) -> Track | None:
    """With the settings that all days give; without members that cannot be had from them."""
    kept: list[Any] = [
        [name, weight, dict(settings)]
        for name, weight in members
        if (settings := workshop.prepare(BY_NAME[name], len(workshop.days))) is not None
    ]
    if not kept:
        return None
    if track.model == COMBINED:
        return replace(track, settings={"members": kept})
    return replace(track, settings=kept[0][2])


def records_of(model: Model, workshop: Workshop, trials: Trials) -> list[Record] | None:
    """What it said at each cut-off for each horizon; None if it could not forecast from one of them."""
    settings = workshop.prepare(model, trials[0].cutoffs[0])
    if settings is None:
        return None
    records = []
    for trial in trials:
        said = [model.tried(settings, workshop.known(at), trial.horizon) for at in trial.cutoffs]
        whole = [each for each in said if each is not None]
        if len(whole) < len(said):
            return None
        middles, spreads = (each.value for each in whole), map(normal_sd, whole)
        records.append(Record(model.name, tuple(middles), tuple(spreads)))
    return records


def track_of(records: Records, trials: Trials) -> Track:
    width, coverage = width_and_coverage(records, trials)
    error = faded_mean(shares_of_total(records, trials), trials[-1].fading())
    return Track(records[-1].model, error, coverage, len(trials[-1].cutoffs), {}, width)


def forecast(track: Track, days: Days, so_far: float, horizon: int) -> Outcome | None:
    """What the chosen model says now, as wide as its record asks for.

    Further ahead than a third of the past it is wider in proportion: an error in the level counts for
    every day, and no cut-off could try so much. What only ever adds up ends at what has come by now,
    or above.
    """
    known = levelled(days)
    if track.model == COMBINED:
        outcome = combined(track.settings["members"], _tried, known, so_far, horizon)
    else:
        outcome = BY_NAME[track.model].reads(track.settings, known, so_far, horizon)
    if outcome is None:
        return None
    stretch = max(1.0, PAST_OVER_HORIZON * horizon / len(days))
    outcome = as_seen(outcome, track.width * stretch)
    return Floored(outcome, so_far) if min(days.values) >= 0 else outcome


def _tried(name: str, settings: Mapping[str, Any], days: Days, horizon: int) -> Outcome | None:
    return BY_NAME[name].tried(settings, days, horizon)
