"""Files that must not come in: each is answered by a clear error, and nothing has changed."""

import codecs
from collections.abc import Iterator
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection

from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.imports.errors import FileRefused, Problem, RowRefused
from campaigns.imports.inspection import LONGEST_LINE
from campaigns.imports.refusals import BadRows, RowsRefused
from campaigns.models import (
    Campaign,
    Cost,
    Customer,
    DailyFact,
    ImportBatch,
    LandingPage,
    Lead,
    RefusedRow,
    ReplacedRow,
    Sale,
    Salesperson,
    SourceSync,
)
from campaigns.services import batch_create
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads"}
COSTS = {"kind": "costs", "preset": "generic_costs"}
SALES = {"kind": "sales", "preset": "generic_sales"}
DAILY = {"kind": "daily", "preset": "generic_daily"}
GOOGLE = {"kind": "daily", "preset": "google_ads_campaign"}
META = {"kind": "daily", "preset": "meta_ads_manager"}
GOOGLE_HEAD = "Day,Campaign,Currency code,Cost,Impr.,Clicks\n"
META_HEAD = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD),Impressions\n"
GOOD_LEAD = "id,created\n1,2026-03-01\n"


def everything(cast: Cast) -> dict[str, int]:
    """Rows of every table that an import may write, batches excepted."""
    with tenant_scope(cast.aurora.pk):
        return {
            model.__name__: model.objects.count()
            for model in (
                Campaign, Cost, Customer, DailyFact, LandingPage, Lead, ReplacedRow, Sale,
                Salesperson, SourceSync,
            )
        }  # fmt: skip


def dirty_days(cast: Cast) -> int:
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kpis_dirtyday")
        return cursor.fetchone()[0]


