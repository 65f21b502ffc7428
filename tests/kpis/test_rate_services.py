"""Writing rates: new, the same again, corrected; a typed one stands against a file."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Agency
from accounts.tenancy import tenant_scope
from kpis.models import ExchangeRate
from kpis.rates.files import rates_in
from kpis.rates.services import MANUAL, RateRow, rates_import, rates_put
from tests.cast import Cast
from tests.kpis.test_rate_files import FILE

DAY = date(2026, 3, 3)


@pytest.fixture
def aurora(cast: Cast) -> Iterator[Agency]:
    with tenant_scope(cast.aurora.pk):
        yield cast.aurora


def stored() -> list[tuple[object, ...]]:
    rows = ExchangeRate.objects.order_by("day", "from_currency", "to_currency", "version")
    return list(
        rows.values_list("day", "from_currency", "to_currency", "rate", "source", "version")
    )


def test_a_file_is_stored_in_both_directions_and_twice_is_once(aurora: Agency) -> None:
    assert rates_import(aurora, rates_in(FILE), date(2026, 3, 3)) == {"new": 10}
    before = stored()
    assert len(before) == 10
    assert (DAY, "EUR", "USD", Decimal("1.0812"), "ecb", 1) in before
    assert (DAY, "USD", "EUR", Decimal("0.924898261191268960"), "ecb", 1) in before
    assert rates_import(aurora, rates_in(FILE), date(2026, 3, 3)) == {"same": 10}
    assert stored() == before


def test_days_before_the_first_wanted_one_stay_out(aurora: Agency) -> None:
    assert rates_import(aurora, rates_in(FILE), date(2026, 3, 4)) == {"new": 6}
    assert {row[0] for row in stored()} == {date(2026, 3, 4)}


def test_a_correction_is_a_further_version(aurora: Agency) -> None:
    for rate in ("1.08", "1.09"):
        rates_put(aurora, [RateRow(DAY, "EUR", "USD", Decimal(rate))], MANUAL, 5)
    assert [row[3:] for row in stored()] == [
        (Decimal("1.08"), "manual", 1),
        (Decimal("1.09"), "manual", 2),
    ]
    assert set(ExchangeRate.objects.values_list("written_by", flat=True)) == {5}


def test_a_file_does_not_replace_what_was_typed(aurora: Agency) -> None:
    typed = RateRow(DAY, "EUR", "USD", Decimal("1.5"))
    assert rates_put(aurora, [typed], MANUAL) == ["new"]
    published = RateRow(DAY, "EUR", "USD", Decimal("1.0812"))
    assert rates_put(aurora, [published], "ecb") == ["kept"]
    rates_put(aurora, [RateRow(DAY, "EUR", "USD", None)], MANUAL)  # taken back
    assert rates_put(aurora, [published], "ecb") == ["changed"]
    assert [row[5] for row in stored()] == [1, 2, 3]


def test_the_verdicts_come_in_the_order_of_the_rows(aurora: Agency) -> None:
    first = RateRow(DAY, "EUR", "USD", Decimal("1.5"))
    rates_put(aurora, [first], MANUAL)
    rows = [
        RateRow(DAY, "USD", "EUR", Decimal("0.7")),
        first,
        RateRow(DAY, "EUR", "BRL", Decimal("6")),
    ]
    assert rates_put(aurora, rows, MANUAL) == ["new", "same", "new"]
    assert rates_put(aurora, [], MANUAL) == []


def test_nothing_that_was_stored_can_be_changed_or_removed(aurora: Agency) -> None:
    rates_put(aurora, [RateRow(DAY, "EUR", "USD", Decimal("1.5"))], MANUAL)
    for change in (
        lambda: ExchangeRate.objects.update(rate=2),
        lambda: ExchangeRate.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert len(stored()) == 1
