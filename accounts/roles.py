"""The database roles, as SQL for PostgreSQL 15 to 18. Pure: who runs it is the caller's business.

rumbo_owner owns the tables and runs migrations; rumbo_app is what the web and the workers are, and
row-level security binds it; rumbo_backup may read past it to dump; rumbo_clock is the scheduler's
door: nobody logs in as it, rumbo_app takes it with SET ROLE and inherits nothing from it.
"""

from collections.abc import Mapping

OWNER, APP, BACKUP, CLOCK = "rumbo_owner", "rumbo_app", "rumbo_backup", "rumbo_clock"
ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    BACKUP: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
    CLOCK: "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
}


def literal(text: str) -> str:
    """A string constant that means the same whatever standard_conforming_strings says."""
    if "\\" in text or "\0" in text:
        raise ValueError("A password for a database role must not contain a backslash or NUL.")
    return "'" + text.replace("'", "''") + "'"


def role_statements(major: int, passwords: Mapping[str, str]) -> list[str]:
    """Create or correct the four roles. `major` is the server's version; run as a superuser.

    A role without an entry in `passwords` keeps the password it has, or has none.
    """
    statements = []
    for role, attributes in ATTRIBUTES.items():
        statements.append(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
            f" THEN CREATE ROLE {role}; END IF; END $$"
        )
        password = f" PASSWORD {literal(passwords[role])}" if role in passwords else ""
        statements.append(f"ALTER ROLE {role} {attributes}{password}")
    if major >= 16:
        statements.append(f"GRANT {CLOCK} TO {APP} WITH INHERIT FALSE, SET TRUE")
    else:
        # Before 16 inheritance belongs to the member, not to the grant.
        statements.append(f"ALTER ROLE {APP} NOINHERIT")
        statements.append(f"GRANT {CLOCK} TO {APP}")
    statements.append(f"GRANT pg_read_all_data TO {BACKUP}")
    return statements


def database_statement(name: str) -> str:
    """Create the database. It cannot run inside a transaction or twice."""
    return f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'"


def access_statements(name: str) -> list[str]:
    """Who may connect to the database `name`; run as a superuser or its owner."""
    return [
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {APP}",
        f"GRANT CONNECT ON DATABASE {name} TO {BACKUP}",
    ]


def table_statements() -> list[str]:
    """What rumbo_app may do with tables made from now on; run as rumbo_owner inside the database.

    No TRUNCATE (it passes row-level security), and nothing is granted again on tables that exist: a
    migration may have taken a right away on purpose.
    """
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public"
    return [
        f"GRANT USAGE ON SCHEMA public TO {APP}, {CLOCK}, {BACKUP}",
        f"{default} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
        f"{default} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
    ]


def script(major: int, name: str) -> str:
    """The same as one psql script for a DBA to read and run once as a superuser."""
    create = literal(database_statement(name))
    lines = [
        f"-- Rumbo's roles and database on PostgreSQL {major}. Run once, as a superuser:",
        f"--   psql -v ON_ERROR_STOP=1 -d postgres -f roles.sql   then   \\password {OWNER}",
        f"--   and likewise for {APP} and {BACKUP}.",
        *(f"{statement};" for statement in role_statements(major, {})),
        f"SELECT {create} WHERE NOT EXISTS"
        f" (SELECT FROM pg_database WHERE datname = {literal(name)}) \\gexec",
        *(f"{statement};" for statement in access_statements(name)),
        f"\\connect {name}",
        *(f"{statement};" for statement in table_statements()),
    ]
    return "\n".join(lines) + "\n"
