"""The models a goal's forecast is chosen from, simplest first, behind one shape.

Each is prepared once on what was known at some time (parameters that can be kept as JSON) and then
read at any later day. Only those that are fitted need statsmodels, and only to be prepared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kpis.forecast import fitting, months, run_rate, smoothing
from kpis.forecast.outcome import Outcome, Paths
from kpis.forecast.series import Days, complete_months, month_shares
from kpis.forecast.states import Ets, look_ahead, paths_of_sum

Settings = Mapping[str, Any]

RUN_RATE, SMOOTHING, WEEKLY = "run_rate", "smoothing", "weekly"
LAST_YEAR, YEARLY, YEARLY_GROWTH = "last_year", "yearly", "yearly_growth"

WEEK_DAYS = 56
#: Fifteen months for one forecast, and some errors to know its width by; and two whole years.
LAST_YEAR_MONTHS, YEARLY_MONTHS = 19, 24
#: Days of smoothing's past that still matter.
RECENT_DAYS = 364


@dataclass(frozen=True)
class Model:
    """`prepare` gives None where the model cannot be had; `needs_days` of history at least.

    `reads(settings, days, so_far, horizon)` is the law of the total `horizon` days on.
    """

    name: str
    needs_days: int
    prepare: Callable[[Days], Settings | None]
    reads: Callable[[Settings, Days, float, int], Outcome | None]
    fewest_horizon: int = 1
    is_fitted: bool = False


def _nothing(days: Days) -> Settings:
    return {}


def _run_rate(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
    return run_rate.run_rate(days, so_far, horizon)


def _weight(days: Days) -> Settings:
    return {"weight": smoothing.best_weight(days.values[-RECENT_DAYS:])}


def _smoothing(settings: Settings, days: Days, so_far: float, horizon: int) -> Outcome:
    recent = days.values[-RECENT_DAYS:]
    return smoothing.smoothed_sum(recent, settings["weight"], horizon, so_far)


def _fit_weekly(days: Days) -> Settings | None:
    """Kept with the weekday of its first value, so that later runs begin on the same season."""
    recent = fitting.recent(days.values, 7)
    found = fitting.ets_fit(recent, 7)
    if found is None:
        return None
    begin = (days.last.toordinal() - len(recent) + 1) % 7
    return {"ets": found.as_json(), "weekday": begin}


def _weekly(settings: Settings, days: Days, so_far: float, horizon: int) -> Outcome:
    """The fitted states hold for its first day: later runs begin on the same weekday."""
    recent = fitting.recent(days.values, 7)
    begin = days.last.toordinal() - len(recent) + 1
    skipped = (settings["weekday"] - begin) % 7
    ahead = look_ahead(Ets.from_json(settings["ets"]), recent[skipped:], horizon)
    paths = paths_of_sum(ahead, [1.0] * horizon)
    return Paths.of(so_far + sum(ahead.middles), [so_far + each for each in paths])


def _last_year(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
    _first, whole = complete_months(days)
    if len(whole) < LAST_YEAR_MONTHS:
        return None
    return months.last_year_sum(whole, month_shares(days.last, horizon), so_far)


def _fit_yearly(is_damped: bool) -> Callable[[Days], Settings | None]:
    def fit(days: Days) -> Settings | None:
        first, whole = complete_months(days)
        if len(whole) < YEARLY_MONTHS:
            return None
        recent = fitting.recent(whole, 12)
        found = fitting.ets_fit(months.to_scale(recent, True), 12, True, is_damped)
        if found is None:
            return None
        month = (first.month - 1 + len(whole) - len(recent)) % 12
        return {"ets": found.as_json(), "month": month}

    return fit


def _yearly(settings: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
    first, whole = complete_months(days)
    recent = fitting.recent(whole, 12)
    month = (first.month - 1 + len(whole) - len(recent)) % 12
    skipped = (settings["month"] - month) % 12
    if len(recent) - skipped < 12:
        return None
    shares = month_shares(days.last, horizon)
    return months.ets_months_sum(Ets.from_json(settings["ets"]), recent[skipped:], shares, so_far)


#: Under three weeks, months have nothing to add to what days say.
_LONG = 21

MODELS: tuple[Model, ...] = (
    Model(RUN_RATE, run_rate.FEWEST_DAYS, _nothing, _run_rate),
    Model(SMOOTHING, run_rate.PROFILE_DAYS, _weight, _smoothing),
    Model(WEEKLY, WEEK_DAYS, _fit_weekly, _weekly, is_fitted=True),
    Model(LAST_YEAR, 31 * (LAST_YEAR_MONTHS + 1), _nothing, _last_year, _LONG),
    Model(YEARLY, 31 * (YEARLY_MONTHS + 1), _fit_yearly(True), _yearly, _LONG, is_fitted=True),
    Model(YEARLY_GROWTH, 31 * (YEARLY_MONTHS + 1), _fit_yearly(False), _yearly, _LONG, is_fitted=True),
)  # fmt: skip
BY_NAME = {model.name: model for model in MODELS}
