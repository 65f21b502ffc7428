from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import (
    PRESETS,
    CalendarRules,
    Period,
    PeriodError,
    add_months,
    buckets,
    day_bounds,
    day_start,
    fiscal_position,
    is_whole_weeks,
    last_complete_day,
    local_date,
    parse_selection,
    preset_period,
    trend_unit,
    unit_key,
    unit_of,
    whole_unit,
    zone,
)

SUNDAY_WEEKS = CalendarRules(week_start=7)
JULY_YEAR = CalendarRules(fiscal_first_month=7)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
RULES = st.builds(
    CalendarRules,
    week_start=st.sampled_from([1, 7]),
    fiscal_first_month=st.integers(1, 12),
    fiscal_year_named_by_end=st.booleans(),
)
UNITS = st.sampled_from(["day", "week", "month", "quarter", "year"])


def d(text: str) -> date:
    return date.fromisoformat(text)


def period(first: str, last: str) -> Period:
    return Period(d(first), d(last))


# --- local days (KPIS G.1) ---


@pytest.mark.parametrize(
    ("name", "day", "start", "end", "hours", "begins"),
    [
        ("Europe/Madrid", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00", 23, "00:00"),
        ("Europe/Madrid", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00", 25, "00:00"),
        (
            "America/Argentina/Cordoba",
            "2026-03-29",
            "2026-03-29T03:00",
            "2026-03-30T03:00",
            24,
            "00:00",
        ),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00", "2026-09-07T03:00", 23, "01:00"),
        ("America/Santiago", "2026-04-04", "2026-04-04T03:00", "2026-04-05T04:00", 25, "00:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", "2026-04-24T21:00", 23, "01:00"),
        # the clock jumped from 23:30 to 00:30: the day begins inside the jump's far end
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30", "1919-04-01T04:00", 23.5, "00:30"),
    ],
)
def test_day_in_utc(name, day, start, end, hours, begins):
    tz = zone(name)
    first, last = day_bounds(d(day), tz)
    assert first == datetime.fromisoformat(f"{start}+00:00")
    assert last == datetime.fromisoformat(f"{end}+00:00")
    assert (last - first).total_seconds() / 3600 == hours
    assert f"{first.astimezone(tz):%H:%M}" == begins
    assert local_date(first, tz) == d(day)
    assert local_date(first - timedelta(microseconds=1), tz) == d(day) - timedelta(days=1)


def test_day_that_was_skipped_is_empty():
    # Samoa crossed the date line: it had no 30 December 2011.
    start, end = day_bounds(date(2011, 12, 30), zone("Pacific/Apia"))
    assert start == end == datetime(2011, 12, 30, 10, tzinfo=UTC)


@given(
    name=st.sampled_from(sorted(n for n in available_timezones() if "/" in n)),
    year=st.integers(2000, 2036),
)
def test_local_days_tile_the_year(name, year):
    tz = ZoneInfo(name)
    days = list(Period(date(year, 1, 1), date(year, 12, 31)))
    bounds = [day_bounds(day, tz) for day in days]
    assert all(end == start for (_, end), (start, _) in pairwise(bounds))
    hours = sum((end - start).total_seconds() / 3600 for start, end in bounds)
    whole = day_start(date(year + 1, 1, 1), tz) - day_start(date(year, 1, 1), tz)
    assert hours == pytest.approx(whole.total_seconds() / 3600, abs=1e-6)


@given(
    at=st.datetimes(datetime(2012, 1, 1), datetime(2036, 1, 1)),
    name=st.sampled_from(
        ["Europe/Madrid", "America/Santiago", "America/Sao_Paulo", "Africa/Cairo", "Asia/Tokyo"]
    ),
)
def test_an_instant_is_inside_its_local_day(at, name):
    tz, instant = ZoneInfo(name), at.replace(tzinfo=UTC)
    start, end = day_bounds(local_date(instant, tz), tz)
    assert start <= instant < end


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("America/Argentina/Cordoba", "2026-02-28"),
        ("America/Mexico_City", "2026-02-28"),
        ("Europe/Madrid", "2026-03-01"),
    ],
)
def test_one_instant_two_days(name, day):
    at = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    assert local_date(at, zone(name)) == d(day)
    assert last_complete_day(at, zone(name)) == d(day) - timedelta(days=1)


def test_last_complete_day_waits_for_the_sources():
    at, tz = datetime(2026, 3, 10, 12, tzinfo=UTC), zone("Europe/Madrid")
    assert last_complete_day(at, tz, complete_through=d("2026-03-05")) == d("2026-03-05")
    assert last_complete_day(at, tz, complete_through=d("2026-03-20")) == d("2026-03-09")


