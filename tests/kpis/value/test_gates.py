"""The gates of KPIS E.1: each at its edge."""

from dataclasses import replace

import pytest

from kpis.value.gates import ASKED, MISSED, Buying, gate_of_correlation, gates_before, unmet

#: Orders from 179 days ago to today are 180 days of orders.
ENOUGH = Buying(buyers=500, oldest=179, newest=0, most_orders=3)


def test_all_met() -> None:
    assert unmet(gates_before(ENOUGH)) == ()
    assert unmet(gates_before(replace(ENOUGH, oldest=208, newest=29))) == ()


@pytest.mark.parametrize(
    ("change", "code", "found"),
    [
        ({"buyers": 499}, "buyers", 499),
        ({"oldest": 178}, "days", 179),
        ({"oldest": 400, "newest": 30}, "recent", 30),
        ({"most_orders": 2}, "frequent", 2),
        ({"contracts": 1}, "no_contracts", 1),
        ({"without_rate": 7}, "convertible", 7),
    ],
)
def test_one_is_not_met(change: dict[str, int], code: str, found: int) -> None:
    (gate,) = unmet(gates_before(replace(ENOUGH, **change)))
    assert (gate.code, gate.found) == (code, found)


def test_nobody_has_bought() -> None:
    codes = {gate.code for gate in unmet(gates_before(Buying(0, 0, 0, 0)))}
    assert codes == {"buyers", "days", "recent", "frequent"}


@pytest.mark.parametrize(
    ("correlation", "is_met"),
    [(None, True), (0.1139, True), (0.3, True), (0.3001, False), (-0.31, False)],
)
def test_value_and_frequency(correlation: float | None, is_met: bool) -> None:
    assert gate_of_correlation(correlation).is_met is is_met


def test_every_gate_has_its_words() -> None:
    codes = {gate.code for gate in gates_before(ENOUGH)} | {"independent", "converged"}
    assert codes == set(ASKED) == set(MISSED)
    for words in (*ASKED.values(), *MISSED.values()):
        assert str(words) % {"needed": 1, "found": 2}
