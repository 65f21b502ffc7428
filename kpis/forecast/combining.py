"""Several models together, each by how near it came: no single choice from a dozen cut-offs is safe.

Weights fall with the third power of the error (Bates & Granger 1969, "The combination of forecasts",
who weigh by the inverse square and let old errors fade; sharper here, because models without the
year's season may be far off). Of the methods of the M3 and M4 competitions combinations lost least.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kpis.forecast.outcome import Bell, Counted, Outcome, normal_sd
from kpis.forecast.records import FREEDOM, Record, Trial, errors_of, faded_mean
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


def combined_record(records: Sequence[Record], trial: Trial) -> tuple[Record, list[float]]:
    """What all together would have said, and the weights for what is to come.

    At each cut-off the weights are those that all others ask for, so that no model is praised for
    having known what it is tested on.
    """
    errors = [errors_of(each, trial) for each in records]
    counts, votes = trial.fading(), [VOTES.get(each.model, 1.0) for each in records]
    middles, spreads = [], []
    for at in range(len(trial.cutoffs)):
        others = [*counts[:at], 0.0, *counts[at + 1 :]]
        weights = weights_of([faded_mean(each, others) for each in errors], votes)
        middles.append(sum(w * r.middles[at] for w, r in zip(weights, records, strict=True)))
        spreads.append(sum(w * r.spreads[at] for w, r in zip(weights, records, strict=True)))
    record = Record(COMBINED, tuple(middles), tuple(spreads), FREEDOM)
    return record, weights_of([faded_mean(each, counts) for each in errors], votes)


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
    return Bell(so_far + coming, spread, FREEDOM)
