"""Row-level security, table by table: every table is of exactly one kind, and every trap is closed."""

from datetime import date
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from accounts.models import Agency, Client, ClientModel, Membership, TenantModel
from accounts.tenancy import as_bearer, as_person, digest, tenant_scope, tenant_transaction
from campaigns.models import Campaign, Cost, Customer, DailyFact, Lead, Sale
from campaigns.references import CHECKED
from tests.cast import Cast
from tests.databases import owner_connection

IDENTITY_APPS = {
    "account", "admin", "auth", "contenttypes", "mfa", "sessions", "usersessions", "sites",
}  # fmt: skip
IDENTITY = {
    "accounts_user",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "accounts_identityevent",
    "accounts_device",
    "accounts_letter",
}
DOORS = {
    "accounts_agency", "accounts_membership", "accounts_membershipclient", "accounts_apitoken",
    "accounts_invitation",
    "kpis_exchangerate",  # read by all of the agency, written by those who see all its clients
}  # fmt: skip
#: Written from facts by the engine, or unconstrained by design: their rows are never named by id.
WITHOUT_KEYS = {"kpis_dirtyday", "kpis_dailysnapshot", "kpis_dailytotal", "accounts_auditentry"}


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def tables() -> set[str]:
    return {
        row[0]
        for row in rows(
            "SELECT relname FROM pg_class WHERE relkind IN ('r','p') AND relnamespace = 'public'::regnamespace"
        )
    }


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def test_every_table_is_of_one_kind(db: None) -> None:
    tenant = {model._meta.db_table for model in tenant_models()}
    identity = IDENTITY | {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in IDENTITY_APPS
    }
    assert tables() - identity - tenant - {"django_migrations"} == {"accounts_agency"}
    assert not tenant & identity
    for table in identity:
        columns = {
            row[0]
            for row in rows(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", table
            )
        }
        assert not columns & {"agency_id", "client_id"}, table


def test_every_tenant_table_is_forced_and_has_both_walls(db: None) -> None:
    flags = dict(
        rows(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relkind = 'r'"
        )
    )
    policies: dict[str, list[tuple[str, str, str, str]]] = {}
    for table, name, kind, command, condition in rows(
        "SELECT tablename, policyname, permissive, cmd, COALESCE(qual, '') || COALESCE(with_check, '') FROM pg_policies"
    ):
        policies.setdefault(table, []).append((name, kind, command, condition))
    for table in {model._meta.db_table for model in tenant_models()} | {"accounts_agency"}:
        assert flags[table], table
        mine = policies[table]
        permissive = {name for name, kind, _, _ in mine if kind == "PERMISSIVE"}
        assert permissive - {"clock"} == (
            {"agency_wall", "door"} if table in DOORS else {"agency_wall"}
        ), table
        assert any(kind == "RESTRICTIVE" for _, kind, _, _ in mine), table
        assert all(command == "SELECT" for name, _, command, _ in mine if name == "door"), table


def test_policies_call_nothing_volatile(db: None) -> None:
    for table, condition in rows(
        "SELECT tablename, COALESCE(qual, '') || COALESCE(with_check, '') FROM pg_policies WHERE policyname <> 'clock'"
    ):
        called = {part.rsplit(" ", 1)[-1].strip("(") for part in condition.split("(")[:-1]}
        functions = {name for name in called if name.isidentifier() and name.islower()}
        assert functions <= {
            "current_setting",
            "string_to_array",
            "any",
            "or",
            "and",
            "in",
            "as",
        }, (table, functions)


def test_policies_name_no_role_but_the_clocks(db: None) -> None:
    named = rows(
        "SELECT DISTINCT policyname, roles::text FROM pg_policies WHERE roles <> '{public}'"
    )
    assert named == [("clock", "{rumbo_clock}")]


