"""Ratio KPIs (KPIS C.6 d): both sides forecast, divided, with the delta method's interval."""

from collections.abc import Sequence
from math import inf, sqrt

from kpis.forecast.outcome import Bell
from kpis.forecast.series import mean


def ratio(
    numerator: float, its_sd: float, denominator: float, its_sd_too: float, correlation: float
) -> Bell | None:
    """R = N/D; var(R) ≈ R²(σ_N²/N² + σ_D²/D² − 2ρσ_Nσ_D/(ND)). None without a positive denominator.

    Written without dividing by N, which may be 0.
    """
    if denominator <= 0:
        return None
    value = numerator / denominator
    variance = (
        its_sd**2 + (value * its_sd_too) ** 2 - 2 * correlation * value * its_sd * its_sd_too
    ) / denominator**2
    return Bell(value, sqrt(max(0.0, variance)), inf)


def correlation_of(one: Sequence[float], other: Sequence[float]) -> float:
    """Of the daily values of both sides; 0 where one of them never changes."""
    mean_one, mean_other = mean(one), mean(other)
    deviations = [(a - mean_one, b - mean_other) for a, b in zip(one, other, strict=True)]
    spread = sum(a * a for a, _ in deviations) * sum(b * b for _, b in deviations)
    if spread <= 0:
        return 0.0
    return max(-1.0, min(1.0, sum(a * b for a, b in deviations) / sqrt(spread)))
