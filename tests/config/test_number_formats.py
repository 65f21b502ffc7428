"""Django's number formats agree with Babel's in every language of ours."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from django.conf import settings
from django.template.defaultfilters import floatformat
from django.utils.translation import override


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("number", ["0.5", "-12.25", "9000", "1234567.891"])
def test_they_agree(language: str, number: str) -> None:
    with override(language):
        ours = floatformat(Decimal(number), "2g")
    assert ours == format_decimal(Decimal(number), "#,##0.00", locale=language)
