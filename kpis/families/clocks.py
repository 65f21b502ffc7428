"""How long something took by a client's clock, as SQL: all hours, or only those of its office."""

from kpis.families.parts import in_force

# Seconds that the office has been open since a Monday long ago: whole weeks, the weekdays before
# this one, and what of today has passed. `days` are bits, the lowest is Monday.
_OPEN_SINCE = """
CREATE FUNCTION rumbo_open_since(moment timestamp, opens int, closes int, days int)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (week * bit_count(days::bit(7)) + bit_count((days & ((1 << weekday) - 1))::bit(7)))
             * (closes - opens)
         + CASE WHEN days & (1 << weekday) <> 0
                THEN LEAST(GREATEST(EXTRACT(EPOCH FROM moment::time) - opens, 0), closes - opens)
                ELSE 0 END
      FROM (SELECT (moment::date - date '1901-01-07') / 7 AS week,
                   (moment::date - date '1901-01-07') % 7 AS weekday) AS place
$$
"""


def office_functions_sql() -> list[str]:
    return [_OPEN_SINCE]


def office_functions_undo_sql() -> list[str]:
    return ["DROP FUNCTION rumbo_open_since(timestamp, int, int, int)"]


def elapsed(first: str, then: str, day: str) -> str:
    """Seconds from one instant to another by the clock in force on a day, from columns of a fact
    with its zone in `tz`, and parameters of `kpis.parameters.sql_versions`. Not below zero; NULL
    unless both instants are known (GREATEST alone would take an unknown one for zero)."""
    ends = [
        f"rumbo_open_since({at} AT TIME ZONE tz, {in_force('opens', day)},"
        f" {in_force('closes', day)}, {in_force('office_days', day)})"
        for at in (then, first)
    ]
    return (
        f"CASE WHEN {then} IS NULL OR {first} IS NULL THEN NULL"
        f" WHEN {in_force('office_days', day)} = 0"
        f" THEN GREATEST(EXTRACT(EPOCH FROM {then} - {first}), 0)"
        f" ELSE GREATEST({ends[0]} - {ends[1]}, 0) END"
    )
