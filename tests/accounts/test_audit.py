"""The audit: every row's change, who made it, no secret in it, and nobody can change it."""

from datetime import date

from accounts.models import ApiToken, AuditEntry, Client
from accounts.tenancy import tenant_scope, writing_because
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
