"""Forecasts to the end of a period: the number, its interval, and the chance of a target (KPIS C.6).

Pure: daily values come in, the law of the total goes out. Reading the days and keeping what was
chosen is the services' work. Statistics, hence floats; the worker may fit with statsmodels, a web
process only reads what was fitted.
"""

from kpis.forecast.choice import (
    FEWEST_CUTOFFS,
    SOUND_COVERAGE,
    Track,
    Workshop,
    choose,
    forecast,
    horizon_class,
)
from kpis.forecast.cohorts import Cohort, completed, ripeness
from kpis.forecast.jumps import levelled
from kpis.forecast.outcome import COVERAGE, Bell, Counted, Outcome, Paths
from kpis.forecast.ratios import correlation_of, ratio
from kpis.forecast.run_rate import run_rate
from kpis.forecast.series import Days

__all__ = [
    "COVERAGE",
    "FEWEST_CUTOFFS",
    "SOUND_COVERAGE",
    "Bell",
    "Cohort",
    "Counted",
    "Days",
    "Outcome",
    "Paths",
    "Track",
    "Workshop",
    "choose",
    "completed",
    "correlation_of",
    "forecast",
    "horizon_class",
    "levelled",
    "ratio",
    "ripeness",
    "run_rate",
]
