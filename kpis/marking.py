"""The SQL that writes the dirty-day log: statement triggers on the tables of facts.

One event per trigger, with transition tables, so that the ORM, COPY and psql are all caught. The
log is append-only and unconstrained: writers never wait for each other, and no mark of a writer
that has not yet committed can be cleared by a refresh. Changing this needs a migration that makes
the triggers anew.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Days that a fact touches: from one date to another, both included; or `first` alone.

    part, last and only are SQL with the columns in braces.
    part: which part of the snapshot they are days of. reads: the columns, beside the dates, from
    which the rows of those days follow: an update that changes none of them marks nothing.
    """

    part: str
    first: str
    last: str | None = None
    reads: tuple[str, ...] = ()
    only: str = "TRUE"


@dataclass(frozen=True)
class FactTable:
    """A table of facts; rows outside `counted` add nothing to any day."""

    table: str
    spans: tuple[Span, ...]
    counted: str = "TRUE"


_TOUCH = ("channel", "campaign_id")
_LEAD = (*_TOUCH, "device", "landing_page_id", "country")
_SALE = (*_TOUCH, "currency", "device", "salesperson_id", "country", "is_first", "amount")
_DAILY = (
    *_TOUCH, "currency", "device", "landing_page_id", "country",
    "sessions", "engaged_sessions", "session_seconds", "pageviews", "new_sessions",
    "returning_sessions", "sessions_with_lead", "sessions_with_key_event", "key_events",
    "impressions", "clicks", "ad_spend", "platform_conversions", "platform_conversion_value",
    "platform_leads", "platform_sales",
)  # fmt: skip

#: As the first migration made them; what is marked now is in `kpis.marked`.
FACT_TABLES = (
    FactTable("campaigns_dailyfact", (Span("{family}", "day", reads=_DAILY),)),
    FactTable(
        "campaigns_lead",
        (
            Span(
                "'leads'",
                "created_on",
                reads=(*_LEAD, "first_salesperson_id", "mql_on", "first_sale_on", "was_customer"),
            ),
            Span("'leads'", "mql_on", reads=(*_LEAD, "mql_salesperson_id")),
            Span("'leads'", "sql_on", reads=(*_LEAD, "sql_salesperson_id")),
            Span("'leads'", "opp_on", reads=(*_TOUCH, "country", "opp_salesperson_id")),
            Span(
                "'leads'",
                "closed_on",
                reads=(
                    *_TOUCH, "country", "closed_salesperson_id",
                    "opp_on", "outcome", "amount", "currency",
                ),
            ),
            # Open at the end of a day: from the opportunity to the day before it was closed.
            Span(
                "'stock'",
                "opp_on",
                "COALESCE({closed_on} - 1, 'infinity')",
                reads=(
                    *_TOUCH, "country", "opp_salesperson_id", "closed_on", "amount", "currency",
                ),
                only="{closed_on} IS NULL OR {closed_on} > {opp_on}",
            ),
        ),
        counted="status = 'valid'",
    ),
    FactTable("campaigns_sale", (Span("'sales'", "sold_on", reads=_SALE),)),
    FactTable("campaigns_refund", (Span("'sales'", "refunded_on", reads=_SALE),)),
    FactTable(
        "campaigns_cost",
        (
            Span(
                "'costs'",
                "starts_on",
                "{ends_on}",
                reads=(*_TOUCH, "currency", "layer", "amount", "ends_on"),
            ),
        ),
    ),
)  # fmt: skip

_EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def marking_sql(fact: FactTable) -> list[str]:
    """CREATE FUNCTION and CREATE TRIGGER for each event of one table."""
    return [
        statement
        for event, referencing in _EVENTS.items()
        for statement in (_function(fact, event), _trigger(fact, event, referencing))
    ]


def unmarking_sql(fact: FactTable) -> list[str]:
    return [f"DROP FUNCTION {_name(fact, event)}() CASCADE" for event in _EVENTS]


def _name(fact: FactTable, event: str) -> str:
    return f"rumbo_mark_{fact.table.removeprefix('campaigns_')}_{event}"


def _function(fact: FactTable, event: str) -> str:
    spans = {
        "insert": lambda: _spans(fact, "new_rows"),
        "delete": lambda: _spans(fact, "old_rows"),
        "update": lambda: _changed_spans(fact),
    }[event]()
    # Neighbouring days become one row of the log: a million rows of a year are a handful of marks.
    return f"""
CREATE FUNCTION {_name(fact, event)}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_dirtyday
        (agency_id, client_id, family, day, until, reason, batch_id, marked_at)
    SELECT agency_id, client_id, part, lower(days),
           CASE WHEN upper(days) = 'infinity' THEN 'infinity' ELSE upper(days) - 1 END,
           COALESCE(current_setting('rumbo.reason', true), ''),
           NULLIF(current_setting('rumbo.batch', true), '')::bigint, now()
      FROM (SELECT agency_id, client_id, part,
                   unnest(range_agg(daterange(first, last, '[]'))) AS days
              FROM ({spans}) AS span (agency_id, client_id, part, first, last)
             GROUP BY agency_id, client_id, part) AS marked;
    RETURN NULL;
END $$
"""


