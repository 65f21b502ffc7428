"""What KPIS E.4 says of CAC: its example, each condition at its edge, and what stands beside it."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from kpis.calculate import Value
from kpis.catalogue import Parameters
from kpis.notices import LEVELS, NOTICES, cac_notices
from kpis.pages.cac import notices_of, profit_per_order
from kpis.pages.reader import Reader

MARGIN = Parameters(profit_basis="margin", margin=Decimal("0.4"))
READER = Reader("en", "USD")
#: CAC 80; AOV 12,500 / 200 = 62.50; gross profit 12,000 × 0.4 = 4,800 of 200 orders; LTV 240.
EXAMPLE = {
    "cac": "80", "aov": "62.5", "new_customers": "40", "sales_count": "200", "revenue": "12000",
    "gross_margin": "0.4", "ltv": "240", "ltv_cac_ratio": "3", "payback_months": "6.666666",
}  # fmt: skip


def values(**changes: str | None) -> Mapping[str, Value]:
    return {
        key: Value(None if text is None else Decimal(text), None, {}, "final")
        for key, text in {**EXAMPLE, **changes}.items()
    }


def codes(parameters: Parameters = MARGIN, **changes: str | None) -> list[str]:
    return [each.code for each in notices_of(values(**changes), parameters, READER)]


def test_the_example_of_the_specification() -> None:
    review, info = notices_of(values(), MARGIN, READER)

    assert profit_per_order(values(), MARGIN) == 24
    assert (review.level, info.level) == ("review", "info")  # not critical: 240 is more than 80
    assert review.figures == "CAC $80.00, average sale $62.50."
    assert info.figures == "CAC $80.00, profit of a sale $24.00."
    assert review.beside == info.beside == "LTV:CAC 3.00, payback 6.7\u00a0months."
    assert review.text.startswith("Winning a customer costs more than an average sale")


def test_critical_stands_first() -> None:
    found = notices_of(values(ltv="79.99"), MARGIN, READER)
    assert [each.level for each in found] == ["critical", "review", "info"]
    assert [each.tone for each in found] == ["bad", "warn", "quiet"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"new_customers": "9"}, []),
        ({"new_customers": None}, []),
        ({"cac": None}, []),
        ({"cac": "62.5"}, ["cac_above_first_profit"]),  # equal is not above
        ({"cac": "24"}, []),
        ({"cac": "240", "aov": None, "sales_count": "0"}, []),
        ({"cac": "240.01", "aov": None, "gross_margin": None}, ["cac_above_ltv"]),
        ({"ltv": None}, ["cac_above_ticket", "cac_above_first_profit"]),
    ],
)
def test_each_condition_at_its_edge(change: dict[str, str | None], expected: list[str]) -> None:
    assert codes(**change) == expected


def test_on_revenue_nothing_is_held_against_lifetime_value_or_profit() -> None:
    found = notices_of(values(ltv="10", gross_margin="1"), Parameters(), READER)
    assert [each.code for each in found] == ["cac_above_ticket"]
    assert found[0].beside.startswith("LTV:CAC 3.00 (on revenue), payback")


def test_what_is_not_known_is_a_dash() -> None:
    (review, _info) = notices_of(values(ltv_cac_ratio=None, payback_months=None), MARGIN, READER)
    assert review.beside == "LTV:CAC —, payback —."


def test_every_notice_has_its_level_and_words() -> None:
    assert set(NOTICES) == set(LEVELS)
    assert set(LEVELS.values()) == {"critical", "review", "info"}
    assert cac_notices(Decimal(5), None, Decimal(10)) == ()