#: (name, mapping, file, code, what the message must say)
TABLES = [
    (
        "wrong layout",
        GOOGLE,
        "Day,Campaign,Clicks\n2026-09-01,Brand,3\n",
        "wrong_layout",
        ["“cost”", "Day, Campaign, Clicks"],
    ),
    ("another platform's", GOOGLE, "Record ID,Email\n1,a@example.com\n", "no_header", ["50 lines"]),
    ("no key column", LEADS, "created,email\n2026-03-01,a@example.com\n", "wrong_layout", ["“id”"]),
    ("no date column", DAILY, "campaign,clicks\nBrand,3\n", "missing_column", ["Day"]),
    ("no rows", LEADS, "id,created\n", "no_rows", ["no row"]),
    ("only totals", GOOGLE, GOOGLE_HEAD + "Total: Account,,USD,10.00,5,1\n", "no_rows", ["no row"]),
    (
        "31 February",
        LEADS,
        "id,created\n1,2026-02-31\n",
        "rows_refused",
        ["line 2", "“created”", "“2026-02-31”", "no day of the calendar"],
    ),
    (
        "a short row",
        LEADS,
        "id,created,email\n1,2026-02-01\n",
        "rows_refused",
        ["line 2: The row has 2 cells, the header 3."],
    ),
    (
        "not a date",
        LEADS,
        "id,created\n1,yesterday\n",
        "rows_refused",
        ["line 2", "“yesterday” is not a date"],
    ),
    (
        "a date of long ago",
        LEADS,
        "id,created\n1,0206-01-05\n",
        "rows_refused",
        ["too far from today"],
    ),
    (
        "negative cost",
        COSTS,
        "month,amount\n2026-03,-5.00\n",
        "rows_refused",
        ["line 2", "“amount”", "“-5.00” is negative"],
    ),
    (
        "negative spend",
        GOOGLE,
        GOOGLE_HEAD + "2026-09-01,Brand,USD,-4.20,5,1\n",
        "rows_refused",
        ["“-4.20” is negative"],
    ),
    (
        "negative in brackets",
        COSTS,
        "month,amount\n2026-03,(5.00)\n",
        "rows_refused",
        ["“(5.00)” is not a number"],
    ),
    (
        "unknown currency",
        GOOGLE,
        GOOGLE_HEAD + "2026-09-01,Brand,XYZ,4.20,5,1\n",
        "rows_refused",
        ["line 2", "“Currency code”", "“XYZ” is not a currency"],
    ),
    (
        "mixed currencies",
        GOOGLE,
        GOOGLE_HEAD + "2026-09-01,Brand,USD,4.20,5,1\n2026-09-02,Brand,EUR,4.20,5,1\n",
        "mixed_currencies",
        ["USD", "line 3", "EUR"],
    ),
    (
        "a sign of another currency",
        COSTS,
        "month,amount\n2026-03,£5.00\n",
        "rows_refused",
        ["GBP", "EUR"],
    ),
    (
        "two currencies in the head",
        META,
        META_HEAD.strip() + ",CPM (EUR)\n2026-09-01,2026-09-01,A,1.00,5,2.00\n",
        "mixed_currencies",
        ["EUR, USD"],
    ),
    (
        "a period as a day",
        META,
        META_HEAD + "2026-09-01,2026-09-30,A,1.00,5\n",
        "rows_refused",
        ["line 2", "2026-09-01 to 2026-09-30", "spread"],
    ),
    (
        "a period upside down",
        META | {"period": "spread"},
        META_HEAD + "2026-09-30,2026-09-01,A,1.00,5\n",
        "rows_refused",
        ["wrong way round"],
    ),
    (
        "a constant day as if it were one",
        DAILY | {"columns": {"day": {"constant": "2026-09-01"}}},
        "campaign,clicks\nBrand,3\n",
        "period_unstated",
        ["last_day"],
    ),
    (
        "a moment that is empty in every row",
        {"kind": "leads", "columns": {"external_id": "id", "created": {"constant": ""}}},
        GOOD_LEAD,
        "missing",
        ["in every row", "every row needs it"],
    ),
    (
        "no moment, in every row",
        {"kind": "leads", "columns": {"external_id": "id", "created": {"constant": "soon"}}},
        GOOD_LEAD,
        "not_a_date",
        ["“soon” in every row"],
    ),
    (
        "two sections",
        GOOGLE,
        GOOGLE_HEAD
        + "2026-09-01,Brand,USD,4.20,5,1\n\nDay,Device,Cost,Impr.,Clicks,X\nMobile,Brand,USD,a,b,c\n",
        "two_sections",
        ["line 4", "second table"],
    ),
    (
        "two sections of other widths",
        GOOGLE,
        GOOGLE_HEAD + "2026-09-01,Brand,USD,4.20,5,1\n\nNth day,Users\n0000,3\n",
        "two_sections",
        ["line 4"],
    ),
    (
        "the header again",
        LEADS,
        "id,created\n1,2026-03-01\nid,created\n2,2026-03-02\n",
        "two_sections",
        ["line 3"],
    ),
    (
        "a row cut short",
        LEADS,
        "id,created,email\n1,2026-03-01,a@example.com\n2,2026-03-02\n",
        "rows_refused",
        ["line 3", "2 cells", "header 3"],
    ),
    ("a cell too many", LEADS, "id,created\n1,2026-03-01,surplus\n", "rows_refused", ["3 cells"]),
    (
        "same id twice",
        LEADS,
        "id,created\n7,2026-03-01\n8,2026-03-01\n7,2026-03-02\n",
        "same_key",
        ["Lines 2, 4", "“7”"],
    ),
    (
        "same sale twice",
        SALES,
        "id,date,amount,customer\n7,2026-03-01,1.50,a\n7,2026-03-01,1.50,a\n",
        "same_key",
        ["Lines 2, 3"],
    ),
    (
        "same cost twice",
        COSTS,
        "month,layer,amount\n2026-03,fee,1.50\n2026-03,fee,2.50\n",
        "same_key",
        ["Lines 2, 3"],
    ),
    (
        "ambiguous dates",
        LEADS,
        "id,created\n1,03/04/2026\n2,05/06/2026\n",
        "ambiguous_dates",
        ["03/04/2026", "dmy or mdy"],
    ),
    (
        "contradictory dates",
        LEADS,
        "id,created\n1,13/04/2026\n2,05/16/2026\n",
        "ambiguous_dates",
        ["others with the month"],
    ),
    (
        "ambiguous decimals",
        COSTS,
        'month,amount\n2026-03,"1,234"\n',
        "ambiguous_decimal",
        ["1,234", "decimal"],
    ),
    (
        "web and ads together",
        DAILY,
        "day,sessions,clicks\n2026-03-01,5,6\n",
        "mixed_families",
        ["sessions", "clicks"],
    ),
    (
        "not a whole number",
        DAILY,
        "day,sessions\n2026-03-01,5.5\n",
        "rows_refused",
        ["“5.5” is not a whole number"],
    ),
    (
        "a number beyond all",
        DAILY,
        "day,clicks\n2026-03-01,99999999999999999999\n",
        "rows_refused",
        ["too large"],
    ),
    (
        "money beyond all",
        COSTS,
        "month,amount\n2026-03,9999999999999.00\n",
        "rows_refused",
        ["too large"],
    ),
    (
        "an unlisted channel",
        LEADS | {"columns": {"channel": {"column": "canal", "values": {"a": "email"}}}},
        "id,created,canal\n1,2026-03-01,b\n",
        "rows_refused",
        ["“b” is not in the mapping's table"],
    ),
    (
        "an unknown channel",
        LEADS,
        "id,created,channel\n1,2026-03-01,carrier pigeon\n",
        "rows_refused",
        ["“carrier pigeon” is none of"],
    ),
    (
        "an outcome without a day",
        LEADS,
        "id,created,outcome\n1,2026-03-01,won\n",
        "rows_refused",
        ["since which day"],
    ),
    (
        "a cost that ends before it starts",
        COSTS,
        "from,to,amount\n2026-03-09,2026-03-01,1.50\n",
        "rows_refused",
        ["before it begins"],
    ),
    (
        "a text too long",
        LEADS,
        f"id,created\n{'x' * 201},2026-03-01\n",
        "rows_refused",
        ["longer than 200"],
    ),
    (
        "a column twice",
        LEADS | {"columns": {"email": "mail"}},
        "id,created,mail,Mail\n1,2026-03-01,a,b\n",
        "column_twice",
        ["more than once"],
    ),
    (
        "a quote left open",
        LEADS,
        'id,created\n1,"2026-03-01\n' + "2,2026-03-02\n" * 12_000,
        "not_csv",
        ["line 2", "quote"],
    ),
    (
        "10,000 columns",
        LEADS,
        "id,created," + ",".join(f"c{n}" for n in range(10_000)) + "\n",
        "too_many_columns",
        ["10002 columns"],
    ),
    (
        "an unknown preset",
        {"kind": "leads", "preset": "nonesuch"},
        GOOD_LEAD,
        "unknown_preset",
        ["generic_leads"],
    ),
    (
        "a preset of another kind",
        {"kind": "leads", "preset": "generic_costs"},
        GOOD_LEAD,
        "mapping_invalid",
        ["is for costs"],
    ),
]


