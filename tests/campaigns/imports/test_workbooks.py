"""Workbooks: what a spreadsheet shows is what comes in; what it does not know is named by its cell."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Cost, DailyFact, Lead
from campaigns.services import batch_forget, preview_of
from tests.campaigns.imports.sending import send
from tests.campaigns.imports.workbooks import Raw, formula, workbook
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads"}
COSTS = {"kind": "costs", "preset": "generic_costs"}
GOOGLE = {"kind": "daily", "preset": "google_ads_campaign"}
HEAD = ["Day", "Campaign", "Currency code", "Cost", "Impr.", "Clicks", "CTR", "Campaign ID"]
DIVIDED = Raw('t="e"><f>F2/E2</f><v>#DIV/0!</v>')
FIRST = date(2026, 9, 1)


def facts(cast: Cast, *fields: str) -> list[tuple[object, ...]]:
    with tenant_scope(cast.aurora.pk):
        return list(DailyFact.objects.order_by("day", "campaign__name").values_list(*fields))


def test_a_report_comes_in_with_its_figures_exact(cast: Cast) -> None:
    book = workbook({"Informe": [
        ["Campaign report"],
        [],
        [None, "September 2026"],
        HEAD,
        [FIRST, "Brand", "EUR", Raw("><v>1234.5600000000001</v>"), 1204, 41, 0.034, "c1"],
        [datetime(2026, 9, 2), "Brand", "EUR", formula("0.30000000000000004"), 3, 1, DIVIDED, "c1"],
        [date(2026, 9, 3), "Tube", "EUR", Decimal("1.234"), 1000000, 0, DIVIDED, None],
        ["Total: Account", None, "EUR", 1236.09, 1001207, 42],
    ]})  # fmt: skip
    batch = send(cast.bodega, book, GOOGLE, name="informe.xlsx")
    assert batch.state == "done", batch.error
    # An unmapped column may hold errors; 1.234 is no thousand; the total is left out with its row.
    assert batch.notes == [{"code": "skipped_totals", "count": 1, "lines": [8]}]
    assert (batch.mapping["sheet"], batch.file_name) == ("Informe", "informe.xlsx")
    assert facts(
        cast, "day", "campaign__name", "campaign__external_id", "ad_spend", "impressions", "clicks"
    ) == [
        (date(2026, 9, 1), "Brand", "c1", Decimal("1234.56"), 1204, 41),
        (date(2026, 9, 2), "Brand", "c1", Decimal("0.30"), 3, 1),
        (date(2026, 9, 3), "Tube", "Tube", Decimal("1.23"), 1000000, 0),
    ]


def test_times_booleans_and_texts(cast: Cast) -> None:
    book = workbook({"Leads": [
        ["id", "created", "name", "channel", "phone"],
        ["1", datetime(2026, 3, 1, 9, 30), "Ana\nBelén  ", "email", 600123456],
        [2, date(2026, 3, 2), "=1+1", "email", "0034 600"],
        [3, "2026-03-03 10:00", "<b>&", "email", time(18, 5)],
    ]})  # fmt: skip
    batch = send(cast.bodega, book, LEADS, name="leads.xlsx")
    assert batch.state == "done", batch.error
    with tenant_scope(cast.aurora.pk):
        assert list(
            Lead.objects.order_by("external_id").values_list(
                "external_id", "created_at", "created_date", "name", "phone"
            )
        ) == [
            # 09:30 in Madrid, in winter, is 08:30 in Greenwich.
            ("1", datetime(2026, 3, 1, 8, 30, tzinfo=UTC), None, "Ana Belén", "600123456"),
            ("2", None, date(2026, 3, 2), "=1+1", "0034 600"),
            ("3", datetime(2026, 3, 3, 9, 0, tzinfo=UTC), None, "<b>&", "18:05:00"),
        ]
    shared = workbook(
        {"x": [["month", "amount", "shared"], ["2026-03", 5, True], ["2026-04", 6, False]]}
    )
    assert send(cast.bodega, shared, COSTS, name="c.xlsx").state == "done"
    with tenant_scope(cast.aurora.pk):
        assert list(Cost.objects.order_by("amount").values_list("amount", "is_shared")) == [
            (Decimal(5), True), (Decimal(6), False),
        ]  # fmt: skip


def test_merged_texts_hold_for_all_their_rows_and_merged_figures_are_refused(cast: Cast) -> None:
    rows = [
        HEAD[:6],
        [FIRST, "Brand", "EUR", 4, 5, 1],
        [date(2026, 9, 2), None, "EUR", 6, 5, 1],
        [date(2026, 9, 3), None, "EUR", 8, 5, 1],
    ]
    batch = send(cast.bodega, workbook({"a": rows}, merged="B2:B4"), GOOGLE, name="a.xlsx")
    assert batch.state == "done", batch.error
    assert [name for (name,) in facts(cast, "campaign__name")] == ["Brand"] * 3

    rows[2] = [date(2026, 9, 2), "Brand", "EUR", None, 5, 1]
    rows[3] = [date(2026, 9, 3), "Brand", "EUR", None, 5, 1]
    batch = send(cast.bodega, workbook({"a": rows}, merged="D2:D4"), GOOGLE, name="a.xlsx")
    assert batch.error["message"] == (
        "a.xlsx: 2 rows cannot be read. The first is line 3, column “Cost”, value “#MERGED!”: a!D3: The"
        " cell is merged with those above it and holds one figure for them all. Unmerge them, and say"
        " how much each row has."
    )


#: (name, the cell of the cost, what is said of it)
CELLS = [
    ("division by zero", DIVIDED, "The cell holds the error #DIV/0! of a spreadsheet, not a value."),
    ("not available", Raw('t="e"><v>#N/A</v>'), "The cell holds the error #N/A of a spreadsheet, not a value."),
    ("never calculated", Raw("><f>1+1</f></c><c r='Z9'>"),
     "The cell holds a formula that has never been calculated. Open the workbook, save it, and send it again."),
    ("a number of 18 digits", Raw("><v>120210000000000001</v>"),
     "The cell holds the number 120210000000000000. Of so long a number a spreadsheet keeps only 15 digits:"
     " make the column a text, or send a CSV."),
    ("a text", "1.234,56", "“1.234,56” is not a number whose decimal sign is “.”."),
    ("below zero", -4, "“-4” is negative."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"), [each[1:] for each in CELLS], ids=[each[0] for each in CELLS]
)
def test_a_bad_cell_is_named_as_the_spreadsheet_names_it(
    cast: Cast, cell: object, said: str
) -> None:
    book = workbook({"Sep 26": [
        [], HEAD[:6],
        [FIRST, "Brand", "EUR", 4.25, 5, 1],
        [FIRST, "Tube", "EUR", cell, 5, 1],
    ]})  # fmt: skip
    batch = send(cast.bodega, book, GOOGLE, name="libro.xlsx")
    assert (batch.state, batch.error["code"]) == ("refused", "rows_refused")
    assert batch.error["data"]["line"] == 4
    assert batch.error["message"].endswith(f": Sep 26!D4: {said}")
    assert facts(cast, "day") == []


def test_of_several_sheets_one_is_chosen(cast: Cast) -> None:
    book = workbook(
        {"Notas": [["nothing"]], "Leads": [["id", "created"], [1, FIRST]], "Listas": [["x"]]},
        hidden=["Listas"],
    )
    batch = send(cast.bodega, book, LEADS, name="libro.xlsx")
    assert (batch.error["code"], batch.error["data"]["choices"]) == (
        "sheet_unstated",
        ["Notas", "Leads"],
    )
    assert batch.error["message"] == (
        "libro.xlsx has several sheets (Notas, Leads). Say which one is to be read."
    )
    with tenant_transaction(cast.aurora.pk):
        seen = preview_of(cast.bodega, batch)
        assert (seen.sheets, seen.refusal.code) == (("Notas", "Leads"), "sheet_unstated")
        seen = preview_of(cast.bodega, batch, LEADS | {"sheet": "Leads"})
        assert (seen.sheets, seen.refusal, seen.counts["good"]) == (("Notas", "Leads"), None, 1)
        seen = preview_of(cast.bodega, batch, LEADS | {"sheet": "Febrero"})
        assert str(seen.refusal) == ("libro.xlsx has no sheet “Febrero”. It has: Notas, Leads.")
        assert seen.refusal.code == "no_such_sheet"
        batch_forget(cast.bodega, batch.pk)
    assert send(cast.bodega, book, LEADS | {"sheet": "Leads"}, name="libro.xlsx").state == "done"
    # What is hidden is not offered, but may be named.
    assert send(cast.bodega, book, LEADS | {"sheet": "Listas"}).error["code"] == "no_header"


def test_a_way_to_read_text_reads_a_workbook_too(cast: Cast) -> None:
    wanted = LEADS | {"encoding": "cp1252", "delimiter": ";"}
    book = workbook({"x": [["id", "created", "name"], [1, FIRST, "Ñu"]]})
    batch = send(cast.bodega, book, wanted, name="x.xlsx")
    assert (batch.state, batch.counts["new"]) == ("done", 1)


def test_the_same_workbook_twice_changes_nothing(cast: Cast) -> None:
    book = workbook({"x": [HEAD[:6], [FIRST, "Brand", "EUR", 4.25, 5, 1]]})
    assert send(cast.bodega, book, GOOGLE, name="x.xlsx").counts["new"] == 1
    again = send(cast.bodega, book, GOOGLE, name="x.xlsx").counts
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 1)
