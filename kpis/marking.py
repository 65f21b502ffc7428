"""The SQL that writes the dirty-day log: statement triggers on the tables of facts.

One event per trigger, with transition tables, so that the ORM, COPY and psql are all caught. The
log is append-only and unconstrained: writers never wait for each other, and no mark of a writer
that has not yet committed can be cleared by a refresh. Changing this needs a migration that makes
the triggers anew.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FactTable:
    """A table of facts, its family (a column or a fixed one) and the days it touches.

    days: columns, each one day. ranges: (first, last) expressions; the last may be 'infinity'.
    """

    table: str
    family: str
    days: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()


FACT_TABLES = (
    FactTable("campaigns_dailyfact", "family", days=("day",)),
    FactTable(
        "campaigns_lead",
        "'leads'",
        days=("created_on", "mql_on", "sql_on", "opp_on", "closed_on"),
        # Open at the end of a day: from the opportunity to the day before it was closed.
        ranges=(("opp_on", "COALESCE(closed_on, 'infinity')"),),
    ),
    FactTable("campaigns_sale", "'sales'", days=("sold_on",)),
    FactTable("campaigns_refund", "'sales'", days=("refunded_on",)),
    FactTable("campaigns_cost", "'costs'", ranges=(("starts_on", "ends_on"),)),
)

_EVENTS = {
    "insert": ("REFERENCING NEW TABLE AS new_rows", "SELECT * FROM new_rows"),
    "delete": ("REFERENCING OLD TABLE AS old_rows", "SELECT * FROM old_rows"),
    "update": (
        "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows",
    ),
}


def marking_sql(fact: FactTable) -> list[str]:
    """CREATE FUNCTION and CREATE TRIGGER for each event of one table."""
    return [
        statement
        for event, (referencing, rows) in _EVENTS.items()
        for statement in (_function(fact, event, rows), _trigger(fact, event, referencing))
    ]


def unmarking_sql(fact: FactTable) -> list[str]:
    return [f"DROP FUNCTION {_name(fact, event)}() CASCADE" for event in _EVENTS]


def _name(fact: FactTable, event: str) -> str:
    return f"rumbo_mark_{fact.table.removeprefix('campaigns_')}_{event}"


def _function(fact: FactTable, event: str, rows: str) -> str:
    spans = [(day, day) for day in fact.days] + list(fact.ranges)
    columns = dict.fromkeys(
        name
        for name in ("family", *fact.days, *_columns_of(fact))
        if name != "family" or fact.family == "family"
    )
    values = ", ".join(f"({first}, {last})" for first, last in spans)
    # The distinct combinations first: a million rows of a month are thirty of them.
    return f"""
CREATE FUNCTION {_name(fact, event)}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_dirtyday (agency_id, client_id, family, day, until, reason, batch_id, marked_at)
    SELECT DISTINCT agency_id, client_id, {fact.family}, span.first, span.last,
           COALESCE(current_setting('rumbo.reason', true), ''),
           NULLIF(current_setting('rumbo.batch', true), '')::bigint, now()
      FROM (SELECT DISTINCT agency_id, client_id, {", ".join(columns)} FROM ({rows}) AS changed) AS combination
     CROSS JOIN LATERAL (VALUES {values}) AS span (first, last)
     WHERE span.first IS NOT NULL;
    RETURN NULL;
END $$
"""


def _columns_of(fact: FactTable) -> tuple[str, ...]:
    names = {"opp_on": "closed_on", "starts_on": "ends_on"}
    return tuple(column for first, _ in fact.ranges for column in (first, names[first]))


def _trigger(fact: FactTable, event: str, referencing: str) -> str:
    return (
        f"CREATE TRIGGER mark_days_{event} AFTER {event.upper()} ON {fact.table} {referencing}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_name(fact, event)}()"
    )
