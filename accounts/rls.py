"""Migration operations that put a table behind the wall. All policy SQL lives here.

Policies name no role (the clock's excepted) and call nothing but current_setting, inside scalar
sub-selects, so that a setting is read once per query and not once per row.
"""

from typing import Any

from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation

SCOPE_AGENCY = "(SELECT NULLIF(current_setting('rumbo.agency', true), '')::bigint)"
SCOPE_USER = "(SELECT NULLIF(current_setting('rumbo.user', true), '')::bigint)"
SCOPE_ACTOR = "(SELECT NULLIF(current_setting('rumbo.actor', true), '')::bigint)"
SCOPE_CREDENTIAL = "(SELECT NULLIF(current_setting('rumbo.credential', true), ''))"
SCOPE_ALL_CLIENTS = "(SELECT current_setting('rumbo.clients', true)) = '*'"
_LISTED_CLIENTS = "NULLIF(NULLIF(current_setting('rumbo.clients', true), ''), '*')"
SCOPE_CLIENT_IDS = f"(SELECT string_to_array({_LISTED_CLIENTS}, ','))::bigint[]"

#: Which rows the wall lets through, beside the agency's own: the restrictive half of each kind.
KINDS = {
    "agency": SCOPE_ALL_CLIENTS,
    "client": f"{SCOPE_ALL_CLIENTS} OR client_id = ANY({SCOPE_CLIENT_IDS})",
    "client_itself": f"{SCOPE_ALL_CLIENTS} OR id = ANY({SCOPE_CLIENT_IDS})",
    "shared": f"{SCOPE_ALL_CLIENTS} OR client_id = ANY({SCOPE_CLIENT_IDS})",
    "personal": f"membership_id = {SCOPE_ACTOR} OR ({SCOPE_ACTOR} IS NULL AND {SCOPE_ALL_CLIENTS})",
}
#: Rows that everybody in the agency may read besides these; writing them needs all clients.
READ_BY_ALL = {"shared": "client_id IS NULL"}

#: What a composite foreign key may point at.
PARENT_KEYS = {"tenant_key": "agency_id, id", "client_key": "agency_id, client_id, id"}
DEFAULT_KEYS = {
    "agency": ("tenant_key",),
    "client": ("client_key",),
    "client_itself": ("tenant_key",),
    "shared": ("tenant_key",),
    "personal": (),
}

POLICIES = (
    "agency_wall",
    "door",
    "client_wall",
    "client_wall_add",
    "client_wall_change",
    "client_wall_remove",
)


class TableOperation(Operation):
    """An operation on one model's table that leaves Django's own state as it is."""

    reversible = True

    def __init__(self, model_name: str, **options: Any) -> None:
        self.model_name = model_name
        self.options = options

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.model_name], self.options

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._run(schema_editor, self.forwards(to_state.apps.get_model(app_label, self.model_name)))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._run(
            schema_editor, self.backwards(from_state.apps.get_model(app_label, self.model_name))
        )

    def _run(self, schema_editor: Any, statements: list[str]) -> None:
        # A deferred foreign key of the same migration must exist before ALTER TABLE can go on.
        for deferred in schema_editor.deferred_sql[:]:
            schema_editor.execute(deferred)
            schema_editor.deferred_sql.remove(deferred)
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def forwards(self, model: Any) -> list[str]:
        raise NotImplementedError

    def backwards(self, model: Any) -> list[str]:
        raise NotImplementedError

    def describe(self) -> str:
        return f"{self.__class__.__name__} {self.model_name}"


class ProtectTable(TableOperation):
    """Row-level security, forced, with the agency's policy and the client's.

    kind: 'agency' (seen only by those who may see all clients), 'client' (has client_id),
    'client_itself', 'shared' (client_id may be null: the agency's own, for all clients), or
    'personal' (seen by that member alone, and by the system at work).
    keys: the unique keys that composite foreign keys may point at; () for a table that nothing
    points at. door: a condition under which a row may be read before there is a scope.
    """

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        kind = self.options.get("kind", "client")
        door = self.options.get("door") or READ_BY_ALL.get(kind)
        restriction = KINDS[kind]
        own = f"agency_id = {SCOPE_AGENCY}"
        statements = [
            *_protect(table),
            f"CREATE POLICY agency_wall ON {table} USING ({own}) WITH CHECK ({own})",
        ]
        if door is None:
            statements.append(
                f"CREATE POLICY client_wall ON {table} AS RESTRICTIVE"
                f" USING ({restriction}) WITH CHECK ({restriction})"
            )
        else:  # the door opens for reading only
            if kind not in READ_BY_ALL:  # what all may read is still inside the agency's wall
                statements.append(f"CREATE POLICY door ON {table} FOR SELECT USING ({door})")
            statements += [
                f"CREATE POLICY client_wall ON {table} AS RESTRICTIVE FOR SELECT"
                f" USING ({restriction} OR {door})",
                f"CREATE POLICY client_wall_add ON {table} AS RESTRICTIVE FOR INSERT"
                f" WITH CHECK ({restriction})",
                f"CREATE POLICY client_wall_change ON {table} AS RESTRICTIVE FOR UPDATE"
                f" USING ({restriction}) WITH CHECK ({restriction})",
                f"CREATE POLICY client_wall_remove ON {table} AS RESTRICTIVE FOR DELETE"
                f" USING ({restriction})",
            ]
        keys = self.options.get("keys", DEFAULT_KEYS[kind])
        return statements + [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} UNIQUE ({PARENT_KEYS[name]})"
            for name in keys
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        statements = [f"DROP POLICY IF EXISTS {name} ON {table}" for name in POLICIES]
        statements += [
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{name} CASCADE"
            for name in PARENT_KEYS
        ]
        return statements + _unprotect(table)


