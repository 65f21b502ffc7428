"""The audit of inserted facts: one entry per row as everywhere (accounts.rls), written by one statement.

A call in bulk inserts a thousand rows at once; a trigger for each of them was half of what PostgreSQL did
for it. What is changed or deleted is compared row by row as before.
"""

from typing import Any

from django.db.migrations.operations import RunSQL

from accounts.rls import NO_BATCH, AuditTable, TableOperation

#: SECURITY DEFINER and the settings: as rumbo_audit().
AUDIT_INSERTED = """
CREATE FUNCTION rumbo_audit_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO accounts_auditentry
        (agency_id, client_id, at, actor_id, action, table_name, row_id, before, after, act_id)
    SELECT agency_id, client_id, now(), NULLIF(current_setting('rumbo.actor', true), '')::bigint, 'insert',
           TG_TABLE_NAME, id, '{}', to_jsonb(new_rows) - 'updated_at',
           NULLIF(current_setting('rumbo.act', true), '')::bigint
      FROM new_rows;
    RETURN NULL;
END $$
"""


def audit_inserted_function() -> RunSQL:
    return RunSQL(AUDIT_INSERTED, "DROP FUNCTION rumbo_audit_inserted()")


class AuditInsertsTogether(TableOperation):
    """In place of AuditTable(…, batched=True), which excludes nothing, on a table of clients' rows."""

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            *self._by_row.backwards(model),
            f"CREATE TRIGGER audit AFTER UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW {NO_BATCH} EXECUTE FUNCTION rumbo_audit('')",
            f"CREATE TRIGGER audit_inserted AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows"
            f" FOR EACH STATEMENT {NO_BATCH} EXECUTE FUNCTION rumbo_audit_inserted()",
        ]

    def backwards(self, model: Any) -> list[str]:
        return [
            f"DROP TRIGGER audit_inserted ON {model._meta.db_table}",
            *self._by_row.backwards(model),
            *self._by_row.forwards(model),
        ]

    @property
    def _by_row(self) -> AuditTable:
        return AuditTable(self.model_name, batched=True)
