"""Real series for forecasts: read from RUMBO_DATA, as days, with errors against naive forecasts.

Monthly and weekly files are spread evenly over their days, as a daily source would have been read:
the models, the choice and the shares of months are then the product's own.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kpis.forecast import Days, Outcome, Track, choose, forecast, horizon_class
from kpis.forecast.series import complete_months, month_days
from tests.real_data import rows_of

YEAR, WEEK = 12, 7


def days_from(values: dict[date, float], is_count: bool = False) -> Days:
    """A day without a row is a zero."""
    first, last = min(values), max(values)
    span = (last - first).days + 1
    return Days(
        first, tuple(values.get(first + timedelta(days=n), 0.0) for n in range(span)), is_count
    )


def _spread(values: dict[date, tuple[int, float]]) -> Days:
    found = {}
    for first, (length, value) in values.items():
        for n in range(length):
            found[first + timedelta(days=n)] = value / length
    return days_from(found)


def _prophet(name: str) -> dict[date, float]:
    rows = rows_of("forecast_series", f"example_{name}.csv")
    return {date.fromisoformat(row["ds"]): float(row["y"]) for row in rows if row["y"]}


def months_of(name: str) -> Days:
    """Air passengers or retail sales: months, spread."""
    return _spread({day: (month_days(day.year, day.month), y) for day, y in _prophet(name).items()})


def peyton() -> Days:
    """Daily logarithms of views; gaps are filled on the line between their neighbours."""
    known = sorted(_prophet("wp_log_peyton_manning").items())
    filled = dict(known)
    for (one, low), (other, high) in itertools.pairwise(known):
        gap = (other - one).days
        for n in range(1, gap):
            filled[one + timedelta(days=n)] = low + (high - low) * n / gap
    return days_from(filled)


def pedestrians() -> Days:
    return days_from(_prophet("pedestrians_covid"), True)


def olist_sales() -> Days:
    """Weekly revenue; the first whole weeks of 2017 on."""
    rows = rows_of("olist_funnel", "derived_weekly_sales_delivered.csv")
    weeks = {
        date.fromisoformat(row["purchase_week"]): (WEEK, float(row["product_revenue"]))
        for row in rows
    }
    return _spread({day: week for day, week in weeks.items() if day >= date(2017, 1, 2)})


def olist_leads() -> Days:
    counts: dict[date, float] = defaultdict(float)
    for row in rows_of("olist_funnel", "derived_leads_with_outcome.csv"):
        counts[date.fromisoformat(row["first_contact_date"])] += 1
    return days_from(counts, True)


def uci(is_count: bool) -> Days:
    sums: dict[date, float] = defaultdict(float)
    for row in rows_of("online_retail", "derived_invoices.csv"):
        value = float(row["revenue_gbp"])
        if value > 0:
            sums[date.fromisoformat(row["invoice_ts"][:10])] += 1 if is_count else value
    return days_from(sums, is_count)


def cdnow(is_count: bool, data: Path) -> Days:
    sums: dict[date, float] = defaultdict(float)
    for line in data.joinpath("cdnow", "CDNOW_sample.txt").read_text().splitlines():
        *_ids, day, _cds, value = line.split()
        when = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        sums[when] += 1 if is_count else float(value)
    return days_from(sums, is_count)


# --- holding out ---------------------------------------------------------------------------------


def chosen_months(days: Days, horizon: int) -> tuple[Track, list[float]] | None:
    """The product's choice on these days, and its forecast of each of the coming months."""
    spans, day = [], days.last + timedelta(days=1)
    for _month in range(horizon):
        spans.append(month_days(day.year, day.month))
        day += timedelta(days=spans[-1])
    track = choose(days, horizon_class(sum(spans)))
    if track is None:
        return None
    so_far, found = 0.0, []
    for month in range(horizon):
        outcome = forecast(track, days, 0.0, sum(spans[: month + 1]))
        if outcome is None:
            return None
        found.append(outcome.value - so_far)
        so_far = outcome.value
    return track, found


def mase(
    known: Sequence[float], came: Sequence[float], said: Sequence[float], season: int
) -> float:
    """Mean absolute error over the mean change from one season to the next within the known part."""
    steps = [abs(known[i] - known[i - season]) for i in range(season, len(known))]
    errors = [abs(a - b) for a, b in zip(came, said, strict=True)]
    return (sum(errors) / len(errors)) / (sum(steps) / len(steps))