def test_the_app_is_weak(db: None) -> None:
    assert rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == [("rumbo_app", False, False, False)]
    assert rows("SELECT tableowner FROM pg_tables WHERE tableowner = current_user") == []
    assert (
        rows(
            "SELECT table_name FROM information_schema.role_table_grants"
            " WHERE grantee = 'rumbo_app' AND privilege_type = 'TRUNCATE'"
        )
        == []
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SET ROLE rumbo_owner",
        "SET row_security = off; SELECT * FROM campaigns_lead",
        "ALTER TABLE campaigns_lead DISABLE ROW LEVEL SECURITY",
        "DROP POLICY agency_wall ON campaigns_lead",
        "TRUNCATE campaigns_lead",
        "INSERT INTO accounts_auditentry (agency_id) VALUES (1)",
        "DELETE FROM accounts_auditentry",
    ],
)
def test_the_app_cannot_take_the_wall_down(db: None, sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        rows(sql)


def test_without_a_scope_every_table_but_identity_is_empty(committed_cast: Cast) -> None:
    for model in [*tenant_models(), Agency]:
        assert rows(f"SELECT count(*) FROM {model._meta.db_table}") == [(0,)], model
    assert rows("SELECT count(*) FROM accounts_user")[0][0] == 6


def test_every_reference_between_tenants_is_vouched_for(db: None) -> None:
    """Each Django foreign key to a tenant table has a composite key, or is checked set-wise."""
    composite = {
        (table, columns)
        for table, columns in rows(
            """SELECT conrelid::regclass::text, (SELECT string_agg(attname, ',' ORDER BY ordinality)
                 FROM unnest(conkey) WITH ORDINALITY JOIN pg_attribute ON attrelid = conrelid AND attnum = unnest)
                 FROM pg_constraint WHERE contype = 'f'"""
        )
    }
    set_wise = {(one.table, column) for one in CHECKED for column in ("client_id", *one.columns)}
    for model in tenant_models():
        table = model._meta.db_table
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey) or not issubclass(
                field.related_model, TenantModel
            ):
                continue
            column = field.column
            keyed = {
                (table, f"agency_id,{column}"),
                (table, f"agency_id,client_id,{column}"),
            } & composite
            same_client = issubclass(field.related_model, ClientModel) and issubclass(
                model, ClientModel
            )
            if same_client and keyed:
                assert keyed == {(table, f"agency_id,client_id,{column}")}, (table, column)
            assert keyed or (table, column) in set_wise or table in WITHOUT_KEYS, (table, column)


def test_unique_keys_begin_with_the_agency(db: None) -> None:
    for model in tenant_models():
        for constraint in model._meta.total_unique_constraints:
            assert constraint.fields[0] == "agency", (model, constraint)


def lead(client: Client, number: str = "1", **fields: Any) -> Lead:
    return Lead.objects.create(
        agency_id=client.agency_id, client=client, source="form", external_id=number, tz="UTC",
        created_date=date(2026, 3, 1), **fields,
    )  # fmt: skip


def test_a_row_cannot_point_at_another_tenants_row(cast: Cast) -> None:
    with tenant_scope(cast.boreal.pk):
        foreign = Campaign.objects.create(
            agency=cast.boreal, client=cast.dulce, external_id="1", name="x"
        )
    with tenant_scope(cast.aurora.pk):
        sibling = Campaign.objects.create(
            agency=cast.aurora, client=cast.cafe, external_id="1", name="x"
        )
        for campaign in (foreign, sibling):
            with pytest.raises(IntegrityError, match="campaign_id"), transaction.atomic():
                lead(cast.bodega, campaign=campaign)
        other = Customer.objects.create(agency=cast.aurora, client=cast.cafe, external_id="1")
        with pytest.raises(IntegrityError), transaction.atomic():
            Sale.objects.create(
                agency=cast.aurora, client=cast.bodega, source="s", external_id="1", tz="UTC", customer=other,
                sold_date=date(2026, 3, 1), amount=1, currency="EUR",
            )  # fmt: skip
            rows("SET CONSTRAINTS ALL IMMEDIATE")
        mine = lead(cast.bodega)
        with pytest.raises(IntegrityError), transaction.atomic():
            Lead.objects.filter(pk=mine.pk).update(campaign=sibling)