def test_naive_instant_and_unknown_zone_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 3, 1), zone("Europe/Madrid"))
    for name in ("Europe/Atlantis", "", "../etc/passwd"):
        with pytest.raises(PeriodError) as error:
            zone(name)
        assert error.value.code == "unknown_zone"


# --- units (KPIS G.7) ---


@pytest.mark.parametrize(
    ("day", "monday", "sunday"),
    [
        ("2026-03-01", "2026-02-23", "2026-03-01"),
        ("2026-01-01", "2025-12-29", "2025-12-28"),
    ],
)
def test_weeks(day, monday, sunday):
    assert unit_of(d(day), "week").first == d(monday)
    assert unit_of(d(day), "week", SUNDAY_WEEKS).first == d(sunday)


@pytest.mark.parametrize(
    ("unit", "day", "rules", "key"),
    [
        ("day", "2026-03-01", CalendarRules(), "2026-03-01"),
        ("week", "2026-12-31", CalendarRules(), "2026-W53"),
        ("week", "2026-03-01", SUNDAY_WEEKS, "2026-03-01"),
        ("month", "2026-03-15", CalendarRules(), "2026-03"),
        ("quarter", "2026-03-15", CalendarRules(), "2026-Q1"),
        ("year", "2026-03-15", CalendarRules(), "2026"),
        ("quarter", "2026-03-15", JULY_YEAR, "FY2026-Q3"),
        ("year", "2026-07-01", JULY_YEAR, "FY2027"),
    ],
)
def test_unit_keys(unit, day, rules, key):
    assert unit_key(unit, unit_of(d(day), unit, rules).first, rules) == key


@pytest.mark.parametrize(
    ("day", "by_end", "expected"),
    [
        ("2026-03-15", True, (2026, 3, 9)),
        ("2026-07-01", True, (2027, 1, 1)),
        ("2026-06-30", True, (2026, 4, 12)),
        ("2026-03-15", False, (2025, 3, 9)),
        ("2026-07-01", False, (2026, 1, 1)),
    ],
)
def test_fiscal_year(day, by_end, expected):
    position = fiscal_position(d(day), CalendarRules(1, 7, by_end))
    assert (position.year, position.quarter, position.period) == expected


def test_fiscal_quarter_and_year():
    assert unit_of(d("2026-03-15"), "quarter", JULY_YEAR) == period("2026-01-01", "2026-03-31")
    assert unit_of(d("2026-03-15"), "year", JULY_YEAR) == period("2025-07-01", "2026-06-30")
    february = CalendarRules(fiscal_first_month=2)
    assert unit_of(d("2026-01-31"), "quarter", february) == period("2025-11-01", "2026-01-31")


@given(day=DAYS, unit=UNITS, rules=RULES)
def test_a_unit_holds_its_days_and_touches_the_next(day, unit, rules):
    whole = unit_of(day, unit, rules)
    assert day in whole
    assert unit_of(whole.first, unit, rules) == unit_of(whole.last, unit, rules) == whole
    assert unit_of(whole.last + timedelta(days=1), unit, rules).first == whole.last + timedelta(1)


@given(first=DAYS, days=st.integers(1, 900), unit=UNITS, rules=RULES)
def test_buckets_tile_the_period(first, days, unit, rules):
    asked = Period(first, first + timedelta(days=days - 1))
    cut = buckets(asked, unit, rules)
    assert [day for bucket in cut for day in bucket.period] == list(asked)
    assert len({bucket.key for bucket in cut}) == len(cut)
    assert all(bucket.is_whole for bucket in cut[1:-1])
    assert all(bucket.whole.overlap(asked) == bucket.period for bucket in cut)


def test_buckets_cut_short_at_the_ends():
    cut = buckets(period("2026-02-27", "2026-03-09"), "week")
    assert [(b.key, b.period.first.isoformat(), b.period.days, b.is_whole) for b in cut] == [
        ("2026-W09", "2026-02-27", 3, False),
        ("2026-W10", "2026-03-02", 7, True),
        ("2026-W11", "2026-03-09", 1, False),
    ]


def test_unknown_unit_is_refused():
    with pytest.raises(PeriodError) as error:
        buckets(period("2026-03-01", "2026-03-02"), "fortnight")
    assert error.value.code == "unknown_unit"


@pytest.mark.parametrize(
    ("first", "last", "unit"),
    [
        ("2026-03-01", "2026-03-01", "day"),
        ("2026-03-02", "2026-03-08", "week"),
        ("2026-03-01", "2026-03-31", "month"),
        ("2026-01-01", "2026-03-31", "quarter"),
        ("2026-01-01", "2026-12-31", "year"),
        ("2026-03-01", "2026-03-15", None),
        ("2026-03-01", "2026-04-30", None),
    ],
)
def test_whole_unit(first, last, unit):
    assert whole_unit(period(first, last)) == unit


