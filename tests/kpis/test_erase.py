"""Erasing a client: no row of it is left in any table, and one line says who did it."""

from datetime import date

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEntry, Client, Membership
from accounts.services.erasing import client_erase, client_tables
from accounts.tenancy import tenant_transaction
from campaigns.models import Lead
from kpis.archive.tables import CARRIED, LEFT_OUT, OF_THE_AGENCY, RESTORED, RESTORED_LAST
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.kpis.varied_facts import write_facts


def rows_with_the_client(client_id: int) -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            columns = {field.column for field in model._meta.concrete_fields}
            if "client_id" in columns:
                table = model._meta.db_table
                cursor.execute(f"SELECT count(*) FROM {table} WHERE client_id = %s", [client_id])
                found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_every_table_is_emptied_children_first() -> None:
    tables = client_tables()
    assert set(tables) | {"accounts_auditentry"} == {
        *RESTORED, *RESTORED_LAST, *CARRIED, *LEFT_OUT,
    } - {*OF_THE_AGENCY}  # fmt: skip
    assert tables.index("campaigns_saleline") < tables.index("campaigns_sale")
    assert tables.index("campaigns_sale") < tables.index("campaigns_customer")
    assert tables[-1] == "kpis_dirtyday"


def test_nothing_is_left_but_a_line(committed_cast: Cast) -> None:
    cast, client = committed_cast, committed_cast.bodega
    with tenant_transaction(cast.aurora.pk):
        for each, seed in ((client, 1), (cast.cafe, 2)):
            write_facts(each, seed, date(2026, 1, 1), date(2026, 3, 1), leads=20)
            snapshot_refresh(each)
        of_cafe = rows_with_the_client(cast.cafe.pk)
        assert len(rows_with_the_client(client.pk)) > 15
        owner = Membership.objects.get(user=cast.alicia)
    number = client.pk
    client_erase(client, owner.pk)
    with tenant_transaction(cast.aurora.pk):
        assert rows_with_the_client(number) == {}
        assert rows_with_the_client(cast.cafe.pk) == of_cafe
        line = AuditEntry.objects.get(row_id=number, table_name="accounts_client")
        assert (line.action, line.actor_id, line.before) == ("erase", owner.pk, {"name": "Bodega"})
        assert list(Client.objects.values_list("name", flat=True)) == ["Cafe"]


def test_the_audit_of_a_client_that_stands_is_not_touched(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        lines = AuditEntry.objects.filter(client_id=cast.bodega.pk).count()
    with pytest.raises(ProgrammingError, match="stands"), tenant_transaction(cast.aurora.pk):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT rumbo_erase_audit(%s, '')", [cast.bodega.pk])
    with tenant_transaction(cast.aurora.pk):
        assert AuditEntry.objects.filter(client_id=cast.bodega.pk).count() == lines


def test_another_agencys_client_is_out_of_reach(committed_cast: Cast) -> None:
    """Malena's scope sees no row of Bodega: erasing it there erases nothing."""
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        write_facts(cast.bodega, 1, date(2026, 1, 1), date(2026, 3, 1), leads=5)
    stranger = Client(pk=cast.bodega.pk, agency_id=cast.boreal.pk, name="Bodega")
    client_erase(stranger)
    with tenant_transaction(cast.aurora.pk):
        assert Lead.objects.count() == 5 and Client.objects.filter(pk=cast.bodega.pk).exists()
