"""Middle values of single cases: how long leads waited for an answer, how long won deals took."""

from datetime import date
from decimal import Decimal

from kpis.catalogue.versions import History
from kpis.families.clocks import elapsed
from kpis.formula import Undefined
from kpis.parameters import sql_arrays
from kpis.queries import COLUMNS, Total
from kpis.recounts.asked import Asked, Found, rows_of

#: Longer than anybody waits for an answer: what a lead without one has waited.
_FOREVER = "interval '170000 years'"
#: Unanswered leads wait for ever, and an answer that stands before the lead counts as none waited
#: (KPIS, speed_to_lead).
_WAITED = f"""CASE WHEN answered_at IS NULL THEN {_FOREVER}
                    ELSE GREATEST(answered_at - created_at, '0') END"""
_SECONDS = (
    f"CASE WHEN middles[{{0}}] < {_FOREVER} THEN EXTRACT(EPOCH FROM middles[{{0}}])"
    " ELSE 'Infinity'::numeric END"
)
#: The lower and the upper middle. Both come from one sort: just above a half is the same row of an
#: odd count, the next of an even one (below half a thousand million cases).
_MIDDLES = """
    SELECT bucket, split, {low}, {high}
      FROM (SELECT width_bucket({day}, %s::date[]) - 1 AS bucket, {split} AS split,
                   percentile_disc(ARRAY[0.5, 0.500000001]) WITHIN GROUP (ORDER BY {row}) AS middles
              FROM campaigns_lead AS fact
             WHERE agency_id = %s AND client_id = %s AND {day} BETWEEN %s AND %s
               AND status = 'valid' AND {only}{conditions}
             GROUP BY 1, 2) AS halves"""

_RESPONSES = {**COLUMNS, "salesperson": "first_salesperson_id"}
_DEALS = {**COLUMNS, "salesperson": "closed_salesperson_id"}


def response_minutes(asked: Asked) -> Found:
    """Minutes until the first answer, by the day the lead came in."""
    conditions, values = asked.conditions(_RESPONSES, "created_on")
    by_office = _by_office(asked.history)
    sql = _MIDDLES.format(
        day="created_on",
        split=asked.cut_by(_RESPONSES),
        row=by_office or _WAITED,
        only="created_at IS NOT NULL",
        conditions=conditions,
        low="middles[1]" if by_office else _SECONDS.format(1),
        high="middles[2]" if by_office else _SECONDS.format(2),
    )
    return _middles(asked, sql, values, per=60)


def _by_office(versions: History) -> str:
    """Seconds waited by the clock in force when the lead came in; empty if that is always all hours.

    Only numbers and dates of the client's history are written into the statement.
    """
    history = sql_arrays(versions)
    if not any(history["office_days"]):
        return ""
    written = {
        name: f"ARRAY[{', '.join(map(_written, values))}]" for name, values in history.items()
    }
    waited = elapsed("created_at", "answered_at", "created_on") % written
    return f"CASE WHEN answered_at IS NULL THEN 'Infinity'::numeric ELSE {waited} END"


def _written(value: date | int) -> str:
    return f"'{value.isoformat()}'::date" if isinstance(value, date) else str(int(value))


def cycle_days(asked: Asked) -> Found:
    """Days from opening to winning a deal, by the day it was won."""
    conditions, values = asked.conditions(_DEALS, "closed_on")
    sql = _MIDDLES.format(
        day="closed_on",
        split=asked.cut_by(_DEALS),
        row="closed_on - opp_on",
        only="outcome = 'won' AND opp_on IS NOT NULL",
        conditions=conditions,
        low="middles[1]::numeric",
        high="middles[2]::numeric",
    )
    return _middles(asked, sql, values, per=1)


def _middles(asked: Asked, sql: str, values: list[object], per: int) -> Found:
    [key] = asked.keys
    days = [asked.firsts, asked.client.agency_id, asked.client.pk, asked.first, asked.last]
    return {
        (asked.number(place), asked.place(split)): {key: _mean(key, low, high, per)}
        for place, split, low, high in rows_of(sql, [*days, *values])
    }


def _mean(key: str, low: Decimal, high: Decimal, per: int) -> Total:
    """The mean of both middles, divided here: SQL keeps 16 digits."""
    return Undefined("unanswered", key) if high.is_infinite() else (low + high) / (2 * per)