def _columns(fact: FactTable) -> list[str]:
    """What the spans of a table are made of and compared by."""
    parts = ["family"] if fact.spans[0].part == "{family}" else []
    names = (name for span in fact.spans for name in (span.first, *span.reads))
    return list(dict.fromkeys(["agency_id", "client_id", *parts, *names]))


def _span(fact: FactTable, span: Span, rows: str, prefix: str = "") -> str:
    """The distinct spans of one kind among `rows`."""
    column = {name: prefix + name for name in _columns(fact)}
    first = column[span.first]
    part, last, only = (
        text.format(**column) for text in (span.part, span.last or first, span.only)
    )
    return (
        f"SELECT DISTINCT {column['agency_id']}, {column['client_id']}, {part}, {first}, {last}"
        f" FROM {rows} WHERE {first} IS NOT NULL AND ({only})"
    )


def _spans(fact: FactTable, rows: str) -> str:
    """The spans of rows that came or went: one cheap pass for each kind."""
    counted = f"(SELECT * FROM {rows} WHERE {fact.counted}) AS counted"
    return " UNION ALL ".join(_span(fact, span, counted) for span in fact.spans)


def _changed_spans(fact: FactTable) -> str:
    """The spans, before and after, of rows in which something changed that their days read.

    A row that begins or ceases to be counted has no other half, and differs in everything.
    """
    columns = _columns(fact)
    halves = ", ".join(f"{side}.{name} AS {side}_{name}" for side in ("o", "n") for name in columns)
    arms = []
    for span in fact.spans:
        compared = ["agency_id", "client_id", span.first, *span.reads]
        if "{family}" in span.part:
            compared.append("family")
        before, after = (
            "(" + ", ".join(side + name for name in compared) + ")" for side in ("o_", "n_")
        )
        differs = f" AND {before} IS DISTINCT FROM {after}"
        arms += [_span(fact, span, "changed", side) + differs for side in ("o_", "n_")]
    return f"""
        WITH changed AS MATERIALIZED (
            SELECT {halves}
              FROM (SELECT * FROM old_rows WHERE {fact.counted}) AS o
              FULL JOIN (SELECT * FROM new_rows WHERE {fact.counted}) AS n ON n.id = o.id
        ) {" UNION ALL ".join(arms)}"""


def _trigger(fact: FactTable, event: str, referencing: str) -> str:
    return (
        f"CREATE TRIGGER mark_days_{event} AFTER {event.upper()} ON {fact.table} {referencing}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_name(fact, event)}()"
    )


def window_marking_sql() -> list[str]:
    """A client's other lead-to-sale window changes a column of every day that has leads."""
    return [
        """
CREATE FUNCTION rumbo_mark_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_dirtyday (agency_id, client_id, family, reason, marked_at)
    SELECT n.agency_id, n.id, 'leads', 'window', now()
      FROM old_rows AS o JOIN new_rows AS n USING (id) WHERE n.cohort_days <> o.cohort_days;
    RETURN NULL;
END $$
""",
        "CREATE TRIGGER mark_window AFTER UPDATE ON accounts_client"
        " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION rumbo_mark_window()",
    ]


def customers_marking_sql() -> list[str]:
    """Who looks after a customer, and its country, split all days on which it was active."""
    return [
        """
CREATE FUNCTION rumbo_mark_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_dirtyday (agency_id, client_id, family, reason, batch_id, marked_at)
    SELECT DISTINCT n.agency_id, n.client_id, 'active',
           COALESCE(current_setting('rumbo.reason', true), ''),
           NULLIF(current_setting('rumbo.batch', true), '')::bigint, now()
      FROM old_rows AS o JOIN new_rows AS n USING (id)
     WHERE (n.salesperson_id, n.country) IS DISTINCT FROM (o.salesperson_id, o.country);
    RETURN NULL;
END $$
""",
        "CREATE TRIGGER mark_customers AFTER UPDATE ON campaigns_customer"
        " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION rumbo_mark_customers()",
    ]


def customers_unmarking_sql() -> list[str]:
    return ["DROP FUNCTION rumbo_mark_customers() CASCADE"]


def window_unmarking_sql() -> list[str]:
    return ["DROP FUNCTION rumbo_mark_window() CASCADE"]
