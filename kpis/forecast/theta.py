"""The Theta method on months with a season that multiplies. Pure.

Deseasonalised by the classical decomposition, forecast by smoothing with half of the linear trend as
its drift (Assimakopoulos & Nikolopoulos, 2000, the winner of the M3 competition; as Hyndman &
Billah, 2003, write it), and the season put back.
"""

from collections.abc import Sequence

from kpis.forecast.months import YEAR
from kpis.forecast.outcome import Bell
from kpis.forecast.series import mean
from kpis.forecast.smoothing import best_weight, smooth
from kpis.forecast.weeks import DRIFT_SHARE, slope


def season_of(months: Sequence[float]) -> list[float] | None:
    """The index of each month of the year, first that of the first month; their mean is 1.

    Ratios to the centred mean of twelve months. None under two years, or where a month or a year
    brought nothing.
    """
    if len(months) < 2 * YEAR or min(months) <= 0:
        return None
    ratios: list[list[float]] = [[] for _ in range(YEAR)]
    for at in range(YEAR // 2, len(months) - YEAR // 2):
        window = months[at - YEAR // 2 : at + YEAR // 2 + 1]
        centred = (sum(window) - (window[0] + window[-1]) / 2) / YEAR
        ratios[at % YEAR].append(months[at] / centred)
    found = [mean(each) for each in ratios]
    return [each / mean(found) for each in found]


def theta_sum(months: Sequence[float], shares: Sequence[float], so_far: float) -> Bell | None:
    """The shares of the coming months added up; their errors as if all were of one level."""
    season = season_of(months)
    if season is None:
        return None
    plain = [value / season[at % YEAR] for at, value in enumerate(months)]
    weight = best_weight(plain)
    last, drift = smooth(plain, weight), DRIFT_SHARE * slope(plain)
    lag = (1 - (1 - weight) ** len(plain)) / weight
    coming, variance = 0.0, 0.0
    for step, share in enumerate(shares):
        index = season[(len(months) + step) % YEAR]
        coming += share * index * max(0.0, last.level + drift * (step + lag))
        later = sum(
            s * season[(len(months) + n) % YEAR] for n, s in enumerate(shares[step + 1 :], step + 1)
        )
        variance += last.variance * (share * index + weight * later) ** 2
    return Bell(so_far + coming, variance**0.5)