@pytest.mark.parametrize(
    ("mapping", "file", "code", "said"),
    [each[1:] for each in TABLES],
    ids=[each[0] for each in TABLES],
)
def test_a_bad_table_is_refused(
    cast: Cast, mapping: dict[str, object], file: str, code: str, said: list[str]
) -> None:
    before, marks = everything(cast), dirty_days(cast)
    batch = send(cast.bodega, file, mapping, "bad.csv")
    assert batch.state == "refused"
    assert batch.error["code"] == code, batch.error
    for words in said:
        assert words in batch.error["message"], batch.error["message"]
    assert everything(cast) == before
    assert dirty_days(cast) == marks


def zipped() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("leads.csv", GOOD_LEAD)
    return buffer.getvalue()


#: (name, bytes, code, what the message must say)
BYTES = [
    ("a zip renamed", zipped(), "not_text", ["zip"]),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(64), "not_text", ["PNG"]),
    ("an old workbook", b"\xd0\xcf\x11\xe0" + bytes(64), "workbook_old", ["xls"]),
    ("NUL bytes", GOOD_LEAD.encode() + b"2,2026-03-02\0\n", "nul_byte", ["Line 3"]),
    ("neither UTF-8 nor cp1252", b"id,created,name\n1,2026-03-01,\x81\xff\n", "unknown_encoding", ["UTF-8"]),
    ("nothing", b"", "file_empty", ["empty"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "said"), [each[1:] for each in BYTES], ids=[each[0] for each in BYTES]
)
def test_what_is_no_text_is_refused_at_the_door(
    cast: Cast, content: bytes, code: str, said: list[str]
) -> None:
    refused_at_the_door(cast, iter([content]), code, said)


