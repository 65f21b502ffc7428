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
from tests.forecast_series import WEEK, YEAR
from tests.real_data import DATA

BANDS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01))
#: Best of the data's own notes (README of forecast_series): MASE, and how many points are held out.
BEST = {"air_passengers": (1.014, 24), "retail_sales": (0.359, 24), "wikipedia": (1.169, 28)}


def measure() -> None:
    if not (DATA / "forecast_series").is_dir():
        print(f"\nForecasts: no real series in {DATA}: set RUMBO_DATA")
        return
    _held_out()
    _rolling()
    _calibration()


def _held_out() -> None:
    heading("Forecasts, the last points held out: MASE (seasonal naive within the sample is 1)")
    for name in ("air_passengers", "retail_sales"):
        best, count = BEST[name]
        with step(name):
            days = series.months_of(name)
            _first, months = complete_months(days)
            known = days.until(len(days) - _days_of_last(days, count))
            found = series.chosen_months(known, count)
        if found:
            track, said = found
            _say_held_out(name, track.model, months, said, YEAR, best)
    days = series.peyton()
    best, count = BEST["wikipedia"]
    known = days.until(len(days) - count)
    track_of_days = choose(known, 31)
    if track_of_days:
        ends = [forecast(track_of_days, known, 0.0, n) for n in range(1, count + 1)]
        totals = [0.0, *(each.value for each in ends if each)]
        said = [after - before for before, after in itertools.pairwise(totals)]
        _say_held_out("wikipedia (log)", track_of_days.model, days.values, said, WEEK, best)


def _say_held_out(
    name: str, model: str, values: Sequence[float], said: Sequence[float], season: int, best: float
) -> None:
    """Beside what the data's notes compare: the same cut, horizon and scale."""
    count = len(said)
    known, came = values[:-count], values[-count:]
    naive = [known[-1]] * count
    seasonal = [known[-season + step % season] for step in range(count)]
    four = [
        sum(known[-season * back + step % season] for back in range(1, 5)) / 4
        for step in range(count)
    ]
    simple = ", ".join(
        f"{who} {series.mase(known, came, other, season):.3f}"
        for who, other in (("naive", naive), ("seasonal", seasonal), ("four seasons", four))
    )
    aim = "aim ≤ 1" if best <= 1 else ""
    value = f"{series.mase(known, came, said, season):.3f}"
    say(f"{name}, {count}: {model}", value, aim, f"{simple}; best of the notes {best}")


def _days_of_last(days: Days, months: int) -> int:
    last = days.last
    total, year, month = 0, last.year, last.month
    for _each in range(months):
        total += month_days(year, month)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return total


def _rolling() -> None:
    heading("Forecasts from rolling month ends: mean error of the total over the mean total, MASE")
    known = {
        "retail sales": series.months_of("retail_sales"),
        "air passengers": series.months_of("air_passengers"),
        "Olist sales": series.olist_sales(),
        "UCI sales": series.uci(False),
        "UCI orders": series.uci(True),
        "CDNOW sales": series.cdnow(False, DATA),
        "CDNOW orders": series.cdnow(True, DATA),
    }
    held, origins, better, compared = 0.0, 0, 0, 0
    for name, days in known.items():
        for horizon in (1, 3, 6):
            with step(f"{name}, {horizon}"):
                found = series.rolled(days, horizon, 12)
            if found is None:
                continue
            _say_rolled(name, horizon, found)
            held, origins = held + found.coverage * found.origins, origins + found.origins
            better, compared = better + (found.chosen <= found.naive), compared + 1
    say("80 % intervals held", f"{100 * held / origins:.0f} %", "aim 80 %", f"of {origins} origins")
    say("no worse than naive", f"{better}", "", f"of {compared} series and horizons")


def _say_rolled(name: str, horizon: int, found: series.Rolled) -> None:
    seasonal = "–" if found.seasonal is None else f"{100 * found.seasonal:.1f} %"
    scaled = " / ".join(
        f"{found.mase[who]:.2f}" if who in found.mase else "–"
        for who in ("chosen", "naive", "seasonal naive")
    )
    models = ", ".join(f"{name} {count}" for name, count in sorted(found.models.items()))
    say(
        f"{name}, {horizon} month{'s' * (horizon > 1)} ({found.origins} origins)",
        f"{100 * found.chosen:.1f} %",
        "",
        f"naive {100 * found.naive:.1f} %, seasonal {seasonal}; MASE {scaled};"
        f" 80 % held {100 * found.coverage:.0f} %; {models}",
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
        say(f"  P 0.6 to 0.8, {name}", f"{_share(inside):.0f} %", "", f"of {len(inside)}")


def _share(goals: Sequence[series.Judged]) -> float:
    return 100 * sum(each.is_reached for each in goals) / len(goals)


def _mean(goals: Sequence[series.Judged]) -> float:
    return sum(each.probability for each in goals) / len(goals)
