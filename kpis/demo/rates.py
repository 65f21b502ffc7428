"""The demo's exchange rates: plausible ones for its clients' currencies, the same for the same day."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from accounts.models import Agency
from kpis.demo.clients import CLIENTS
from kpis.rates.files import BASE, PublishedRate, both_directions
from kpis.rates.services import RateRow, rates_put

SOURCE = "demo"
#: What one euro is about worth.
LEVELS = {
    "USD": 1.09, "MXN": 19.8, "BRL": 6.1, "ARS": 1450.0, "CLP": 1010.0, "COP": 4450.0, "PEN": 4.05,
    "GBP": 0.86, "UYU": 43.0,
}  # fmt: skip


def rates_tell(agency: Agency, first: date, last: date) -> int:
    """Rates of every working day of a range, in both directions; how many. Inside the agency's scope."""
    rows = [
        RateRow(each.day, each.code, each.to, each.rate)
        for published in _published(first, last)
        for each in both_directions(published)
    ]
    rates_put(agency, rows, SOURCE)
    return len(rows)


def _published(first: date, last: date) -> Iterator[PublishedRate]:
    codes = sorted({business.currency for business in CLIENTS} & set(LEVELS))
    day = first
    while day <= last:
        if day.isoweekday() <= 5:
            for code in codes:
                yield PublishedRate(day, BASE, code, _rate(code, day))
        day += timedelta(days=1)


def _rate(code: str, day: date) -> Decimal:
    """A slow swing about the level with a little noise, to five significant digits."""
    swing = 0.04 * math.sin(day.toordinal() / 61 + len(code) + ord(code[0]))
    noise = Random(f"{code} {day}").uniform(-0.004, 0.004)  # noqa: S311  not a secret
    return Decimal(f"{LEVELS[code] * (1 + swing + noise):.5g}")
