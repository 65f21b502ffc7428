"""The roles' SQL: one text for the launcher and for a DBA, from PostgreSQL 15 to 18."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accounts.roles import literal, role_statements, script


def test_inheritance_is_refused_the_way_the_version_knows() -> None:
    assert "GRANT rumbo_clock TO rumbo_app WITH INHERIT FALSE, SET TRUE" in role_statements(16, {})
    old = role_statements(15, {})
    assert "ALTER ROLE rumbo_app NOINHERIT" in old
    assert "GRANT rumbo_clock TO rumbo_app" in old


def test_only_given_passwords_are_set() -> None:
    statements = role_statements(18, {"rumbo_app": "it's"})
    assert [text for text in statements if "PASSWORD" in text] == [
        "ALTER ROLE rumbo_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD 'it''s'"
    ]


@pytest.mark.parametrize("text", ["back\\slash", "nul\0"])
def test_a_password_that_could_end_the_string_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must not contain"):
        literal(text)


def test_the_command_prints_for_a_version_and_runs_nothing(db: None) -> None:
    out = StringIO()
    call_command("roles", "--print", "--major", "15", stdout=out)
    assert out.getvalue() == script(15, connection.settings_dict["NAME"])
    assert "TRUNCATE" not in out.getvalue()


def test_without_print_it_refuses() -> None:
    with pytest.raises(CommandError, match="use --print"):
        call_command("roles")


def test_tables_are_the_owners_and_the_app_may_not_truncate(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND (pg_get_userbyid(relowner) <> 'rumbo_owner' OR has_table_privilege(oid, 'TRUNCATE'))"
        )
        assert cursor.fetchone() == (0,)


def test_migrate_without_an_owner_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(connections.settings, "owner")
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("migrate")
