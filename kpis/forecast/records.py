"""How forecasts of the past did: what was said at each cut-off, how far off, how wide it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, pi

from kpis.forecast.outcome import COVERAGE, Bell, Outcome, normal_sd
from kpis.forecast.tails import t_quantile

#: Of two cut-offs one after the other, the older says so much less of how a model does now.
FADING = 0.9
#: How wide a forecast has to be changes sooner than which one is good.
WIDTH_FADING = 0.8
#: An interval's own width counts as so many cut-offs that do not overlap.
OWN_WIDTH = 2.0
#: With fewer of them nothing shows that a model is too modest, but it may be too bold.
FEWEST_APART = 3.0
#: What is seen of errors in a dozen cut-offs has fatter tails than a bell.
FREEDOM = 3.0
#: However calm the cut-offs were, the next one may be as usual.
NARROWEST = 0.5
#: Spreads away that a miss counts for at most.
FAR_OFF = 10.0
#: Spread of a bell over the mean size of its deviations.
BELL_TO_MEAN = (pi / 2) ** 0.5


@dataclass(frozen=True)
class Trial:
    """Lengths of the past that were forecast from, and the totals of the `horizon` days that came."""

    cutoffs: tuple[int, ...]
    horizon: int
    totals: tuple[float, ...]

    def fading(self, by: float = FADING) -> list[float]:
        """What each cut-off counts for; the last one 1."""
        return [by**age for age in reversed(range(len(self.cutoffs)))]

    @property
    def apart(self) -> float:
        """As how many cut-offs count that do not overlap."""
        return min(len(self.cutoffs), (self.cutoffs[-1] - self.cutoffs[0]) / self.horizon + 1)


@dataclass(frozen=True)
class Record:
    """What one model said: the middles, and the spreads of its law (`freedom`: of Student's t)."""

    model: str
    middles: tuple[float, ...]
    spreads: tuple[float, ...]
    freedom: float = inf


def errors_of(record: Record, trial: Trial) -> list[float]:
    return [abs(said - came) for said, came in zip(record.middles, trial.totals, strict=True)]


def faded_mean(values: Sequence[float], counts: Sequence[float]) -> float:
    return sum(v * n for v, n in zip(values, counts, strict=True)) / sum(counts)


def share_of_total(record: Record, trial: Trial) -> float:
    """Mean absolute error over the mean total."""
    missed = faded_mean(errors_of(record, trial), trial.fading())
    came = faded_mean([abs(each) for each in trial.totals], trial.fading())
    return missed / came if came else float(missed > 0)


def width_and_coverage(record: Record, trial: Trial) -> tuple[float, float]:
    """(how many times as wide as its own law it has to be, share of totals within 80 % intervals).

    Whether a total lay inside is asked of the width that all other cut-offs ask for.
    """
    strains = [
        min(FAR_OFF, error / spread) if spread > 0 else FAR_OFF * (error > 0)
        for error, spread in zip(errors_of(record, trial), record.spreads, strict=True)
    ]
    counts = trial.fading(WIDTH_FADING)
    held = 0
    for at, strain in enumerate(strains):
        others = [*counts[:at], 0.0, *counts[at + 1 :]]
        width = _width(strains, others, trial.apart)
        freedom = record.freedom if width == 1.0 else FREEDOM
        held += strain <= width * t_quantile((1 + COVERAGE) / 2, freedom)
    return _width(strains, counts, trial.apart), held / len(strains)


def _width(strains: Sequence[float], counts: Sequence[float], apart: float) -> float:
    """From the mean size of what was seen and, as some cut-offs more, of what the model said.

    Errors of the past instead of the model's own belief (Chatfield 1993, "Calculating interval
    forecasts"), drawn towards that belief, because a dozen cut-offs that overlap tell little. The
    mean size and not its square: one day of madness is no measure of all days to come.
    """
    seen = BELL_TO_MEAN * faded_mean(strains, counts)
    width = (apart * seen + OWN_WIDTH) / (apart + OWN_WIDTH)
    return max(1.0 if apart < FEWEST_APART else NARROWEST, width)


def as_seen(outcome: Outcome, width: float) -> Outcome:
    """The outcome as wide as it has to be; a bell gets the tails of what was seen.

    A width of exactly 1 is the model's own law, because nothing else is known.
    """
    if isinstance(outcome, Bell) and width != 1.0 and outcome.freedom > FREEDOM:
        return Bell(outcome.value, normal_sd(outcome) * width, FREEDOM)
    return outcome.widened(width)
