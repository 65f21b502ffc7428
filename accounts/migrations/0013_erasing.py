"""What the audit of an erased client becomes: one line that says so. Only its own function may do it."""

from django.db import migrations

ERASE_AUDIT = """
CREATE FUNCTION rumbo_erase_audit(client bigint, name text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    agency bigint := NULLIF(current_setting('rumbo.agency', true), '')::bigint;
BEGIN
    IF EXISTS (SELECT FROM accounts_client WHERE id = client) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the client stands, and so does its audit';
    END IF;
    DELETE FROM accounts_auditentry WHERE agency_id = agency AND client_id = client;
    INSERT INTO accounts_auditentry
        (agency_id, client_id, at, actor_id, action, table_name, row_id, before, after)
    VALUES (agency, NULL, now(), NULLIF(current_setting('rumbo.actor', true), '')::bigint, 'erase',
            'accounts_client', client, jsonb_build_object('name', name), '{}');
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_written_in")]

    operations = [
        migrations.RunSQL(ERASE_AUDIT, "DROP FUNCTION rumbo_erase_audit(bigint, text)"),
    ]
