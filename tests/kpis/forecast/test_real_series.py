"""On real series the chosen model beats the naive forecasts, and its probabilities come true."""

from datetime import date
from functools import partial

from kpis.forecast import choose
from kpis.forecast.methods import MODELS
from kpis.forecast.series import complete_months, month_days
from tests import forecast_series as series
from tests import real_data

pytestmark = [real_data.needs("forecast_series"), real_data.needs("online_retail")]


def test_retail_sales_with_two_years_held_out() -> None:
    """Holt-Winters of the data's notes comes to 0.359, seasonal naive to 1.361."""
    days = series.months_of("retail_sales").since(date(2006, 1, 1))
    _first, months = complete_months(days)
    held_out = sum(month_days(2014 + (5 + n) // 12, (5 + n) % 12 + 1) for n in range(24))
    found = series.chosen_months(days.until(len(days) - held_out), 24)
    assert found is not None
    _track, said = found
    naive = series.mase(months[:-24], months[-24:], [months[-25]] * 24, 12)
    assert series.mase(months[:-24], months[-24:], said, 12) < min(1, naive)


def test_a_quarter_from_rolling_month_ends() -> None:
    found = series.rolled(series.months_of("air_passengers").since(date(1954, 1, 1)), 3, 3)
    assert found is not None and found.origins == 3 and found.seasonal is not None
    assert found.chosen < found.naive and found.chosen < found.seasonal


def test_of_the_goals_given_a_probability_of_seventy_percent() -> None:
    plain = partial(choose, models=[model for model in MODELS if not model.is_fitted])
    goals = [
        *series.judged("orders", series.uci(True), 14, plain),
        *series.judged("leads", series.olist_leads(), 14, plain),
    ]
    likely = [each for each in goals if 0.6 <= each.probability < 0.8]
    assert len(likely) > 60
    assert 0.5 <= sum(each.is_reached for each in likely) / len(likely) <= 0.9
