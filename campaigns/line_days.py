"""The SQL that keeps a sale line's copy of its sale's day: no writer, psql included, can forget it."""

LINE_DAYS_SQL = [
    """
CREATE FUNCTION rumbo_date_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM old_rows AS o JOIN new_rows AS n USING (id)
                WHERE n.has_lines AND n.sold_on <> o.sold_on) THEN
        UPDATE campaigns_saleline AS line SET sold_on = n.sold_on
          FROM new_rows AS n
         WHERE line.agency_id = n.agency_id AND line.client_id = n.client_id
           AND line.sale_id = n.id AND line.sold_on <> n.sold_on;
    END IF;
    RETURN NULL;
END $$
""",
    "CREATE TRIGGER date_lines AFTER UPDATE ON campaigns_sale"
    " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION rumbo_date_lines()",
]
NO_LINE_DAYS_SQL = ["DROP FUNCTION rumbo_date_lines() CASCADE"]
