"""An agency that is to be deleted: its day, through the scheduler's door, and the end of its audit."""

from django.db import migrations, models

ERASE_AUDIT = """
CREATE FUNCTION rumbo_erase_agency_audit() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    agency bigint := NULLIF(current_setting('rumbo.agency', true), '')::bigint;
BEGIN
    IF EXISTS (SELECT FROM accounts_agency WHERE id = agency) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the agency stands, and so does its audit';
    END IF;
    DELETE FROM accounts_auditentry WHERE agency_id = agency;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_leaving")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="erase_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunSQL(
            "GRANT SELECT (erase_on) ON accounts_agency TO rumbo_clock",
            "REVOKE SELECT (erase_on) ON accounts_agency FROM rumbo_clock",
        ),
        migrations.RunSQL(ERASE_AUDIT, "DROP FUNCTION rumbo_erase_agency_audit()"),
    ]
