"""Which model to believe: each forecasts the past from many days of it, the best one is chosen.

Rolling origin (KPIS C.6): at least eight cut-offs, the error of the period's total, ties to the
simpler model, and no status from a model whose 80 % interval held less than 65 % of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kpis.forecast import fitting
from kpis.forecast.methods import BY_NAME, MODELS, Model, Settings
from kpis.forecast.outcome import Outcome
from kpis.forecast.series import Days

FEWEST_CUTOFFS, MOST_CUTOFFS = 8, 12
SOUND_COVERAGE = 0.65
#: Errors that differ by less than this share are a tie.
TIE = 0.01
#: The past further back says little of how the models do now.
LOOK_BACK_DAYS = 366
#: Horizons a choice is made for; a goal takes the next longer one.
HORIZONS = (7, 14, 31, 61, 92, 183, 366)


@dataclass(frozen=True)
class Track:
    """How a model did: mean absolute error over the mean total, share of totals in its interval."""

    model: str
    error: float
    coverage: float
    cutoffs: int
    settings: Settings

    @property
    def is_sound(self) -> bool:
        return self.cutoffs >= FEWEST_CUTOFFS and self.coverage >= SOUND_COVERAGE


def horizon_class(horizon: int) -> int:
    """The horizon whose choice serves a period with so many days to come."""
    return next((each for each in HORIZONS if each >= horizon), HORIZONS[-1])


def cutoffs_for(length: int, needs: int, horizon: int) -> list[int]:
    """Lengths of the past to forecast from, evenly over the last year; [] if too few are possible."""
    first, last = max(needs, length - horizon - LOOK_BACK_DAYS), length - horizon
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


def choose(days: Days, horizon: int, models: Sequence[Model] = MODELS) -> Track | None:
    """The model for this series and horizon; None with too short a past for any.

    1. The same cut-offs for all, so that no model is tested on an easier time. 2. Prepared at the
    first of them: nothing it is tested on was known to it. 3. The sound one with the smallest
    error, or if none is sound the one with the smallest error. 4. Prepared again on all days.
    """
    able = candidates(len(days), horizon, models)
    if not able:
        return None
    cutoffs = cutoffs_for(len(days), max(model.needs_days for model in able), horizon)
    tracks = [track for model in able if (track := tested(model, days, horizon, cutoffs))]
    best = best_of(tracks)
    if best is None:
        return None
    settings = BY_NAME[best.model].prepare(days)
    if settings is None:
        return None
    return Track(best.model, best.error, best.coverage, best.cutoffs, settings)


def tested(model: Model, days: Days, horizon: int, cutoffs: Sequence[int]) -> Track | None:
    """A model's record over the cut-offs; None if it could not forecast from one of them."""
    settings = model.prepare(days.until(cutoffs[0]))
    if settings is None:
        return None
    missed, held, came = 0.0, 0, 0.0
    for cutoff in cutoffs:
        outcome = model.reads(settings, days.until(cutoff), 0.0, horizon)
        if outcome is None:
            return None
        total = sum(days.values[cutoff : cutoff + horizon])
        low, high = outcome.interval()
        missed, came = missed + abs(outcome.value - total), came + abs(total)
        held += low <= total <= high
    error = missed / came if came else float(missed > 0)
    return Track(model.name, error, held / len(cutoffs), len(cutoffs), settings)


def best_of(tracks: Sequence[Track]) -> Track | None:
    """The smallest error among the sound ones, else among all; ties to the one that comes first."""
    eligible = [track for track in tracks if track.is_sound] or list(tracks)
    if not eligible:
        return None
    limit = min(track.error for track in eligible) * (1 + TIE)
    return next(track for track in eligible if track.error <= limit)


def forecast(track: Track, days: Days, so_far: float, horizon: int) -> Outcome | None:
    """What the chosen model says now."""
    return BY_NAME[track.model].reads(track.settings, days, so_far, horizon)
