"""Forecasts over months with a yearly season: last year as it was or at this year's level, and ETS.

Works on monthly sums; `kpis.forecast.methods` brings days to months and takes shares of them back.
"""

from collections.abc import Sequence
from math import expm1, log1p

from kpis.forecast.outcome import Bell, Paths
from kpis.forecast.series import mean
from kpis.forecast.states import Ets, look_ahead, paths_by_step, sd_of_sum

YEAR = 12
#: Months by which this year's level is held against last year's.
LEVEL_MONTHS = 3
#: Years whose growth is averaged.
MOST_YEARS = 3
#: Forecast errors of so many months at least tell how far off "last year" tends to be.
FEWEST_ERRORS = 4


def last_year(months: Sequence[float], horizon: int) -> list[float]:
    """Last year's months times how much more this year brings.

    The next month by as much more as the last three were over those a year before; further on more
    and more, and after a year altogether, by as much as the last years have grown on average (by
    the last three months again, without two years). Needs 15 months.
    """
    lately = _growth(months, LEVEL_MONTHS, 1)
    years = min(MOST_YEARS, len(months) // YEAR - 1)
    usually = _growth(months, YEAR, years) if years else lately
    found = []
    for step in range(horizon):
        share = min(1.0, (step + 1) / YEAR)
        growth = lately ** (1 - share) * usually ** (share + step // YEAR)
        found.append(months[-YEAR + step % YEAR] * growth)
    return found


def _growth(months: Sequence[float], length: int, years: int) -> float:
    """A year's, of the last so many months over the same ones some years before; 1 from nothing."""
    since = -length - YEAR * years
    before = sum(months[since : since + length])
    return (sum(months[-length:]) / before) ** (1 / years) if before > 0 else 1.0


def last_year_sum(months: Sequence[float], shares: Sequence[float], so_far: float) -> Bell | None:
    """`last_year` for the coming months, as wide as it was off before."""
    errors = []
    for known in range(LEVEL_MONTHS + YEAR, len(months)):
        guess = last_year(months[:known], 1)[0]
        if guess > 0:
            errors.append(months[known] / guess - 1.0)
    return _as_off_before(errors, last_year(months, len(shares)), shares, so_far)


def same_months(months: Sequence[float], horizon: int) -> list[float]:
    """The same months of last year, as they were: seasonal naive."""
    return [months[len(months) - YEAR + step % YEAR] for step in range(horizon)]


def same_months_sum(months: Sequence[float], shares: Sequence[float], so_far: float) -> Bell | None:
    """`same_months` for the coming months, as wide as it was off before."""
    errors = [
        months[at] / months[at - YEAR] - 1.0
        for at in range(YEAR, len(months))
        if months[at - YEAR] > 0
    ]
    return _as_off_before(errors, same_months(months, len(shares)), shares, so_far)


def _as_off_before(
    errors: Sequence[float], coming: Sequence[float], shares: Sequence[float], so_far: float
) -> Bell | None:
    """The shares of the coming months added up, as wide as the same forecast was off before.

    Errors of a sum grow with it, because months of one level err together: sd is the root mean
    square of the relative one-month errors, times the sum. None with under four of them.
    """
    if len(errors) < FEWEST_ERRORS:
        return None
    whole = sum(share * month for share, month in zip(shares, coming, strict=True))
    spread = mean([each * each for each in errors]) ** 0.5
    return Bell(so_far + whole, spread * whole, len(errors))


def to_scale(months: Sequence[float], is_log: bool) -> list[float]:
    """As the model was fitted: plain, or log(1 + y) so that the season multiplies."""
    return [log1p(max(0.0, each)) for each in months] if is_log else list(months)


def from_scale(value: float, is_log: bool) -> float:
    return max(0.0, expm1(value)) if is_log else value


def ets_months(model: Ets, months: Sequence[float], horizon: int) -> list[float]:
    """The model's middles of the coming months."""
    ahead = look_ahead(model, to_scale(months, model.is_log), horizon)
    return [from_scale(each, model.is_log) for each in ahead.middles]


def ets_months_sum(
    model: Ets, months: Sequence[float], shares: Sequence[float], so_far: float
) -> Paths:
    """The shares of the coming months added up along each simulated path."""
    ahead = look_ahead(model, to_scale(months, model.is_log), len(shares))

    def added(steps: Sequence[float]) -> float:
        return so_far + sum(
            share * from_scale(step, model.is_log)
            for share, step in zip(shares, steps, strict=True)
        )

    return Paths.of(added(ahead.middles), [added(path) for path in paths_by_step(ahead)])


def ets_months_bell(
    model: Ets, months: Sequence[float], shares: Sequence[float], so_far: float
) -> Bell:
    """The same without simulating: to first order around the middles (delta method)."""
    ahead = look_ahead(model, to_scale(months, model.is_log), len(shares))
    steps = [from_scale(each, model.is_log) for each in ahead.middles]
    slopes = [
        share * (step + 1.0 if model.is_log else 1.0)
        for share, step in zip(shares, steps, strict=True)
    ]
    coming = sum(share * step for share, step in zip(shares, steps, strict=True))
    return Bell(so_far + coming, sd_of_sum(ahead, slopes))
