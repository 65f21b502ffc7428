"""The SQL that marks days when a parameter that snapshots are made with changes.

A lead-to-sale window, a repeat window, a time of activity or a promised answer is part of stored
measures; bases of cost and profit are not, they are read with the number.
"""

#: What a change of each touches: the columns of a change of parameters, and families of days.
_STORED = (
    ("'leads'", ("cohort_days", "sla_minutes", "clock", "opens_at", "closes_at", "open_days")),
    ("'sales'", ("repeat_days", "active_days")),
)


def _differs(names: tuple[str, ...]) -> str:
    return " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in names)


def _mark(family: str, rows: str, client: str) -> str:
    return (
        "INSERT INTO kpis_dirtyday (agency_id, client_id, family, reason, marked_at)"
        f" SELECT DISTINCT agency_id, {client}, {family}, 'parameters', now() FROM {rows};"
    )


def _settings_function() -> str:
    marks = "\n".join(
        _mark(
            family,
            "(SELECT n.* FROM old_rows AS o JOIN new_rows AS n USING (id)"
            f" WHERE {_differs(names)}) AS changed",
            "id",
        )
        for family, names in _STORED
    )
    return f"""
CREATE OR REPLACE FUNCTION rumbo_mark_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{marks}
    RETURN NULL;
END $$
"""


def _change_function() -> str:
    """Inserted, updated and deleted changes alike: every day of what they may touch."""
    marks = "\n".join(
        _mark(
            family,
            f"(SELECT * FROM moved AS m WHERE num_nonnulls({', '.join(f'm.{n}' for n in names)}) > 0)"
            " AS changed",
            "client_id",
        )
        for family, names in _STORED
    )
    return "\n".join(
        f"""
CREATE FUNCTION rumbo_mark_parameters_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{marks.replace("FROM moved AS m", f"FROM {rows} AS m")}
    RETURN NULL;
END $$;
CREATE TRIGGER mark_parameters_{event} AFTER {event.upper()} ON kpis_parameterchange
 REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION rumbo_mark_parameters_{event}();
"""
        for event, tables, rows in (
            ("insert", "NEW TABLE AS new_rows", "new_rows"),
            ("delete", "OLD TABLE AS old_rows", "old_rows"),
            (
                "update",
                "OLD TABLE AS old_rows NEW TABLE AS new_rows",
                "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows)",
            ),
        )
    )


def parameter_marking_sql() -> list[str]:
    """The trigger of the client's settings, which was there for the window alone, and the changes'."""
    return [_settings_function(), _change_function()]


def parameter_unmarking_sql() -> list[str]:
    return [
        f"DROP FUNCTION rumbo_mark_parameters_{event}() CASCADE"
        for event in ("insert", "update", "delete")
    ]
