"""Models are chosen by how they forecast the past, and statsmodels vouches for the fitted ones."""

from datetime import date
from math import pi, sin
from random import Random

import numpy
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from kpis.forecast import Days, Track, choose, fitting, forecast, horizon_class
from kpis.forecast.choice import (
    candidates,
    cutoffs_for,
    horizon_tried,
    is_preferred,
    trials_of,
)
from kpis.forecast.combining import combined_records, weights_of
from kpis.forecast.methods import BY_NAME, LAST_YEAR, MODELS, RUN_RATE, WEEKLY
from kpis.forecast.months import ets_months, last_year, last_year_sum
from kpis.forecast.outcome import Bell, Floored
from kpis.forecast.records import Record, Trial, width_and_coverage
from kpis.forecast.series import complete_months, month_shares, weekday_counts
from kpis.forecast.states import Ets, look_ahead, paths_by_step, paths_of_sum

WEEK = (20, 22, 24, 20, 17, 8, 5)
PLAIN = tuple(model for model in MODELS if not model.is_fitted)


def days_of(length: int, *, season: bool = False, seed: int = 1) -> Days:
    draw = Random(seed)
    values = []
    for n in range(length):
        yearly = 1 + 0.6 * sin(2 * pi * n / 365) if season else 1.0
        values.append(max(0.0, WEEK[n % 7] * yearly + draw.gauss(0, 2)))
    return Days(date(2024, 1, 1), tuple(values), False)


def test_calendar_of_what_is_to_come() -> None:
    # After Sunday 21 June: one week, then Monday and Tuesday.
    assert weekday_counts(date(2026, 6, 21), 9) == [2, 2, 1, 1, 1, 1, 1]
    # The last 9 of June's 30 days, all of July, half of August's 31 is 15.5: 16 days of it.
    assert month_shares(date(2026, 6, 21), 9 + 31 + 16) == [0.3, 1.0, 16 / 31]
    assert month_shares(date(2026, 6, 30), 31) == [1.0]
    first, months = complete_months(Days(date(2026, 1, 15), (1.0,) * 60))
    assert (first, months) == (date(2026, 2, 1), [28.0])  # 15 January to 15 March


def test_cut_offs() -> None:
    assert cutoffs_for(65, 28, 31) == []  # 28 to 34 are seven
    assert cutoffs_for(66, 28, 31) == [28, 29, 30, 31, 32, 33, 34, 35]
    wide = cutoffs_for(800, 28, 31)
    assert (len(wide), wide[0], wide[-1]) == (12, 800 - 31 - 366, 769)
    assert [horizon_class(each) for each in (1, 7, 8, 31, 45, 90, 181, 200, 900)] == [
        7, 7, 14, 31, 61, 92, 183, 366, 366,
    ]  # fmt: skip


def test_weekdays_count_where_there_are_weekdays() -> None:
    days = days_of(200)
    found = choose(days, 10, PLAIN)
    assert found is not None
    assert (found.cutoffs, found.is_sound) == (12, True)
    assert found.error < 0.06
    # After 200 days, a Tuesday is the last one: Wednesday to Sunday are 24 + 20 + 17 + 8 + 5 = 74.
    assert days.last.weekday() == 3
    outcome = forecast(found, days, 0.0, 3)
    assert outcome is not None and outcome.value == pytest.approx(17 + 8 + 5, abs=4)


def test_the_season_of_the_year_is_followed() -> None:
    days = days_of(740, season=True)
    found = choose(days, 92, PLAIN)
    assert (
        found is not None and found.model == LAST_YEAR
    )  # the others were more than twice as far off
    outcome = forecast(found, days, 0.0, 92)
    # After 740 days the season repeats what came 366 … 275 days before the end.
    came = sum(days.values[740 - 366 : 740 - 366 + 92])
    assert outcome is not None and outcome.value == pytest.approx(came, rel=0.08)
    assert forecast(found, days, 100.0, 92).value == pytest.approx(outcome.value + 100)  # type: ignore[union-attr]


def test_a_tie_goes_to_the_simpler_and_a_sound_one_before_one_that_is_not() -> None:
    def track(error: float, coverage: float = 0.8, cutoffs: int = 12) -> Track:
        return Track("any", error, coverage, cutoffs, {})

    assert is_preferred(track(0.1), track(0.1))
    assert not is_preferred(track(0.101), track(0.1))
    assert is_preferred(track(0.2), track(0.1, 0.64))
    assert not is_preferred(track(0.201), track(0.1, 0.64))  # more than twice as far off
    assert not is_preferred(track(0.1, 0.64), track(0.2))
    assert is_preferred(track(0.1, 0.5), track(0.2, 0.5))
    assert not track(0.1, 0.9, 7).is_sound and track(0.1, 0.65, 8).is_sound


