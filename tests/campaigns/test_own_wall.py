"""The wall around what people define: read by the agency, written by those who may, never crossed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import AuditEntry, Client
from accounts.tenancy import tenant_scope
from campaigns.models import OwnMeasure, OwnValue
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.models import CustomKpi
from tests.cast import Cast

DAY = date(2026, 3, 1)


@pytest.fixture
def defined(cast: Cast) -> dict[str, OwnMeasure]:
    with tenant_scope(cast.aurora.pk):
        made = {
            name: own_measure_define(cast.aurora, client, MeasureWish(name))
            for name, client in (("all", None), ("bodega", cast.bodega), ("cafe", cast.cafe))
        }
        for client, name in ((None, "All"), (cast.bodega, "Mine"), (cast.cafe, "Theirs")):
            custom_kpi_define(cast.aurora, client, KpiWish(name, "clicks / sessions"))
        for client, name in ((cast.bodega, "bodega"), (cast.cafe, "cafe")):
            own_values_enter(client, made[name], [Entry(DAY, Decimal(1))])
    return made


def value(client: Client, measure: OwnMeasure, **fields: Any) -> OwnValue:
    return OwnValue.objects.create(
        agency_id=client.agency_id, client=client, measure=measure, day=date(2026, 3, 2), value=1,
        source="x", **fields,
    )  # fmt: skip


def test_a_value_names_a_measure_of_its_own_client_or_of_the_agency(
    cast: Cast, defined: dict[str, OwnMeasure]
) -> None:
    with tenant_scope(cast.aurora.pk):
        value(cast.bodega, defined["all"])
        mine = value(cast.bodega, defined["bodega"])
        with pytest.raises(IntegrityError, match="not a measure of this client"):
            with transaction.atomic():
                value(cast.bodega, defined["cafe"])
        with pytest.raises(IntegrityError, match="not a measure of this client"):
            with transaction.atomic():
                OwnValue.objects.filter(pk=mine.pk).update(measure=defined["cafe"])
    with tenant_scope(cast.boreal.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            value(cast.dulce, defined["all"])


@pytest.mark.parametrize("table", ["campaigns_ownmeasure", "kpis_customkpi"])
def test_a_definition_keeps_its_key_and_its_client(
    cast: Cast, defined: dict[str, OwnMeasure], table: str
) -> None:
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        for change in ("key = key || '_x'", f"client_id = {cast.cafe.pk}", "client_id = NULL"):
            with pytest.raises(IntegrityError, match="keeps its key"), transaction.atomic():
                cursor.execute(f"UPDATE {table} SET {change} WHERE client_id = {cast.bodega.pk}")
        cursor.execute(f"UPDATE {table} SET name = 'x'")  # words may change
        assert cursor.rowcount == 3


def test_a_limited_member_reads_the_agencys_and_writes_only_their_clients(
    cast: Cast, defined: dict[str, OwnMeasure]
) -> None:
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        assert set(OwnMeasure.objects.values_list("key", flat=True)) == {"own_all", "own_bodega"}
        assert set(CustomKpi.objects.values_list("key", flat=True)) == {"custom_all", "custom_mine"}
        assert set(OwnValue.objects.values_list("client_id", flat=True)) == {cast.bodega.pk}
        for model in (OwnMeasure, CustomKpi):
            assert model.objects.filter(client=None).update(name="x") == 0
            assert model.objects.filter(client=None).delete()[0] == 0
            assert model.objects.filter(client=cast.bodega).update(name="x") == 1
        for client in (None, cast.cafe):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                OwnMeasure.objects.create(
                    agency=cast.aurora, client=client, key="own_new", name="New"
                )


def test_another_agency_sees_nothing(cast: Cast, defined: dict[str, OwnMeasure]) -> None:
    with tenant_scope(cast.boreal.pk):
        for model in (OwnMeasure, OwnValue, CustomKpi):
            assert not model.objects.exists()


def test_definitions_and_typed_values_are_audited(
    cast: Cast, defined: dict[str, OwnMeasure]
) -> None:
    with tenant_scope(cast.aurora.pk):
        tables = AuditEntry.objects.values_list("table_name", flat=True)
        assert {"campaigns_ownmeasure", "campaigns_ownvalue", "kpis_customkpi"} <= set(tables)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry(DAY, Decimal("NaN")), "bad_value"),
        (Entry(DAY, Decimal(10) ** 12), "bad_value"),
        (Entry(DAY, Decimal("0.0000001")), "too_fine"),
        (Entry(date(1850, 1, 1), Decimal(1)), "bad_day"),
        (Entry(date(2100, 1, 1), Decimal(1)), "bad_day"),
        (Entry(DAY, Decimal(1), "telepathy"), "unknown_channel"),
        (Entry(DAY, Decimal(1), currency="EUR"), "no_money"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_rest(
    cast: Cast, defined: dict[str, OwnMeasure], entry: Entry, code: str
) -> None:
    good = Entry(date(2026, 3, 5), Decimal(1))
    with tenant_scope(cast.aurora.pk):
        with pytest.raises(Exception) as refused:
            own_values_enter(cast.bodega, defined["bodega"], [good, entry])
        assert getattr(refused.value, "code", "") == code
        assert not OwnValue.objects.filter(day=good.day).exists()
