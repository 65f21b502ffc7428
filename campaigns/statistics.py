"""The planner's statistics of a table, right after a batch has written much of it.

Until autovacuum comes, PostgreSQL takes a client it has never seen for a single row, and checks each
foreign key to its leads by reading all of them: 5,000 sales of 50,000 new leads took minutes.
"""

from django.db import connection

#: From so many new rows on it is worth it.
MANY = 2_000
TABLES = (
    "campaigns_customer", "campaigns_lead", "campaigns_sale", "campaigns_refund",
    "campaigns_dailyfact", "campaigns_cost", "campaigns_product", "campaigns_saleline",
    "campaigns_visitorday", "campaigns_interaction", "campaigns_customerterm",
    "campaigns_budget", "campaigns_reportedrange", "campaigns_manualmonth",
)  # fmt: skip

#: Only a table's owner may analyse it (up to PostgreSQL 16), and the app owns none. A table that
#: somebody else is analysing is left to them.
STATISTICS_SQL = f"""
CREATE FUNCTION rumbo_analyse(name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF name NOT IN ({", ".join(f"'{table}'" for table in TABLES)}) THEN
        RAISE insufficient_privilege USING MESSAGE = name || ' is no table of facts';
    END IF;
    EXECUTE format('ANALYZE (SKIP_LOCKED) public.%I', name);
END $$
"""
NO_STATISTICS_SQL = "DROP FUNCTION rumbo_analyse(text)"


def statistics_renew(table: str, new_rows: int) -> None:
    """Tell the planner about rows that this transaction has just written, if they are many."""
    if new_rows >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rumbo_analyse(%s)", [table])