def test_too_short_a_past_has_no_choice() -> None:
    # 14 days to learn from, 8 cut-offs and half of the horizon, 15: 36 days.
    assert choose(days_of(35), 31, PLAIN) is None
    assert [horizon_tried(length, 31) for length in (36, 45, 52, 90)] == [15, 24, 31, 31]
    # The four weeks of KPIS C.6 are just enough for nine days.
    short = choose(days_of(28), horizon_class(9), PLAIN)
    assert short is not None and (short.model, short.cutoffs) == (RUN_RATE, 8)
    assert [model.name for model in candidates(740, 92, PLAIN)] == [
        "run_rate", "again", "smoothing", "drift", "same_months", "last_year",
    ]  # fmt: skip
    assert [model.name for model in candidates(740, 14, PLAIN)] == [
        "run_rate", "again", "smoothing", "drift",
    ]  # fmt: skip


def test_a_record_is_of_what_the_model_could_not_know() -> None:
    calm = days_of(150)
    changed = Days(calm.first, calm.values[:100] + tuple(v * 3 for v in calm.values[100:]), False)
    one, other = choose(calm, 7, PLAIN), choose(changed, 7, PLAIN)
    assert one is not None and other is not None
    assert other.error > 2 * one.error


def test_further_ahead_than_a_third_of_the_past_it_is_wider() -> None:
    days = days_of(60)
    track = Track(RUN_RATE, 0.1, 0.8, 12, {})
    own = BY_NAME[RUN_RATE].reads({}, days, 0.0, 40)
    near, far = forecast(track, days, 0.0, 20), forecast(track, days, 0.0, 40)
    assert own is not None and near is not None and far is not None
    assert near.interval() == BY_NAME[RUN_RATE].reads({}, days, 0.0, 20).interval()  # type: ignore[union-attr]
    # 40 days from 60: 3 · 40/60 = 2 times as wide.
    low, high = own.interval()
    wide = far.interval()
    assert wide[1] - wide[0] == pytest.approx((high - low) * 2, rel=1e-9)


def test_what_adds_up_cannot_end_below_what_has_come() -> None:
    law = Floored(Bell(105, 10), 100)
    assert law.interval() == (100, pytest.approx(117.82, abs=0.01))  # 105 + 1.2816 · 10
    assert (law.at_least(100), law.at_most(99)) == (1.0, 0.0)
    assert law.at_least(105) == pytest.approx(0.5)
    days = days_of(60)
    owed = Days(days.first, (*days.values[:-1], -3.0), False)  # a refund: it may go down again
    found = forecast(Track(RUN_RATE, 0.1, 0.8, 12, {}), owed, 500.0, 7)
    assert not isinstance(found, Floored)


# --- together ------------------------------------------------------------------------------------


def test_weights_fall_with_the_third_power_of_the_error() -> None:
    # 1, (1/2)³ = 1/8 and, more than twice as far off, nothing: 8/9 and 1/9.
    assert weights_of([1.0, 2.0, 2.1], [1, 1, 1]) == pytest.approx([8 / 9, 1 / 9, 0])
    assert weights_of([1.0, 2.0, 2.1], [1, 2, 1]) == pytest.approx([8 / 10, 2 / 10, 0])
    assert weights_of([0.0, 1.0, 0.0], [1, 1, 1]) == [0.5, 0.0, 0.5]


def test_a_combination_is_asked_with_weights_from_the_other_cut_offs() -> None:
    trial = Trial((100, 110, 120), 10, (10.0, 10.0, 10.0))
    right_then_wrong = Record("a", (10.0, 10.0, 40.0), (1.0, 1.0, 1.0))
    wrong_then_right = Record("b", (40.0, 40.0, 10.0), (2.0, 2.0, 2.0))
    (together,), weights = combined_records([[right_then_wrong], [wrong_then_right]], [trial])
    # At the last cut-off the two before count, and "a" was right at both: it says 40.
    assert together.middles[2] == 40.0 and together.spreads[2] == 1.0
    # Errors 30 at the last (counting 1), or at 0.9 and 0.81 before: 30/2.71 and 51.3/2.71.
    share = (30 / 51.3) ** 3
    assert weights == pytest.approx([1 / (1 + share), share / (1 + share)])


def test_a_width_is_drawn_to_what_was_seen() -> None:
    apart = Trial((100, 110, 120, 130), 10, (10.0,) * 4)
    # Off by 4 spreads each time, 4 cut-offs apart. Errors of that mean size have 80 % within 1.4852
    # of it, a bell within 1.2816 of its spreads; and four are few: 4 · 1.4852/1.2816 · √(1 + 5/4)
    # = 6.9535. (4 · 6.9535 + 2) / 6 = 4.9690; each lies within 1.2816 · 4.97 = 6.4.
    record = Record("a", (14.0, 6.0, 14.0, 6.0), (1.0,) * 4)
    assert width_and_coverage([record], [apart]) == (pytest.approx(4.9690, abs=1e-4), 1.0)
    # Never off: (0 + 2) / 6 is drawn in to a half, and not further.
    calm = Record("a", (10.0,) * 4, (1.0,) * 4)
    assert width_and_coverage([calm], [apart]) == (0.5, 1.0)
    # Two that do not overlap are too few to be drawn in by.
    close = Trial((100, 103, 107, 110), 10, (10.0,) * 4)
    assert width_and_coverage([calm], [close]) == (1.0, 1.0)


