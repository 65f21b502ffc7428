"""Which model to believe: each forecasts the past from many days of it, the best one is chosen.

Rolling origin (KPIS C.6): at least eight cut-offs, the error of the period's total, ties to the
simpler model, and no status from a model whose 80 % interval held less than 65 % of them. Where a
model's own interval turns out too narrow, it is widened by what the cut-offs before have shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from kpis.forecast import fitting
from kpis.forecast.methods import BY_NAME, MODELS, Model, Settings
from kpis.forecast.outcome import COVERAGE, Outcome
from kpis.forecast.series import Days

FEWEST_CUTOFFS, MOST_CUTOFFS = 8, 12
SOUND_COVERAGE = 0.65
#: Errors that differ by less than this share are a tie: a dozen cut-offs tell no finer.
TIE = 0.05
#: Cut-offs lie within a year, or two horizons: further back says little of how the models do now.
LOOK_BACK_DAYS, LOOK_BACK_HORIZONS = 366, 2
#: Cut-offs after which an interval may be found too narrow.
FEWEST_TO_WIDEN = 4
#: With a short past the tested horizon may be down to half of the one that is asked for.
SHORTEST_DAYS = 7
#: What a miss counts for that a certain forecast made.
FAR_OFF = 10.0
#: Horizons a choice is made for; a goal takes the next longer one.
HORIZONS = (7, 14, 31, 61, 92, 183, 366)


@dataclass(frozen=True)
class Track:
    """How a model did: mean absolute error over the mean total, share of totals in its interval.

    `width`: how many times its own interval has to be, from what all cut-offs have shown.
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
        self._prepared: dict[tuple[str, int], Settings | None] = {}

    def prepare(self, model: Model, length: int) -> Settings | None:
        key = (model.name, length)
        if key not in self._prepared:
            self._prepared[key] = model.prepare(self.days.until(length))
        return self._prepared[key]


def choose(series: Days | Workshop, horizon: int, models: Sequence[Model] = MODELS) -> Track | None:
    """The model for this series and horizon; None with too short a past for any.

    1. The same cut-offs for all, so that no model is tested on an easier time. 2. Prepared at the
    first of them: nothing it is tested on was known to it. 3. The sound one with the smallest
    error, or if none is sound the one with the smallest error. 4. Prepared again on all days.
    """
    workshop = series if isinstance(series, Workshop) else Workshop(series)
    days = workshop.days
    horizon = horizon_tried(len(days), horizon)
    able = candidates(len(days), horizon, models)
    if not able:
        return None
    cutoffs = cutoffs_for(len(days), max(model.needs_days for model in able), horizon)
    tracks = [track for model in able if (track := _record(model, workshop, horizon, cutoffs))]
    best = best_of(tracks)
    if best is None:
        return None
    settings = workshop.prepare(BY_NAME[best.model], len(days))
    return None if settings is None else replace(best, settings=settings)


def record_of(model: Model, days: Days, horizon: int, cutoffs: Sequence[int]) -> Track | None:
    """A model's record over the cut-offs; None if it could not forecast from one of them.

    Whether a total lay in the interval is asked of the interval as it would have been shown then:
    widened by the cut-offs before it.
    """
    return _record(model, Workshop(days), horizon, cutoffs)


def _record(model: Model, workshop: Workshop, horizon: int, cutoffs: Sequence[int]) -> Track | None:
    days, settings = workshop.days, workshop.prepare(model, cutoffs[0])
    if settings is None:
        return None
    missed, held, came = 0.0, 0, 0.0
    strains: list[float] = []
    for cutoff in cutoffs:
        outcome = model.reads(settings, days.until(cutoff), 0.0, horizon)
        if outcome is None:
            return None
        total = sum(days.values[cutoff : cutoff + horizon])
        missed, came = missed + abs(outcome.value - total), came + abs(total)
        strain = _strain(outcome, total)
        held += strain <= _width(strains)
        strains.append(strain)
    error = missed / came if came else float(missed > 0)
    share = held / len(cutoffs)
    return Track(model.name, error, share, len(cutoffs), settings, _width(strains))


def _strain(outcome: Outcome, total: float) -> float:
    """How far off it was, in halves of the interval on that side; up to 1 is inside."""
    low, high = outcome.interval()
    if low <= total <= high:
        return 0.0 if high == low else abs(total - outcome.value) / (high - low)
    half = (high - outcome.value) if total > high else (outcome.value - low)
    return abs(total - outcome.value) / half if half > 0 else FAR_OFF


def _width(strains: Sequence[float]) -> float:
    """So wide that four fifths of what was seen lie inside; never narrower than the model's own."""
    if len(strains) < FEWEST_TO_WIDEN:
        return 1.0
    return max(1.0, sorted(strains)[ceil(COVERAGE * len(strains)) - 1])


def best_of(tracks: Sequence[Track]) -> Track | None:
    """The smallest error among the sound ones, else among all; ties to the one that comes first."""
    eligible = [track for track in tracks if track.is_sound] or list(tracks)
    if not eligible:
        return None
    limit = min(track.error for track in eligible) * (1 + TIE)
    return next(track for track in eligible if track.error <= limit)


def forecast(track: Track, days: Days, so_far: float, horizon: int) -> Outcome | None:
    """What the chosen model says now, as wide as its record asks for."""
    outcome = BY_NAME[track.model].reads(track.settings, days, so_far, horizon)
    return outcome.widened(track.width) if outcome and track.width > 1 else outcome
