"""The European Central Bank's file of rates: read line by line, or refused with the place."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from kpis.rates.files import PublishedRate, RateFileRefused, both_directions, rates_in

#: As the bank writes it: N/A where nothing was published, and a comma at the end.
FILE = b"""Date,USD,JPY,BGN,
2026-03-04,1.0790,162.11,1.9558,
2026-03-03,1.0812,161.52,N/A,
"""


def test_it_reads_every_published_rate_and_no_other() -> None:
    assert list(rates_in(FILE)) == [
        PublishedRate(date(2026, 3, 4), "EUR", "USD", Decimal("1.0790")),
        PublishedRate(date(2026, 3, 4), "EUR", "JPY", Decimal("162.11")),
        PublishedRate(date(2026, 3, 4), "EUR", "BGN", Decimal("1.9558")),
        PublishedRate(date(2026, 3, 3), "EUR", "USD", Decimal("1.0812")),
        PublishedRate(date(2026, 3, 3), "EUR", "JPY", Decimal("161.52")),
    ]


def zipped(how: int = zipfile.ZIP_STORED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        archive.writestr("eurofxref-hist.csv", FILE)
    return packed.getvalue()


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_zip_of_it_is_the_same(how: int) -> None:
    assert list(rates_in(zipped(how))) == list(rates_in(FILE))


def test_a_zip_that_is_damaged_or_unpacks_to_anything_at_once_is_refused() -> None:
    damaged, noname = bytearray(zipped(zipfile.ZIP_DEFLATED)), bytearray(zipped())
    rows = 30 + len("eurofxref-hist.csv")
    damaged[rows : rows + 9] = b"\xff" * 9  # no such kind of block
    place = noname.index(b"PK\x01\x02")
    noname[place + 8 : place + 10], noname[place + 46] = b"\x00\x08", 0xFF  # UTF-8 that is none
    for content in (damaged, noname, zipped(zipfile.ZIP_BZIP2), zipped(zipfile.ZIP_LZMA)):
        with pytest.raises(RateFileRefused) as refused:
            list(rates_in(bytes(content)))
        assert refused.value.code == "bad_zip"


def test_the_way_back_is_computed_once() -> None:
    there, back = both_directions(next(rates_in(FILE)))
    assert (there.code, there.to, there.rate) == ("EUR", "USD", Decimal("1.0790"))
    # 1 ÷ 1.0790 = 0.926784059314179796…, to 18 significant digits.
    assert (back.code, back.to, back.rate) == ("USD", "EUR", Decimal("0.926784059314179796"))


@pytest.mark.parametrize(
    ("content", "code", "data"),
    [
        (b"", "bad_header", {"line": 1}),
        (b"Day,USD\n2026-03-03,1\n", "bad_header", {"line": 1}),
        (b"Date,USD,USD,\n", "bad_header", {"line": 1}),
        (b"Date,EUR\n", "bad_header", {"line": 1}),
        (b"Date,dollar\n", "bad_header", {"line": 1}),
        (b"Date\n2026-03-03\n", "bad_header", {"line": 1}),
        (b"Date,USD\n03/03/2026,1.08\n", "bad_day", {"line": 2}),
        (b"Date,USD\n2026-02-31,1.08\n", "bad_day", {"line": 2}),
        (b"Date,USD\n2026-03-03,1.08\n2026-03-03,1.09\n", "day_twice", {"line": 3}),
        (b"Date,USD\n2026-03-03,0\n", "bad_rate", {"line": 2, "column": "USD"}),
        (b"Date,USD\n2026-03-03,-1\n", "bad_rate", {"line": 2, "column": "USD"}),
        (b"Date,USD\n2026-03-03,NaN\n", "bad_rate", {"line": 2, "column": "USD"}),
        (b"Date,USD\n2026-03-03,1e40\n", "bad_rate", {"line": 2, "column": "USD"}),
        (b'Date,USD\n2026-03-03,"1,08"\n', "bad_rate", {"line": 2, "column": "USD"}),
        (b"PK not a zip", "bad_zip", {}),
        (b"\xff\xfe\x00", "not_text", {}),
    ],
)
def test_it_refuses(content: bytes, code: str, data: dict[str, object]) -> None:
    with pytest.raises(RateFileRefused) as refused:
        list(rates_in(content))
    assert (refused.value.code, refused.value.data) == (code, data)
    assert str(refused.value)
