"""The models a goal's forecast is chosen from, simplest first, behind one shape.

Each is prepared once on what was known at some time (parameters that can be kept as JSON) and then
read at any later day. Only those that are fitted need statsmodels, and only to be prepared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpis.forecast import fitting, months, run_rate, weeks
from kpis.forecast.outcome import Bell, Outcome, Paths
from kpis.forecast.series import Days, complete_months, month_shares
from kpis.forecast.states import Ahead, Ets, look_ahead, paths_of_sum, sd_of_sum
from kpis.forecast.theta import theta_sum

Settings = Mapping[str, Any]

RUN_RATE, SMOOTHING, WEEKLY = "run_rate", "smoothing", "weekly"
AGAIN, DRIFT = "again", "drift"
SAME_MONTHS, LAST_YEAR, THETA = "same_months", "last_year", "theta"
YEARLY, YEARLY_GROWTH = "yearly", "yearly_growth"

WEEK_DAYS = 56
WEEKS_DAYS = 28
#: Fifteen months for one forecast, and some errors to know its width by; and two whole years.
LAST_YEAR_MONTHS, YEARLY_MONTHS = 19, 24


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
    sketch: Callable[[Settings, Days, float, int], Outcome | None] | None = None

    def tried(self, settings: Settings, days: Days, horizon: int) -> Outcome | None:
        """What it would have said then; without simulating, where its law is simulated."""
        return (self.sketch or self.reads)(settings, days, 0.0, horizon)


def _nothing(days: Days) -> Settings:
    return {}


def _run_rate(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
    return run_rate.run_rate(days, so_far, horizon)


def _again(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
    return weeks.again(days, so_far, horizon)


def _smoothing(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome:
    return weeks.smoothed(weeks.weight_of(days), days, so_far, horizon)


def _drift(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome:
    return weeks.drifting(weeks.weight_of(days), days, so_far, horizon)


def _fit_weekly(days: Days) -> Settings | None:
    """Kept with the weekday of its first value, so that later runs begin on the same season."""
    recent = fitting.recent(days.values, 7)
    found = fitting.ets_fit(recent, 7)
    if found is None:
        return None
    begin = (days.last.toordinal() - len(recent) + 1) % 7
    return {"ets": found.as_json(), "weekday": begin}


def _weekly_ahead(settings: Settings, days: Days, horizon: int) -> Ahead:
    """The fitted states hold for its first day: later runs begin on the same weekday."""
    recent = fitting.recent(days.values, 7)
    begin = days.last.toordinal() - len(recent) + 1
    skipped = (settings["weekday"] - begin) % 7
    return look_ahead(Ets.from_json(settings["ets"]), recent[skipped:], horizon)


def _weekly(settings: Settings, days: Days, so_far: float, horizon: int) -> Outcome:
    ahead = _weekly_ahead(settings, days, horizon)
    paths = paths_of_sum(ahead, [1.0] * horizon)
    return Paths.of(so_far + sum(ahead.middles), [so_far + each for each in paths])


def _weekly_sketch(settings: Settings, days: Days, so_far: float, horizon: int) -> Outcome:
    ahead = _weekly_ahead(settings, days, horizon)
    return Bell(so_far + sum(ahead.middles), sd_of_sum(ahead, [1.0] * horizon))


def _months(
    reads: Callable[[Sequence[float], Sequence[float], float], Outcome | None], fewest: int
) -> Callable[[Settings, Days, float, int], Outcome | None]:
    """A model of the sums of whole months, which are brought to shares of the coming ones."""

    def read(_: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
        _first, whole = complete_months(days)
        if len(whole) < fewest:
            return None
        return reads(whole, month_shares(days.last, horizon), so_far)

    return read


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


def _yearly(
    sums: Callable[[Ets, Sequence[float], Sequence[float], float], Outcome],
) -> Callable[[Settings, Days, float, int], Outcome | None]:
    def read(settings: Settings, days: Days, so_far: float, horizon: int) -> Outcome | None:
        first, whole = complete_months(days)
        recent = fitting.recent(whole, 12)
        month = (first.month - 1 + len(whole) - len(recent)) % 12
        skipped = (settings["month"] - month) % 12
        if len(recent) - skipped < 12:
            return None
        shares = month_shares(days.last, horizon)
        return sums(Ets.from_json(settings["ets"]), recent[skipped:], shares, so_far)

    return read


#: Under three weeks, months have nothing to add to what days say.
_LONG = 21

#: Days in which so many whole months must lie.
_LAST_YEAR_DAYS, _YEARLY_DAYS = 31 * (LAST_YEAR_MONTHS + 1), 31 * (YEARLY_MONTHS + 1)
_read_yearly, _sketch_yearly = _yearly(months.ets_months_sum), _yearly(months.ets_months_bell)

MODELS: tuple[Model, ...] = (
    Model(RUN_RATE, run_rate.FEWEST_DAYS, _nothing, _run_rate),
    Model(AGAIN, WEEKS_DAYS, _nothing, _again),
    Model(SMOOTHING, WEEKS_DAYS, _nothing, _smoothing),
    Model(DRIFT, WEEK_DAYS, _nothing, _drift),
    Model(WEEKLY, WEEK_DAYS, _fit_weekly, _weekly, is_fitted=True, sketch=_weekly_sketch),
    Model(SAME_MONTHS, 31 * 17, _nothing, _months(months.same_months_sum, 16), _LONG),
    Model(
        LAST_YEAR, _LAST_YEAR_DAYS, _nothing, _months(months.last_year_sum, LAST_YEAR_MONTHS), _LONG
    ),
    Model(THETA, _YEARLY_DAYS, _nothing, _months(theta_sum, YEARLY_MONTHS), _LONG),
    Model(YEARLY, _YEARLY_DAYS, _fit_yearly(True), _read_yearly, _LONG, True, _sketch_yearly),
    Model(
        YEARLY_GROWTH, _YEARLY_DAYS, _fit_yearly(False), _read_yearly, _LONG, True, _sketch_yearly
    ),
)
BY_NAME = {model.name: model for model in MODELS}
