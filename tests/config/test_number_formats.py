"""Django's formats of numbers and dates agree with Babel's in every language of ours."""

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import override


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("number", ["0.5", "-12.25", "9000", "1234567.891"])
def test_they_agree(language: str, number: str) -> None:
    with override(language):
        ours = floatformat(Decimal(number), "2g")
    assert ours == format_decimal(Decimal(number), "#,##0.00", locale=language)


@pytest.mark.parametrize("month", range(1, 13))
def test_dates_agree_in_portuguese(month: int) -> None:
    """Babel writes most dates of a page; those that Django writes stand beside them."""
    day = date(2026, month, 22)
    with override("pt"):
        ours = date_format(day, "DATE_FORMAT")
    assert ours == format_date(day, "medium", locale="pt")
