"""The snapshot's own aggregate: as PostgreSQL's sum, in bigints."""

import pytest
from django.db import DataError, connection

from kpis.families.sums import WHOLE_SUM
from tests.cast import Cast

MOST = 2**63 - 1


def added_up(numbers: list[int | None]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {WHOLE_SUM}(each), sum(each)::bigint FROM unnest(%s::bigint[]) AS each",
            [numbers],
        )
        mine, plain = cursor.fetchone()
    assert mine == plain
    return None if mine is None else int(mine)


def test_it_adds_up_as_sum_does(cast: Cast) -> None:
    assert added_up([3, None, 4, -9]) == -2
    assert added_up([0]) == 0
    assert added_up([MOST - 1, 1]) == MOST


def test_nothing_is_unknown_and_not_zero(cast: Cast) -> None:
    assert added_up([]) is None
    assert added_up([None, None]) is None


def test_what_no_column_can_hold_is_refused(cast: Cast) -> None:
    with pytest.raises(DataError, match="out of range"), connection.cursor() as cursor:
        cursor.execute(f"SELECT {WHOLE_SUM}(each) FROM unnest(%s::bigint[]) AS each", [[MOST, 1]])
