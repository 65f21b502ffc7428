"""What must hold before anything is served: the database role cannot step over the wall."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

ROLE_SQL = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 'accounts_agency' AND c.relowner = r.oid)
FROM pg_roles r WHERE r.rolname = current_user
"""

_checked: set[str] = set()


def role_problem(connection: Any) -> str | None:
    """Why this connection's role must not serve requests, or None."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_SQL)
        name, is_super, bypasses, owns = cursor.fetchone()
    if is_super or bypasses:
        return (
            f"role {name} is a superuser or has BYPASSRLS: row-level security would prove nothing"
        )
    if owns:
        return f"role {name} owns the tables: it could switch row-level security off"
    return None


def refuse_powerful_role(sender: Any, connection: Any, **kwargs: Any) -> None:
    """At a process's first connection. System checks do not run under a WSGI server."""
    if connection.alias != "default" or "default" in _checked:
        return
    problem = role_problem(connection)
    if problem:
        raise ImproperlyConfigured(f"DATABASE_URL: {problem}. See `manage.py roles --print`.")
    _checked.add("default")
