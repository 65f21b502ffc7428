"""A file of own measures: written by day, the same file twice is nothing new, and it can be undone."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.tenancy import tenant_transaction
from campaigns.models import Campaign, ImportBatch, OwnMeasure, OwnValue
from campaigns.models.batches import BatchState
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from campaigns.services import batch_undo
from tests.campaigns.imports.sending import send
from tests.cast import Cast

GENERIC = {"kind": "own", "preset": "generic_own"}
FILE = """Fecha;Métrica;Valor;Canal
2026-03-01;own_calls;12;
2026-03-02;calls;0;email
2026-03-02;Fair sales;-10,50;
"""


@pytest.fixture
def defined(committed_cast: Cast) -> Cast:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        own_measure_define(cast.aurora, cast.bodega, MeasureWish("Calls"))
        own_measure_define(cast.aurora, None, MeasureWish("Fair sales", unit="money"))
        own_measure_define(cast.aurora, cast.cafe, MeasureWish("Cups"))
    return cast


def values(cast: Cast) -> list[tuple[str, date, str, str | None, Decimal, str, str]]:
    with tenant_transaction(cast.aurora.pk):
        return list(
            OwnValue.objects.order_by("measure__key", "day").values_list(
                "measure__key",
                "day",
                "channel",
                "campaign__external_id",
                "value",
                "currency",
                "source",
            )
        )


def test_writes_values_by_key_or_name(defined: Cast) -> None:
    batch = send(defined.bodega, FILE, GENERIC)
    assert (batch.state, batch.error) == (BatchState.DONE, None)
    assert (batch.counts["new"], batch.counts["changed"], batch.counts["same"]) == (3, 0, 0)
    assert values(defined) == [
        ("own_calls", date(2026, 3, 1), "", None, Decimal(12), "", batch.source),
        ("own_calls", date(2026, 3, 2), "email", None, Decimal(0), "", batch.source),
        ("own_fair_sales", date(2026, 3, 2), "", None, Decimal("-10.5"), "EUR", batch.source),
    ]


def test_twice_is_once_and_a_change_is_one(defined: Cast) -> None:
    send(defined.bodega, FILE, GENERIC)
    again = send(defined.bodega, FILE, GENERIC)
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 3)
    other = send(defined.bodega, FILE.replace(";12;", ";13;"), GENERIC)
    assert (other.counts["new"], other.counts["changed"], other.counts["same"]) == (0, 1, 2)


def test_what_was_typed_is_written_over_and_comes_back(defined: Cast) -> None:
    with tenant_transaction(defined.aurora.pk):
        calls = OwnMeasure.objects.get(key="own_calls")
        own_values_enter(defined.bodega, calls, [Entry(date(2026, 3, 1), Decimal(5))])
    batch = send(defined.bodega, FILE, GENERIC)
    assert (batch.counts["new"], batch.counts["changed"]) == (2, 1)
    with tenant_transaction(defined.aurora.pk):
        batch_undo(defined.bodega, ImportBatch.objects.get(pk=batch.pk))
    assert values(defined) == [("own_calls", date(2026, 3, 1), "", None, Decimal(5), "", "manual")]


def test_a_campaign_is_found_or_made(defined: Cast) -> None:
    send(defined.bodega, "day,measure,value,campaign\n2026-03-01,own_calls,3,Spring\n", GENERIC)
    assert values(defined)[0][3] == "Spring"
    with tenant_transaction(defined.aurora.pk):
        assert Campaign.objects.get().name == "Spring"


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        ("day,measure,value\n2026-03-01,own_cups,1\n", "unknown_measure", "own_cups"),
        ("day,measure,value\n2090-03-01,own_calls,1\n", "day_to_come", "2090-03-01"),
        (
            "day,measure,value\n2026-03-01,own_calls,1\n2026-03-01,Calls,2\n",
            "same_key",
            "2, 3",
        ),
        ("day,measure\n2026-03-01,own_calls\n", "wrong_layout", ""),
        ("day,measure,value\n2026-02-31,own_calls,1\n", "rows_refused", ""),
        ("day,measure,value\n2026-03-01,own_calls,many\n", "rows_refused", ""),
    ],
)
def test_what_is_wrong_is_refused_whole(defined: Cast, file: str, code: str, says: str) -> None:
    batch = send(defined.bodega, file, GENERIC)
    assert batch.state == BatchState.REFUSED
    assert batch.error["code"] == code and says in batch.error["message"]
    assert values(defined) == []
