"""How far off the forecasts are, and whether a probability of 70 % comes true seven times in ten.

Real series from RUMBO_DATA, forecast by the product's own models and choice at each origin.
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence

from kpis.forecast import Days, choose, forecast
from kpis.forecast.series import complete_months, month_days
from tests import forecast_series as series
from tests.bench.timing import heading, say, step
from tests.real_data import DATA

BANDS = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01))


def measure() -> None:
    if not (DATA / "forecast_series").is_dir():
        print(f"\nForecasts: no real series in {DATA}: set RUMBO_DATA")
        return
    _held_out()
    _rolling()
    _calibration()


def _held_out() -> None:
    heading("Forecasts, the last 24 months held out: MASE (seasonal naive within the sample is 1)")
    for name, best in (("air_passengers", 1.014), ("retail_sales", 0.359)):
        with step(name):
            days = series.months_of(name)
            _first, months = complete_months(days)
            known = days.until(len(days) - _days_of_last(days, 24))
            found = series.chosen_months(known, 24)
        if found:
            track, said = found
            value = series.mase(months[:-24], months[-24:], said, 12)
            naive = series.mase(months[:-24], months[-24:], [months[-25]] * 24, 12)
            seasonal = series.mase(months[:-24], months[-24:], months[-36:-24] * 2, 12)
            say(
                f"{name}: {track.model}",
                f"{value:.3f}",
                "aim ≤ 1" if best <= 1 else f"best {best}",
                f"naive {naive:.3f}, seasonal naive {seasonal:.3f}, Holt-Winters {best}",
            )
    days = series.peyton()
    known = days.until(len(days) - 28)
    track = choose(known, 31)
    if track:
        ends = [forecast(track, known, 0.0, n) for n in range(1, 29)]
        totals = [0.0, *(each.value for each in ends if each)]
        said = [after - before for before, after in itertools.pairwise(totals)]
        value = series.mase(known.values, days.values[-28:], said, 7)
        say(
            f"daily Wikipedia views (log), 28 days: {track.model}",
            f"{value:.3f}",
            "",
            f"Holt-Winters 1.739; its interval held {100 * track.coverage:.0f} % of the cut-offs",
        )


def _days_of_last(days: Days, months: int) -> int:
    last = days.last
    total, year, month = 0, last.year, last.month
    for _each in range(months):
        total += month_days(year, month)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return total


def _rolling() -> None:
    heading(
        "Forecasts from rolling month ends: mean error of the total, as a share of the mean total"
    )
    known = {
        "retail sales": series.months_of("retail_sales"),
        "air passengers": series.months_of("air_passengers"),
        "Olist sales": series.olist_sales(),
        "UCI sales": series.uci(False),
        "CDNOW sales": series.cdnow(False, DATA),
    }
    for name, days in known.items():
        for horizon in (1, 3):
            with step(f"{name}, {horizon}"):
                found = series.rolled(days, horizon, 12)
            if found is None:
                continue
            seasonal = "–" if found.seasonal is None else f"{100 * found.seasonal:.1f} %"
            models = ", ".join(f"{name} {count}" for name, count in sorted(found.models.items()))
            say(
                f"{name}, {horizon} month{'s' * (horizon > 1)} ({found.origins} origins)",
                f"{100 * found.chosen:.1f} %",
                "",
                f"naive {100 * found.naive:.1f} %, seasonal naive {seasonal};"
                f" 80 % interval held {100 * found.coverage:.0f} %; {models}",
            )


def _calibration() -> None:
    heading("Of the goals given a probability, the share that was reached")
    with step("goals at many cut-offs"):
        found: list[series.Judged] = []
        for name, days in (
            ("UCI orders", series.uci(True)),
            ("UCI sales", series.uci(False)),
            ("Olist leads", series.olist_leads()),
            ("CDNOW orders", series.cdnow(True, DATA)),
            ("CDNOW sales", series.cdnow(False, DATA)),
            ("pedestrians", series.pedestrians()),
            ("Wikipedia", series.peyton()),
        ):
            for length in (14, 30, 91):
                found += series.judged(name, days, length)
    for low, high in BANDS:
        inside = [each for each in found if low <= each.probability < high]
        aim = "aim 50–90 %" if (low, high) == (0.6, 0.8) else ""
        if inside:
            say(
                f"P from {low:.1f} to {min(high, 1):.1f}",
                f"{_share(inside):.0f} %",
                aim,
                f"of {len(inside)}; mean P {_mean(inside):.2f}",
            )
    by_series: dict[str, list[series.Judged]] = defaultdict(list)
    for each in found:
        if 0.6 <= each.probability < 0.8:
            by_series[each.series].append(each)
    for name, inside in by_series.items():
        say(f"  of them {name}", f"{_share(inside):.0f} %", "", f"of {len(inside)}")


def _share(goals: Sequence[series.Judged]) -> float:
    return 100 * sum(each.is_reached for each in goals) / len(goals)


def _mean(goals: Sequence[series.Judged]) -> float:
    return sum(each.probability for each in goals) / len(goals)