def test_a_row_cannot_be_written_for_another_agency(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for client in (cast.dulce, Client(pk=cast.dulce.pk, agency_id=cast.aurora.pk)):
            with pytest.raises(DatabaseError), transaction.atomic():
                lead(client)
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        lead(cast.bodega)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            lead(cast.cafe)


def test_a_limited_reader_sees_one_client_in_every_table(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for client in (cast.bodega, cast.cafe):
            lead(client)
            Cost.objects.create(
                agency=cast.aurora, client=client, source="s", external_id="1", tz="UTC", layer="people",
                starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2), amount=5, currency="EUR",
            )  # fmt: skip
            DailyFact.objects.create(
                agency=cast.aurora, client=client, source="s", external_id="1", tz="UTC", family="ads",
                day=date(2026, 3, 1), clicks=3,
            )  # fmt: skip
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        for model in tenant_models():
            table = model._meta.db_table
            if issubclass(model, ClientModel):
                seen = {row[0] for row in rows(f"SELECT client_id FROM {table}")}
                assert seen <= {cast.bodega.pk}, table
            elif table not in ("accounts_client", "accounts_auditentry"):
                assert rows(f"SELECT * FROM {table}") == [], table
        assert rows("SELECT slug FROM accounts_client") == [("bodega",)]
        assert {row[0] for row in rows("SELECT client_id FROM accounts_auditentry")} <= {
            cast.bodega.pk
        }


def test_a_limited_reader_cannot_widen_itself(cast: Cast) -> None:
    with as_person(cast.vera.pk), tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        assert [row[0] for row in rows("SELECT user_id FROM accounts_membership")] == [cast.vera.pk]
        assert rows("UPDATE accounts_membership SET role = 'owner' RETURNING id") == []
        assert (
            rows(
                "DELETE FROM accounts_membershipclient WHERE client_id <> %s RETURNING id",
                cast.bodega.pk,
            )
            == []
        )
        assert rows("UPDATE accounts_agency SET name = 'x' RETURNING id") == []
        with pytest.raises(DatabaseError), transaction.atomic():
            Membership.objects.create(agency=cast.aurora, user=cast.malena, role="owner")


def test_a_persons_door_opens_on_their_own_only(cast: Cast) -> None:
    with as_person(cast.vera.pk):
        assert rows("SELECT user_id FROM accounts_membership") == [(cast.vera.pk,)]
        assert rows("SELECT slug FROM accounts_agency") == [("aurora",)]
        assert rows("SELECT client_id FROM accounts_membershipclient") == [(cast.bodega.pk,)]
        assert rows("SELECT slug FROM accounts_client") == []


def test_a_secret_opens_its_own_row_only(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for number, secret in enumerate(("uno", "dos")):
            rows(
                "INSERT INTO accounts_apitoken (agency_id, name, prefix, secret_hash, scopes, created_at)"
                " VALUES (%s, %s, '', %s, '{}', now()) RETURNING id",
                cast.aurora.pk, str(number), digest(secret),
            )  # fmt: skip
    with as_bearer("dos"):
        assert rows("SELECT name FROM accounts_apitoken") == [("1",)]
    with as_bearer("tres"):
        assert rows("SELECT name FROM accounts_apitoken") == []
    assert rows("SELECT name FROM accounts_apitoken") == []


def test_copy_into_a_protected_table_is_refused(cast: Cast) -> None:
    # Why imports go through a temporary table. If this starts to work, they need not any more.
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        with pytest.raises(psycopg.DatabaseError, match="row-level security"):
            with cursor.copy("COPY campaigns_campaign (agency_id) FROM STDIN") as copy:
                copy.write_row([cast.aurora.pk])
        transaction.set_rollback(True)


def test_a_data_migration_without_a_scope_sees_nothing(
    committed_cast: Cast, committed: str
) -> None:
    """The owner is bound too: a migration that forgets the scope changes nothing, hence asserts a count."""
    with owner_connection(committed) as owner:
        assert owner.execute("UPDATE accounts_client SET name = 'x' RETURNING id").fetchall() == []
    with tenant_transaction(committed_cast.aurora.pk):
        assert sorted(Client.objects.values_list("name", flat=True)) == ["Bodega", "Cafe"]


def test_reading_past_the_wall_as_the_owner_fails_loudly(committed: str) -> None:
    """What pg_dump does as the owner: it must not exit 0 with no tenant row in it."""
    with owner_connection(committed) as owner:
        owner.execute("SET row_security = off")
        with pytest.raises(psycopg.DatabaseError, match="row-level security"):
            owner.execute("SELECT * FROM campaigns_lead")
