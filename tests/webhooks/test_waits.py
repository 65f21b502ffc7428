"""When a try is repeated: ten tries in 75 hours and a half, the same jitter always, Retry-After heard."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.waits import WAITS, asked_wait, is_given_up, next_try, rest_until

AT = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def wait(tries: int, name: str = "x", retry_after: str = "") -> timedelta:
    due = next_try(name, tries, AT, retry_after)
    assert due is not None
    return due - AT


def test_the_steps_are_those_of_the_specification() -> None:
    # 24 + 20 + 14 + 10 + 5 + 2 = 75 h, and 30 + 5 min, and 5 s.
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert len(WAITS) + 1 == 10
    assert next_try("x", 10, AT) is None
    assert next_try("x", 11, AT) is None


@given(name=st.text(), tries=st.integers(1, 9))
def test_each_wait_is_longer_by_a_tenth_at_most(name: str, tries: int) -> None:
    found = wait(tries, name)
    assert WAITS[tries - 1] <= found <= WAITS[tries - 1] * 1.1
    assert found == wait(tries, name)


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({wait(4, f"event {number}") for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120), (" 7 ", 7), ("0", 0), ("-5", 0), ("1.5", 0), ("soon", 0), ("", 0), ("١٢", 0),
        ("Tue, 31 Mar 2026 18:31:00 GMT", 60), ("Tue, 31 Mar 2026 18:29:00 GMT", 0),
        ("Tue, 31 Mar 2026 18:31:00", 0), ("Tue, 99 Mar 2026 99:31:00 GMT", 0), ("9" * 5000, 999_999_999),
    ],
)  # fmt: skip
def test_retry_after_is_read(text: str, seconds: int) -> None:
    assert asked_wait(text, AT) == timedelta(seconds=seconds)


def test_retry_after_makes_it_longer_never_shorter_and_not_endless() -> None:
    assert wait(1, retry_after="120") == timedelta(minutes=2)
    assert wait(4, retry_after="1") == wait(4)
    assert wait(1, retry_after="99999999") == 24 * HOUR


def test_who_fails_rests_for_a_tenth_of_the_time_since() -> None:
    def rest(since: timedelta, retry_after: str = "") -> timedelta:
        return rest_until(AT - since, AT, retry_after) - AT

    assert rest(timedelta()) == timedelta(seconds=5)
    assert rest(timedelta(minutes=10)) == timedelta(minutes=1)
    assert rest(20 * HOUR) == HOUR
    assert rest(timedelta(), "90") == timedelta(seconds=90)
    assert rest(timedelta(), "86400") == HOUR


def test_three_days_are_enough() -> None:
    assert not is_given_up(AT - 72 * HOUR + timedelta(seconds=1), AT)
    assert is_given_up(AT - 72 * HOUR, AT)