def test_a_line_of_200_mb_is_refused_after_its_first(cast: Cast) -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for _each in range(200):
            taken += 1
            yield b"x" * 1024 * 1024

    refused_at_the_door(cast, chunks(), "line_too_long", ["Line 1", "1 MB"])
    assert taken <= LONGEST_LINE // 1024**2 + 1


def test_a_file_over_the_limit_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORT_MAX_BYTES", 1024)
    refused_at_the_door(cast, iter([b"a,b\n" * 300]), "file_too_large", ["limit"])


def refused_at_the_door(cast: Cast, chunks: Iterator[bytes], code: str, said: list[str]) -> None:
    with tenant_transaction(cast.aurora.pk):
        with pytest.raises(FileRefused) as refusal:
            batch_create(cast.bodega, chunks, "leads.csv", LEADS)
        assert ImportBatch.objects.count() == 0
    assert refusal.value.code == code
    assert refusal.value.data["file"] == "leads.csv"
    for words in said:
        assert words in str(refusal.value)
    folder = settings.MEDIA_ROOT / "imports" / str(cast.aurora.pk) / str(cast.bodega.pk)
    assert not list(folder.glob("*")), "a refused file leaves nothing behind"


def test_all_bad_rows_are_shown_and_none_is_taken(cast: Cast) -> None:
    file = "id,created,amount\n1,2026-02-30,3\n2,2026-03-02,5\n3,2026-03-03,-4\n,2026-03-03,1\n"
    batch = send(cast.bodega, file, LEADS)
    assert batch.state == "refused"
    assert batch.error["data"]["rows"] == 3
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == 0
        refused = RefusedRow.objects.filter(batch=batch).order_by("line")
        assert [(row.line, row.column, row.value, row.code) for row in refused] == [
            (2, "created", "2026-02-30", "no_such_day"),
            (4, "amount", "-4", "negative"),
            (5, "id", "", "missing"),
        ]
        assert refused[1].row == ["3", "2026-03-03", "-4"]


def test_without_its_bad_rows_the_rest_comes_in(cast: Cast) -> None:
    rows = "".join(f"{n},2026-03-{n % 28 + 1:02d},1.50\n" for n in range(1, 3001))
    file = f"id,created,amount\n{rows}x,2026-02-30,=1+1\ny,2026-03-02\tx,@SUM(A1)\n"
    batch = send(cast.bodega, file, LEADS, without_bad_rows=True)
    assert batch.state == "done", batch.error
    assert batch.counts["new"] == 3000 and batch.counts["refused"] == 2
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == 3000
        refused = RefusedRow.objects.filter(batch=batch).order_by("line")
        # Kept as they came: what leaves in a CSV is made harmless there.
        assert [(row.line, row.row[2]) for row in refused] == [(3002, "=1+1"), (3003, "@SUM(A1)")]


def test_a_formula_in_a_text_is_a_text(cast: Cast) -> None:
    formula = '=HYPERLINK("http://evil.example","click")'
    quoted = formula.replace('"', '""')
    batch = send(cast.bodega, f'id,created,name\n1,2026-03-01,"{quoted}"\n', LEADS)
    assert batch.state == "done", batch.error
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.get().name == formula


def test_stated_encodings_are_held_to(cast: Cast) -> None:
    file = codecs.BOM_UTF8 + b"id,created,name\n1,2026-03-01,Jos\xe9\n"
    batch = send(cast.bodega, file, LEADS | {"encoding": "utf-8"})
    assert (batch.state, batch.error["code"]) == ("refused", "wrong_encoding")


def test_one_row_is_said_as_one() -> None:
    bad = BadRows(StringIO())
    bad.add(RowRefused(3, (Problem("no_date", "No date.", "Day", "31/02"),)))
    assert str(RowsRefused("a.csv", bad, is_all=True)) == (
        "a.csv: 1 row cannot be read, line 3, column “Day”, value “31/02”: No date."
    )
    short = BadRows(StringIO())
    short.add(RowRefused(4, (Problem("row_length", "It has 2 cells instead of 3."),)))
    assert str(RowsRefused("a.csv", short, is_all=True)) == (
        "a.csv: 1 row cannot be read, line 4: It has 2 cells instead of 3."
    )
    short.add(RowRefused(5, (Problem("row_length", "It has 2 cells instead of 3."),)))
    assert str(RowsRefused("a.csv", short, is_all=True)).startswith("a.csv: 2 rows or more")