def test_a_past_that_saw_no_season_twice_counts_a_third() -> None:
    # 4 cut-offs, 10 days apart, 10 days ahead.
    seen = Trial((100, 110, 120, 130), 10, (10.0,) * 4)
    unseen = Trial((100, 110, 120, 130), 10, (10.0,) * 4, is_season_known=False)
    assert (seen.apart, unseen.apart) == (4, pytest.approx(4 / 3))
    assert [t.is_season_known for t in trials_of(days_of(730), 56, 31)] == [False]
    assert [t.is_season_known for t in trials_of(days_of(731), 56, 31)] == [True]
    assert [t.is_season_known for t in trials_of(days_of(200), 56, 14)] == [True]


def test_a_year_ahead_is_tried_by_half_of_it_too() -> None:
    near, far = trials_of(days_of(900), 56, 366)
    assert (near.horizon, far.horizon, near.cutoffs) == (183, 366, far.cutoffs)
    at = far.cutoffs[0]
    assert near.totals[0] == pytest.approx(sum(days_of(900).values[at : at + 183]))
    assert [each.horizon for each in trials_of(days_of(900), 56, 92)] == [92]


# --- last year -----------------------------------------------------------------------------------


def test_last_year_at_this_years_level() -> None:
    months = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 15, 30, 45]
    # The last three, 90, against 60 a year before: half as much again, of April to June.
    assert last_year([float(each) for each in months], 3) == pytest.approx([60, 75, 90])
    # And half as much again a year on: April brought 40.
    assert last_year([float(each) for each in months], 13)[12] == pytest.approx(90)
    assert last_year_sum([float(each) for each in months], [1.0], 0.0) is None


def test_far_ahead_last_year_grows_as_the_years_have() -> None:
    # 10 a month, then 20, and 80 in the last three.
    months = [10.0] * 12 + [20.0] * 9 + [80.0] * 3
    years = (9 * 20 + 3 * 80) / 120  # 3.5
    late = 240 / 30  # 8
    found = last_year(months, 18)
    # Half a year on both count the same: 20 · √(8 · 3.5). A year on the years alone.
    assert found[5] == pytest.approx(20 * (late * years) ** 0.5)
    assert found[11] == pytest.approx(80 * years)
    assert found[17] == pytest.approx(20 * years**2)


# --- ETS, against statsmodels ----------------------------------------------------------------------


def test_fitted_states_forecast_as_statsmodels_does() -> None:
    values = list(days_of(112).values)
    found = fitting.ets_fit(values, 7)
    assert found is not None
    model = ETSModel(
        numpy.asarray(values), error="add", trend="add", damped_trend=True, seasonal="add",
        seasonal_periods=7, initialization_method="heuristic",
    )  # fmt: skip
    reference = model.smooth([found.alpha, found.beta, found.gamma, found.phi])
    ahead = look_ahead(found, values, 20)
    assert ahead.middles == pytest.approx(list(reference.forecast(20)), abs=1e-6)
    # The variance of one step, 20 days on, against its simulation: 1,000 paths are within 10 %.
    paths = reference.simulate(20, anchor="end", repetitions=1000, rng=numpy.random.default_rng(1))
    exact = found.sd * sum(each * each for each in ahead.carries) ** 0.5
    assert float(paths[-1].std()) == pytest.approx(exact, rel=0.1)


def test_paths_are_the_same_ones_every_time() -> None:
    model = Ets(0.3, 0.05, 0.2, 0.9, 20.0, 0.1, tuple(map(float, WEEK)), 2.0)
    ahead = look_ahead(model, [float(each) for each in WEEK * 8], 10)
    ends = paths_of_sum(ahead, [1.0] * 10)
    assert ends == paths_of_sum(ahead, [1.0] * 10)
    assert ends == pytest.approx([sum(path) for path in paths_by_step(ahead)])
    assert sum(ends) / len(ends) == pytest.approx(sum(ahead.middles), rel=0.02)
    assert Ets.from_json(model.as_json()) == model


def test_a_fitted_model_goes_on_on_the_same_weekday() -> None:
    days = days_of(420)  # longer than what is fitted
    weekly = BY_NAME[WEEKLY]
    settings = weekly.prepare(days.until(400))
    assert settings is not None
    for length in range(400, 408):
        outcome = weekly.reads(settings, days.until(length), 0.0, 7)
        assert outcome is not None
        # Seven days are one of each weekday: 116, whenever they begin.
        assert outcome.value == pytest.approx(sum(WEEK), abs=6)


def test_a_season_that_multiplies() -> None:
    model = Ets(0.0, 0.0, 0.0, 1.0, 3.0, 0.0, (0.0,) * 12, 0.1, is_log=True)
    assert ets_months(model, [19.0] * 24, 2) == pytest.approx([19.0855, 19.0855], abs=1e-4)  # e³−1