class ProtectAgency(TableOperation):
    """The agency's own row: seen inside its scope, and by its members before there is one."""

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        own = f"id = {SCOPE_AGENCY}"
        mine = (
            "EXISTS (SELECT 1 FROM accounts_membership m"
            f" WHERE m.agency_id = {table}.id AND m.user_id = {SCOPE_USER} AND m.ended_on IS NULL)"
        )
        return _protect(table) + [
            f"CREATE POLICY agency_wall ON {table} USING ({own}) WITH CHECK ({own})",
            f"CREATE POLICY door ON {table} FOR SELECT USING ({mine})",
            f"CREATE POLICY client_wall_change ON {table} AS RESTRICTIVE FOR UPDATE"
            f" USING ({SCOPE_ALL_CLIENTS})",
            f"CREATE POLICY client_wall_remove ON {table} AS RESTRICTIVE FOR DELETE"
            f" USING ({SCOPE_ALL_CLIENTS})",
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [f"DROP POLICY IF EXISTS {name} ON {table}" for name in POLICIES] + _unprotect(table)


class TenantForeignKey(TableOperation):
    """The composite key behind a Django foreign key made with db_constraint=False.

    field: the Django field. with_client: the target belongs to the same client, not only to the
    agency. on_delete: 'NO ACTION' or 'SET NULL' (of that one column: the plain form would also
    null agency_id).
    """

    def forwards(self, model: Any) -> list[str]:
        field = model._meta.get_field(self.options["field"])
        parts = ["agency_id"] + (["client_id"] if self.options.get("with_client") else [])
        target = field.related_model._meta.db_table
        set_null = self.options.get("on_delete") == "SET NULL"
        return [
            f"ALTER TABLE {model._meta.db_table} ADD CONSTRAINT {self._name(model, field)}"
            f" FOREIGN KEY ({', '.join([*parts, field.column])}) REFERENCES {target} ({', '.join([*parts, 'id'])})"
            + (f" ON DELETE SET NULL ({field.column})" if set_null else "")
        ]

    def backwards(self, model: Any) -> list[str]:
        field = model._meta.get_field(self.options["field"])
        table = model._meta.db_table
        return [f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {self._name(model, field)}"]

    @staticmethod
    def _name(model: Any, field: Any) -> str:
        return f"{model._meta.db_table}_{field.column}_tenant_fk"


#: A trigger's condition: what is written under a batch is audited as a whole.
NO_BATCH = "WHEN (COALESCE(current_setting('rumbo.batch', true), '') = '')"


class AuditTable(TableOperation):
    """Write every row's change to the audit, column by column. exclude: secrets and large values.

    batched=True leaves out rows written under a batch: a batch is audited as a whole.
    """

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        excluded = ", ".join(f"'{name}'" for name in self.options.get("exclude", [])) or "''"
        condition = f" {NO_BATCH}" if self.options.get("batched", False) else ""
        return [
            f"CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW{condition} EXECUTE FUNCTION rumbo_audit({excluded})"
        ]

    def backwards(self, model: Any) -> list[str]:
        return [f"DROP TRIGGER IF EXISTS audit ON {model._meta.db_table}"]


class ClockDoor(TableOperation):
    """What the scheduler may read across agencies: the named columns of this table, nothing else."""

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        columns = ", ".join(self.options["columns"])
        return [
            f"GRANT SELECT ({columns}) ON {table} TO rumbo_clock",
            f"CREATE POLICY clock ON {table} FOR SELECT TO rumbo_clock USING (true)",
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        columns = ", ".join(self.options["columns"])
        return [
            f"DROP POLICY IF EXISTS clock ON {table}",
            f"REVOKE SELECT ({columns}) ON {table} FROM rumbo_clock",
        ]


def _protect(table: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    ]


def _unprotect(table: str) -> list[str]:
    return [
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ]


#: The audit's trigger function. SECURITY DEFINER because the app may not write the audit itself;
#: the settings tell who acts, and the policies hold for the function's owner too (FORCE).
AUDIT_FUNCTION = """
CREATE OR REPLACE FUNCTION rumbo_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) - TG_ARGV::text[] - 'updated_at' END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) - TG_ARGV::text[] - 'updated_at' END;
    before_change jsonb;
    after_change jsonb;
BEGIN
    SELECT COALESCE(jsonb_object_agg(key, value), '{}') INTO before_change
      FROM jsonb_each(old_row) WHERE value IS DISTINCT FROM new_row -> key;
    SELECT COALESCE(jsonb_object_agg(key, value), '{}') INTO after_change
      FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
    IF TG_OP = 'UPDATE' AND after_change = '{}' THEN
        RETURN NULL;
    END IF;
    INSERT INTO accounts_auditentry
        (agency_id, client_id, at, actor_id, action, table_name, row_id, before, after)
    VALUES (
        (COALESCE(new_row ->> 'agency_id', old_row ->> 'agency_id',  -- the agency's own row is its own
                  new_row ->> 'id', old_row ->> 'id'))::bigint,
        CASE WHEN TG_TABLE_NAME = 'accounts_client'
             THEN (COALESCE(new_row ->> 'id', old_row ->> 'id'))::bigint
             ELSE (COALESCE(new_row ->> 'client_id', old_row ->> 'client_id'))::bigint END,
        now(), NULLIF(current_setting('rumbo.actor', true), '')::bigint, lower(TG_OP), TG_TABLE_NAME,
        (COALESCE(new_row ->> 'id', old_row ->> 'id'))::bigint, before_change, after_change);
    RETURN NULL;
END $$
"""


#: The same, and it keeps the act that the change belongs to, if there is one.
AUDIT_FUNCTION_WITH_ACTS = AUDIT_FUNCTION.replace("before, after)\n", "before, after, act_id)\n").replace(
    "after_change);",
    "after_change,\n        NULLIF(current_setting('rumbo.act', true), '')::bigint);",
)  # fmt: skip


#: The same rows, sooner: what is inserted or deleted differs in every column, so only an update is
#: compared column by column.
AUDIT_FUNCTION_QUICK = """
CREATE OR REPLACE FUNCTION rumbo_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    old_row jsonb := '{}';
    new_row jsonb := '{}';
    known jsonb;
    before_change jsonb;
    after_change jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD) - TG_ARGV::text[] - 'updated_at';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_row := to_jsonb(NEW) - TG_ARGV::text[] - 'updated_at';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF old_row = new_row THEN
            RETURN NULL;
        END IF;
        SELECT COALESCE(jsonb_object_agg(key, value), '{}') INTO before_change
          FROM jsonb_each(old_row) WHERE value IS DISTINCT FROM new_row -> key;
        SELECT COALESCE(jsonb_object_agg(key, value), '{}') INTO after_change
          FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
    ELSE
        before_change := old_row;
        after_change := new_row;
    END IF;
    known := CASE WHEN TG_OP = 'DELETE' THEN old_row ELSE new_row END;
    INSERT INTO accounts_auditentry
        (agency_id, client_id, at, actor_id, action, table_name, row_id, before, after, act_id)
    VALUES (
        (COALESCE(known ->> 'agency_id', known ->> 'id'))::bigint,  -- the agency's own row is its own
        (known ->> CASE WHEN TG_TABLE_NAME = 'accounts_client' THEN 'id' ELSE 'client_id' END)::bigint,
        now(), NULLIF(current_setting('rumbo.actor', true), '')::bigint, lower(TG_OP), TG_TABLE_NAME,
        (known ->> 'id')::bigint, before_change, after_change,
        NULLIF(current_setting('rumbo.act', true), '')::bigint);
    RETURN NULL;
END $$
"""


def audit_function() -> RunSQL:
    return RunSQL(AUDIT_FUNCTION, "DROP FUNCTION rumbo_audit()")


def audit_function_with_acts() -> RunSQL:
    """After AuditEntry has got its column for acts."""
    return RunSQL(AUDIT_FUNCTION_WITH_ACTS, AUDIT_FUNCTION)


def audit_function_quick() -> RunSQL:
    return RunSQL(AUDIT_FUNCTION_QUICK, AUDIT_FUNCTION_WITH_ACTS)


def audit_policies(table: str) -> RunSQL:
    """The audit's own wall: written by its function only, read by the agency, client rows by theirs."""
    own = f"agency_id = {SCOPE_AGENCY}"
    seen = f"{SCOPE_ALL_CLIENTS} OR client_id = ANY({SCOPE_CLIENT_IDS})"
    return RunSQL(
        [
            *_protect(table),
            f"CREATE POLICY agency_wall ON {table} USING ({own}) WITH CHECK ({own})",
            f"CREATE POLICY client_wall ON {table} AS RESTRICTIVE FOR SELECT USING ({seen})",
            f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM rumbo_app",
        ],
        [
            f"DROP POLICY agency_wall ON {table}",
            f"DROP POLICY client_wall ON {table}",
            *_unprotect(table),
        ],
    )