@dataclass(frozen=True)
class Rolled:
    """Mean absolute errors of period totals over rolling origins, as shares of the mean total.

    `mase`: errors over those of seasonal naive on what was known at each origin (of naive, where
    less than a year and a half was known), by who forecast.
    """

    origins: int
    chosen: float
    naive: float
    seasonal: float | None
    mase: dict[str, float]
    coverage: float
    models: dict[str, int]


def rolled(days: Days, horizon: int, origins: int, fewest: int = 3) -> Rolled | None:
    """Forecasts of the next `horizon` months' total from each of the last month ends.

    Naive: the last months again, as many. Seasonal naive: the same months of the year before, where
    every origin has them.
    """
    first, months = complete_months(days)
    begins = [first]
    for _month in months:
        begins.append(begins[-1] + timedelta(days=month_days(begins[-1].year, begins[-1].month)))
    ends = list(range(max(horizon, fewest), len(months) - horizon + 1))[-origins:]
    missed: dict[str, list[float]] = defaultdict(list)
    held, totals, scales = 0, [], []
    models: dict[str, int] = defaultdict(int)
    for end in ends:
        known = days.until((begins[end] - days.first).days)
        span = (begins[end + horizon] - begins[end]).days
        track = choose(known, horizon_class(span))
        outcome = forecast(track, known, 0.0, span) if track else None
        if track is None or outcome is None:
            continue
        came = sum(months[end : end + horizon])
        low, high = outcome.interval()
        held += low <= came <= high
        totals.append(came)
        scales.append(_scale(months[:end], horizon))
        models[track.model] += 1
        missed["chosen"].append(abs(outcome.value - came))
        missed["naive"].append(abs(sum(months[end - horizon : end]) - came))
        if end >= YEAR:
            before = sum(months[end - YEAR : end - YEAR + horizon])
            missed["seasonal naive"].append(abs(before - came))
    if not totals:
        return None
    count = len(totals)
    whole = {who: errors for who, errors in missed.items() if len(errors) == count}
    share = {who: sum(errors) / sum(totals) for who, errors in whole.items()}
    return Rolled(
        count,
        share["chosen"],
        share["naive"],
        share.get("seasonal naive"),
        {who: sum(errors) / sum(scales) for who, errors in whole.items()},
        held / count,
        dict(models),
    )


def _scale(months: Sequence[float], horizon: int) -> float:
    """Mean absolute change of so many months' totals, from a year before or from just before."""
    lag = YEAR if len(months) >= YEAR + horizon + YEAR // 2 else horizon
    totals = [sum(months[at : at + horizon]) for at in range(len(months) - horizon + 1)]
    steps = [abs(totals[at] - totals[at - lag]) for at in range(lag, len(totals))]
    return sum(steps) / len(steps) if steps else sum(totals) / len(totals)


# --- calibration -----------------------------------------------------------------------------------

#: The model is chosen again so often.
CHOSEN_AGAIN_DAYS = 28
#: Targets as shares of what the same number of days brought before.
TARGETS = tuple(0.6 + step * 0.05 for step in range(21))


@dataclass(frozen=True)
class Judged:
    """One goal at one cut-off: the probability it was given, and whether it was reached."""

    series: str
    probability: float
    is_reached: bool


def judged(
    name: str,
    days: Days,
    length: int,
    decide: Callable[[Days, int], Track | None] = choose,
) -> list[Judged]:
    """Goals of `length` days one after the other, each judged at a third and two thirds of it.

    The model is chosen again every four weeks or with every goal (the product: every week), on what
    was known then; a goal without a sound model gets no probability, as in the product.
    """
    every = max(1, CHOSEN_AGAIN_DAYS // length)
    found: list[Judged] = []
    tracks: dict[int, Track | None] = {}
    for number, begin in enumerate(range(length, len(days) - length + 1, length)):
        before = sum(days.values[begin - length : begin])
        came = sum(days.values[begin : begin + length])
        for part in (1, 2):
            now = begin + part * length // 3
            ahead = begin + length - now
            known = days.until(now)
            if number % every == 0 or tracks.get(part) is None:
                tracks[part] = decide(known, horizon_class(ahead))
            track = tracks[part]
            if track is None or not track.is_sound:
                continue
            outcome = forecast(track, known, sum(days.values[begin:now]), ahead)
            if outcome is not None:
                found += _against(name, outcome, before, came)
    return found


def _against(name: str, outcome: Outcome, before: float, came: float) -> list[Judged]:
    return [
        Judged(name, outcome.at_least(before * share), came >= before * share) for share in TARGETS
    ]
