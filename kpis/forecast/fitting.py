"""ETS fitted by statsmodels, imported at first use: only the workers have it."""

import os
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from math import isfinite

from kpis.forecast.states import Ets

#: What is fitted is the recent past; older values only cost time.
MOST_SEASONS = {7: 52, 12: 12}
MOST_STEPS = 60
#: A worker has one processor to itself. These vectors are far too small to be shared among threads,
#: which would only wait for each other; read by numpy when it is imported first.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def is_available() -> bool:
    """Whether this process could fit a model."""
    return find_spec("statsmodels") is not None


def recent(values: Sequence[float], season: int) -> Sequence[float]:
    """The values a model of this season is fitted to and run through."""
    return values[-MOST_SEASONS[season] * season :]


def ets_fit(
    values: Sequence[float], season: int, is_log: bool = False, is_damped: bool = True
) -> Ets | None:
    """Additive season and (damped) trend; None where the search found nothing usable."""
    for library in _THREADS:
        os.environ.setdefault(library, "1")
    numpy, ets = import_module("numpy"), import_module("statsmodels.tsa.exponential_smoothing.ets")
    model = ets.ETSModel(
        numpy.asarray(values, dtype=float),
        error="add",
        trend="add",
        damped_trend=is_damped,
        seasonal="add",
        seasonal_periods=season,
        initialization_method="heuristic",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a search that stopped early is still judged by backtest
        found = model.fit(disp=False, maxiter=MOST_STEPS)
    named = dict(zip(found.param_names, map(float, found.params), strict=True))
    seasons = tuple(float(each) for each in model.initial_seasonal)
    result = Ets(
        named["smoothing_level"],
        named["smoothing_trend"],
        named["smoothing_seasonal"],
        named.get("damping_trend", 1.0),
        float(model.initial_level),
        float(model.initial_trend),
        seasons,
        float(found.scale) ** 0.5,
        is_log,
    )
    numbers = (result.alpha, result.level, result.trend, result.sd, *seasons)
    return result if all(map(isfinite, numbers)) else None
