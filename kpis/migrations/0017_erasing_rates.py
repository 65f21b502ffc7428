"""Rates are only ever added. With their agency they go, by a function of their own."""

from django.db import migrations

ERASE_RATES = """
CREATE FUNCTION rumbo_erase_rates() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    agency bigint := NULLIF(current_setting('rumbo.agency', true), '')::bigint;
BEGIN
    IF EXISTS (SELECT FROM accounts_agency WHERE id = agency) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the agency stands, and so do its rates';
    END IF;
    DELETE FROM kpis_exchangerate WHERE agency_id = agency;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_exports"), ("accounts", "0015_agency_leaving")]

    operations = [migrations.RunSQL(ERASE_RATES, "DROP FUNCTION rumbo_erase_rates()")]