def test_whole_weeks():
    assert is_whole_weeks(period("2026-03-02", "2026-03-15"))
    assert not is_whole_weeks(period("2026-03-01", "2026-03-14"))
    assert is_whole_weeks(period("2026-03-01", "2026-03-14"), SUNDAY_WEEKS)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-31", -1, "2026-02-28"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-11-30", 3, "2027-02-28"),
    ],
)
def test_add_months_clips(day, months, expected):
    assert add_months(d(day), months) == d(expected)


def test_trend_unit_keeps_charts_readable():
    year = period("2025-01-01", "2025-12-31")
    assert trend_unit(period("2026-03-01", "2026-03-31")) == "day"
    assert trend_unit(period("2026-01-01", "2026-03-31")) == "week"
    assert trend_unit(year) == "month"


# --- presets and URLs ---


@pytest.mark.parametrize(
    ("preset", "last_complete", "first", "last"),
    [
        ("last_complete_month", "2026-03-15", "2026-02-01", "2026-02-28"),
        ("last_complete_month", "2026-03-31", "2026-03-01", "2026-03-31"),
        ("month_to_date", "2026-03-15", "2026-03-01", "2026-03-15"),
        ("month_to_date", "2026-02-28", "2026-02-01", "2026-02-28"),
        ("last_7_days", "2026-03-03", "2026-02-25", "2026-03-03"),
        ("last_30_days", "2026-03-15", "2026-02-14", "2026-03-15"),
        ("last_complete_quarter", "2026-03-30", "2025-10-01", "2025-12-31"),
        ("last_complete_quarter", "2026-03-31", "2026-01-01", "2026-03-31"),
        ("quarter_to_date", "2026-05-10", "2026-04-01", "2026-05-10"),
        ("year_to_date", "2026-05-10", "2026-01-01", "2026-05-10"),
        ("last_complete_year", "2026-05-10", "2025-01-01", "2025-12-31"),
    ],
)
def test_presets_end_at_the_last_complete_day(preset, last_complete, first, last):
    assert preset_period(preset, d(last_complete)) == period(first, last)


def test_presets_follow_the_fiscal_year():
    assert preset_period("year_to_date", d("2026-03-15"), JULY_YEAR) == period(
        "2025-07-01", "2026-03-15"
    )
    assert preset_period("last_complete_year", d("2026-03-15"), JULY_YEAR) == period(
        "2024-07-01", "2025-06-30"
    )


@given(last=DAYS, rules=RULES, preset=st.sampled_from([p for p in PRESETS if p != "custom"]))
def test_every_preset_is_complete_and_survives_its_url(last, rules, preset):
    chosen = parse_selection({"period": preset}, last, rules)
    assert chosen.period.last <= last
    assert parse_selection(chosen.params(), last, rules) == chosen


def test_url_with_dates():
    chosen = parse_selection({"from": "2018-01-01", "to": "2018-03-31"}, d("2026-03-15"))
    assert (chosen.preset, chosen.period) == ("custom", period("2018-01-01", "2018-03-31"))
    assert chosen.params() == {"from": "2018-01-01", "to": "2018-03-31"}


def test_url_without_period_is_the_last_30_days():
    chosen = parse_selection({"period": "", "from": "", "to": " "}, d("2026-03-15"))
    assert (chosen.preset, chosen.period) == ("last_30_days", period("2026-02-14", "2026-03-15"))


def test_url_preset_wins_over_stale_dates():
    params = {"period": "month_to_date", "from": "2018-01-01", "to": "2018-03-31"}
    assert parse_selection(params, d("2026-03-15")).preset == "month_to_date"


@pytest.mark.parametrize(
    ("params", "code", "words"),
    [
        ({"period": "fortnight"}, "unknown_period", "fortnight"),
        ({"period": "last_complete_week"}, "unknown_period", "last_complete_week"),
        ({"from": "2026-02-31", "to": "2026-03-01"}, "bad_date", "2026-02-31"),
        ({"from": "20260301", "to": "2026-03-01"}, "bad_date", "20260301"),
        ({"from": "0001-01-01", "to": "2026-03-01"}, "bad_date", "0001-01-01"),
        ({"from": "2026-03-01\x00", "to": "2026-03-01"}, "bad_date", "2026-03-01"),
        ({"from": "٢٠٢٦-03-01", "to": "2026-03-01"}, "bad_date", "٢٠٢٦"),
        ({"from": "2026-03-01"}, "half_period", "both"),
        ({"period": "custom"}, "half_period", "both"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from_after_to", "2026-03-02"),
        ({"from": "2000-01-01", "to": "2026-03-01"}, "too_long", "3660"),
    ],
)
def test_bad_url_says_what_is_wrong(params, code, words):
    with pytest.raises(PeriodError) as error:
        parse_selection(params, d("2026-03-15"))
    assert error.value.code == code
    assert words in str(error.value)
