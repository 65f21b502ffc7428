"""Several models together, each by how near it came: no single choice from a dozen cut-offs is safe.

Weights fall with the third power of the error (Bates & Granger 1969, "The combination of forecasts",
who weigh by the inverse square and let old errors fade; sharper here, because models without the
year's season may be far off). Of the methods of the M3 and M4 competitions combinations lost least.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import mul
from typing import Any

from kpis.forecast.outcome import Bell, Counted, Outcome, normal_sd
from kpis.forecast.records import Record, Records, Trials, faded_mean, shares_of_total
from kpis.forecast.run_rate import SMALL_MEAN
from kpis.forecast.series import Days

COMBINED = "combined"
POWER = 3
#: A model more than twice as far off as the best one has no say.
TOO_FAR = 2.0

#: Naive is the one to beat, and drawing the others towards it costs little where they are better.
VOTES = {"again": 2.0}

Reads = Callable[[str, Mapping[str, Any], Days, int], Outcome | None]


def weights_of(errors: Sequence[float], votes: Sequence[float]) -> list[float]:
    """By the mean error of each, times its votes; together 1. Those never wrong leave out all others."""
    best = min(errors)
    if best <= 0:
        shares = [float(each <= 0) for each in errors]
    else:
        shares = [(best / e) ** POWER if e <= TOO_FAR * best else 0.0 for e in errors]
    voted = [share * vote for share, vote in zip(shares, votes, strict=True)]
    return [each / sum(voted) for each in voted]


def combined_records(told: Sequence[Records], trials: Trials) -> tuple[Records, list[float]]:
    """What all together would have said for each horizon, and the weights for what is to come.

    `told`: the records of each model, one for each of the trials. At each cut-off the weights are
    those that all others ask for, so that no model is praised for having known what it is tested on.
    """
    errors = [shares_of_total(records, trials) for records in told]
    counts = trials[-1].fading()
    votes = [VOTES.get(records[-1].model, 1.0) for records in told]
    weights = []
    for at in range(len(counts)):
        others = [*counts[:at], 0.0, *counts[at + 1 :]]
        weights.append(weights_of([faded_mean(each, others) for each in errors], votes))
    together = [
        Record(
            COMBINED,
            tuple(_weighed(weights[at], [r.middles[at] for r in its]) for at in range(len(counts))),
            tuple(_weighed(weights[at], [r.spreads[at] for r in its]) for at in range(len(counts))),
        )
        for its in zip(*told, strict=True)
    ]
    return together, weights_of([faded_mean(each, counts) for each in errors], votes)


def _weighed(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(map(mul, weights, values))


def combined(
    members: Sequence[tuple[str, float, Mapping[str, Any]]],
    reads: Reads,
    days: Days,
    so_far: float,
    horizon: int,
) -> Outcome | None:
    """The weighted middle and spread of (name, weight, settings); without those that cannot be read.

    Spreads are averaged, not pooled: models that look at the same past are wrong together.
    """
    found = [(w, read) for name, w, kept in members if (read := reads(name, kept, days, horizon))]
    total = sum(weight for weight, _read in found)
    if not total:
        return None
    coming = sum(weight * read.value for weight, read in found) / total
    spread = sum(weight * normal_sd(read) for weight, read in found) / total
    if days.is_count and 0 < coming < SMALL_MEAN:
        return Counted(so_far, coming, spread * spread / coming)
    return Bell(so_far + coming, spread)
