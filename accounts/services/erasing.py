"""Erasing a client: every row of it, in every table, and one line in the audit that says so.
Erasing an agency: every row of it, and no line.

Tables are found by their columns `client_id` and `agency_id`, so one that comes later is emptied too.
"""

from graphlib import TopologicalSorter

from django.apps import apps
from django.db import connection

from accounts.locks import Work, lock
from accounts.models import AuditEntry, Client
from accounts.tenancy import tenant_transaction, writing_because

#: So many rows go in one transaction: a killed eraser goes on where it was.
PIECE = 20_000
#: Marks are made by deleting facts, so they go last.
_LAST = "kpis_dirtyday"


def client_erase(client: Client, actor_id: int | None = None) -> int:
    """Remove every row of a client; how many there were. Outside any scope, in pieces.

    Run again after a crash it goes on. actor_id: the membership of who wants it.
    """
    client_id, gone = client.pk, 0
    for table in client_tables():
        while removed := _remove_piece(client, table):
            gone += removed
    with tenant_transaction(client.agency_id, actor_id=actor_id), connection.cursor() as cursor:
        lock(Work.ERASE, client_id)
        for table in client_tables():  # what came in meanwhile
            cursor.execute(f"DELETE FROM {table} WHERE client_id = %s", [client_id])
            gone += cursor.rowcount
        cursor.execute("DELETE FROM accounts_client WHERE id = %s", [client_id])
        if not cursor.rowcount:  # somebody else was at it, and has finished
            return gone
        cursor.execute("SELECT rumbo_erase_audit(%s, %s)", [client_id, client.name])
        cursor.execute(f"DELETE FROM {_LAST} WHERE client_id = %s", [client_id])
    return gone + 1


def agency_erase(agency_id: int) -> int:
    """Remove every row of an agency, its audit too; how many there were. Outside any scope.

    In one transaction: its clients have been erased before, so little is left. People keep their logins.
    """
    gone = 0
    with (
        tenant_transaction(agency_id),
        writing_because("erase", 0),
        connection.cursor() as cursor,
    ):
        for table in agency_tables():
            if table in _ONLY_ADDED:
                continue
            cursor.execute(f"DELETE FROM {table} WHERE agency_id = %s", [agency_id])
            gone += cursor.rowcount
        cursor.execute("DELETE FROM accounts_agency WHERE id = %s", [agency_id])
        for function in (*_ONLY_ADDED.values(), "rumbo_erase_agency_audit"):
            cursor.execute(f"SELECT {function}()")
        cursor.execute(f"DELETE FROM {_LAST} WHERE agency_id = %s", [agency_id])
    return gone


def client_tables() -> list[str]:
    """Every table with rows of clients, each before what it points at. The audit is another matter."""
    return _tables_with("client_id")


def agency_tables() -> list[str]:
    """Every table with rows of agencies, likewise."""
    return _tables_with("agency_id")


def _tables_with(column: str) -> list[str]:
    models = {
        model._meta.db_table: model
        for model in apps.get_models()
        if model is not AuditEntry
        and any(field.column == column for field in model._meta.concrete_fields)
    }
    order = TopologicalSorter[str]()
    for table, model in models.items():
        order.add(table)
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is not None:
                target = field.related_model._meta.db_table
                if target in models and target != table and (table, field.column) not in _AGAINST:
                    order.add(target, table)
    return [table for table in order.static_order() if table != _LAST] + [_LAST]


#: Tables of which nothing may be deleted, and the function that may once the agency is gone.
_ONLY_ADDED = {"kpis_exchangerate": "rumbo_erase_rates"}
#: A reference against the order: emptied first.
_AGAINST = {("kpis_experiment", "decided_for_id")}


def _remove_piece(client: Client, table: str) -> int:
    with (
        tenant_transaction(client.agency_id),
        writing_because("erase", 0),
        connection.cursor() as cursor,
    ):
        lock(Work.ERASE, client.pk)
        for other, column in _AGAINST:
            if other == "kpis_experiment" and table == "kpis_experimentvariant":
                cursor.execute(
                    f"UPDATE {other} SET {column} = NULL WHERE client_id = %s", [client.pk]
                )
        which = {"client": client.pk, "piece": PIECE}
        piece = f"SELECT id FROM {table} WHERE client_id = %(client)s ORDER BY id LIMIT %(piece)s"
        for other, column in _hanging(table):
            cursor.execute(f"DELETE FROM {other} WHERE {column} IN ({piece})", which)
        cursor.execute(f"DELETE FROM {table} WHERE id IN ({piece})", which)
        return cursor.rowcount


def _hanging(table: str) -> list[tuple[str, str]]:
    """Tables without a client of their own that point at rows of this one."""
    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        if not any(field.column == "client_id" for field in model._meta.concrete_fields)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model and field.related_model._meta.db_table == table
    ]
