"""The audit: every row's change, who made it, no secret in it, and nobody can change it."""

import json
from datetime import date

from django.db import connection

from accounts.models import ApiToken, AuditEntry, Client
from accounts.tenancy import tenant_scope, writing_because, writing_in_act
from campaigns.models import Lead
from tests.cast import Cast


def entries(table: str) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    found = AuditEntry.objects.filter(table_name=table).order_by("pk")
    return list(found.values_list("action", "before", "after"))


def test_it_keeps_what_changed_and_who_did_it(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk, actor_id=77):
        Client.objects.filter(pk=cast.bodega.pk).update(name="Bodegas")
        Client.objects.filter(pk=cast.bodega.pk).update(name="Bodegas")  # nothing changed
        last = AuditEntry.objects.filter(table_name="accounts_client").order_by("-pk")[0]
    assert (last.action, last.before, last.after) == (
        "update",
        {"name": "Bodega"},
        {"name": "Bodegas"},
    )
    assert (last.actor_id, last.client_id, last.row_id) == (77, cast.bodega.pk, cast.bodega.pk)
    with tenant_scope(cast.boreal.pk):
        assert not AuditEntry.objects.filter(
            row_id=cast.bodega.pk, table_name="accounts_client"
        ).exists()


def test_it_keeps_no_secret(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        ApiToken.objects.create(agency=cast.aurora, name="t", secret_hash="f" * 64)
        ((_, before, after),) = entries("accounts_apitoken")
    assert before == {}
    assert after["name"] == "t"
    assert "secret_hash" not in after


def test_facts_are_audited_by_row_by_hand_and_by_batch_otherwise(cast: Cast) -> None:
    def lead(number: str) -> None:
        Lead.objects.create(
            agency=cast.aurora, client=cast.bodega, source="s", external_id=number, tz="UTC",
            created_date=date(2026, 3, 1),
        )  # fmt: skip

    with tenant_scope(cast.aurora.pk):
        lead("by hand")
        with writing_because("import", 5):
            lead("by batch")
        assert [after["external_id"] for _, _, after in entries("campaigns_lead")] == ["by hand"]


def test_rows_inserted_together_are_each_kept_whole_and_in_their_order(cast: Cast) -> None:
    rows = [
        Lead(
            agency=cast.aurora, client=client, source="s", external_id=number, tz="UTC",
            created_date=date(2026, 3, 1),
        )
        for number, client in (("b", cast.bodega), ("a", cast.cafe), ("c", cast.bodega))
    ]  # fmt: skip
    with tenant_scope(cast.aurora.pk, actor_id=77), writing_in_act(5):
        Lead.objects.bulk_create(rows)
        Lead.objects.bulk_create(rows[:1], ignore_conflicts=True)  # there already: no row, no entry
        found = AuditEntry.objects.filter(table_name="campaigns_lead").order_by("pk")
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, to_jsonb(l) - 'updated_at' FROM campaigns_lead AS l")
            stored = dict(cursor.fetchall())
        kept = list(
            found.values_list("row_id", "client_id", "actor_id", "act_id", "action", "before")
        )
        assert kept == [(row.pk, row.client_id, 77, 5, "insert", {}) for row in rows]
        assert {entry.row_id: entry.after for entry in found} == {
            pk: json.loads(text) for pk, text in stored.items()
        }
    with tenant_scope(cast.aurora.pk, clients=[cast.cafe.pk]):
        assert [row_id for row_id, *_ in found.values_list("row_id")] == [rows[1].pk]
