"""How forecasts of the past did: what was said at each cut-off, how far off, how wide it should be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, sqrt

from kpis.forecast.outcome import COVERAGE, Bell, Outcome, normal_sd
from kpis.forecast.series import mean
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
#: Half of an 80 % interval of that law, in mean sizes of its errors: 1.6377 · π / (2·√3).
HALF_TO_MEAN = 1.4852
#: Half of an 80 % interval of a bell, in its spreads.
HALF_OF_BELL = t_quantile((1 + COVERAGE) / 2, inf)
#: The mean size of n errors is itself a guess: √(1 + 5/n) times as wide is on the safe side.
GUESSED = 5.0


@dataclass(frozen=True)
class Trial:
    """Lengths of the past that were forecast from, and the totals of the `horizon` days that came.

    `is_season_known` False: the horizon is long enough for the season to matter, and the past too
    short to have seen it twice.
    """

    cutoffs: tuple[int, ...]
    horizon: int
    totals: tuple[float, ...]
    is_season_known: bool = True

    def fading(self, by: float = FADING) -> list[float]:
        """What each cut-off counts for; the last one 1."""
        return [by**age for age in reversed(range(len(self.cutoffs)))]

    @property
    def apart(self) -> float:
        """As how many cut-offs count that do not overlap; those that knew no season a third."""
        count = min(len(self.cutoffs), (self.cutoffs[-1] - self.cutoffs[0]) / self.horizon + 1)
        return count if self.is_season_known else count / 3

    @property
    def size(self) -> float:
        """The mean total; 1 where nothing came."""
        return faded_mean([abs(each) for each in self.totals], self.fading()) or 1.0


@dataclass(frozen=True)
class Record:
    """What one model said: the middles, and the spreads of its law."""

    model: str
    middles: tuple[float, ...]
    spreads: tuple[float, ...]


#: Of the same cut-offs to several horizons, the one that is asked for last.
Trials = Sequence[Trial]
Records = Sequence[Record]


def errors_of(record: Record, trial: Trial) -> list[float]:
    return [abs(said - came) for said, came in zip(record.middles, trial.totals, strict=True)]


def faded_mean(values: Sequence[float], counts: Sequence[float]) -> float:
    return sum(v * n for v, n in zip(values, counts, strict=True)) / sum(counts)


def shares_of_total(records: Records, trials: Trials) -> list[float]:
    """At each cut-off the error over the mean total, on average of the horizons."""
    return _averaged(
        _over(errors_of(record, trial), trial.size)
        for record, trial in zip(records, trials, strict=True)
    )


def width_and_coverage(records: Records, trials: Trials) -> tuple[float, float]:
    """(how many times as wide its 80 % interval has to be, share of last horizon's totals within it).

    Whether a total lay inside is asked of the width that all other cut-offs ask for.
    """
    strains = [_strains(record, trial) for record, trial in zip(records, trials, strict=True)]
    both, last = _averaged(strains), trials[-1]
    counts = last.fading(WIDTH_FADING)
    held = 0
    for at, strain in enumerate(strains[-1]):
        others = [*counts[:at], 0.0, *counts[at + 1 :]]
        held += strain <= _width(both, others, last.apart) * HALF_OF_BELL
    return _width(both, counts, last.apart), held / len(both)


def _strains(record: Record, trial: Trial) -> list[float]:
    """The errors in spreads of the record's own law."""
    return [
        min(FAR_OFF, error / spread) if spread > 0 else FAR_OFF * (error > 0)
        for error, spread in zip(errors_of(record, trial), record.spreads, strict=True)
    ]


def _over(values: Sequence[float], size: float) -> list[float]:
    return [each / size for each in values]


def _averaged(rows: Iterable[Sequence[float]]) -> list[float]:
    return [mean(column) for column in zip(*rows, strict=True)]


def _width(strains: Sequence[float], counts: Sequence[float], apart: float) -> float:
    """From the mean size of what was seen and, as some cut-offs more, of what the model said.

    Errors of the past instead of the model's own belief (Chatfield 1993, "Calculating interval
    forecasts"), drawn towards that belief, because a dozen cut-offs that overlap tell little. The
    mean size and not its square: one day of madness is no measure of all days to come.
    """
    seen = HALF_TO_MEAN / HALF_OF_BELL * faded_mean(strains, counts) * sqrt(1 + GUESSED / apart)
    width = (apart * seen + OWN_WIDTH) / (apart + OWN_WIDTH)
    return max(1.0 if apart < FEWEST_APART else NARROWEST, width)


def as_seen(outcome: Outcome, width: float) -> Outcome:
    """The outcome with its 80 % interval so many times as wide; a bell gets the tails of what was seen.

    A width of exactly 1 is the model's own law, because nothing else is known.
    """
    if isinstance(outcome, Bell) and width != 1.0 and outcome.freedom > FREEDOM:
        half = normal_sd(outcome) * HALF_OF_BELL * width
        return Bell(outcome.value, half / t_quantile((1 + COVERAGE) / 2, FREEDOM), FREEDOM)
    return outcome.widened(width)
