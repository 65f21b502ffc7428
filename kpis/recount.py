"""Distinct and row-level measures, counted again from the facts for every range and segment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import connection

from accounts.models import Client
from kpis.formula import Atom, Undefined
from kpis.queries import COLUMNS, Cut, Total, Totals, Wanted, narrowed, split_text

#: The distinct buyers of each group. A refund makes nobody a buyer.
_CUSTOMERS = """
    SELECT {bucket}, {split}, COUNT(DISTINCT customer_id)::numeric, NULL::numeric
      FROM campaigns_sale AS fact
     WHERE agency_id = %s AND client_id = %s AND sold_on BETWEEN %s AND %s{conditions}
     GROUP BY 1, 2"""

#: Longer than anybody waits for an answer: what a lead without one has waited.
_FOREVER = "interval '170000 years'"
#: The lower and the upper middle of the waiting times in seconds; unanswered leads wait for ever,
#: and an answer that stands before the lead counts as none waited (KPIS, speed_to_lead). Both
#: middles come from one sort: just above a half is the same row of an odd count, the next of an
#: even one (below half a thousand million leads).
_RESPONSES = f"""
    SELECT bucket, split, {{low}}, {{high}}
      FROM (SELECT {{bucket}} AS bucket, {{split}} AS split,
                   percentile_disc(ARRAY[0.5, 0.500000001]) WITHIN GROUP (ORDER BY waited) AS middles
              FROM (SELECT *, CASE WHEN answered_at IS NULL THEN {_FOREVER}
                                   ELSE GREATEST(answered_at - created_at, '0') END AS waited
                      FROM campaigns_lead AS fact
                     WHERE agency_id = %s AND client_id = %s AND created_on BETWEEN %s AND %s
                       AND status = 'valid' AND created_at IS NOT NULL{{conditions}}) AS fact
             GROUP BY 1, 2) AS halves"""
_SECONDS = (
    f"CASE WHEN middles[{{0}}] < {_FOREVER} THEN EXTRACT(EPOCH FROM middles[{{0}}])"
    " ELSE 'Infinity'::numeric END"
)

_QUERIES = {"customers": (_CUSTOMERS, "sold_on"), "response_minutes": (_RESPONSES, "created_on")}
#: What a dimension is called on the facts, where its name differs from the snapshot's.
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "customers": {**COLUMNS, "is_returning": "(NOT is_first)"},
    "response_minutes": {**COLUMNS, "salesperson": "first_salesperson_id"},
}


def recounts_for(client: Client, wanted: Sequence[Wanted], cut: Cut) -> Totals:
    """Totals of the distinct and row-level atoms, per bucket and split, like `totals_for`."""
    found: Totals = defaultdict(dict)
    for each in wanted:
        for key, total in _recount(client, each, cut).items():
            found[key][each] = total
    return found


def _recount(client: Client, wanted: Wanted, cut: Cut) -> dict[tuple[int, str | None], Total]:
    measure = wanted.atom.measure.key
    template, day = _QUERIES[measure]
    columns = _COLUMNS[measure]
    filters = {**cut.filters, **{one.dimension: one.values for one in wanted.atom.filters}}
    conditions, values = narrowed(filters, columns)
    if wanted.without:
        conditions += f" AND {day} <> ALL(%s::date[])"
        values.append(list(wanted.without))
    sql = template.format(
        bucket=f"width_bucket({day}, %s::date[]) - 1",
        split=columns[cut.split] if cut.split else "NULL",
        conditions=conditions,
        low=_SECONDS.format(1),
        high=_SECONDS.format(2),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                [bucket.first for bucket in cut.buckets],
                client.agency_id,
                client.pk,
                wanted.days.first,
                wanted.days.last,
                *values,
            ],
        )
        rows = cursor.fetchall()
    return {
        (bucket, None if cut.split is None else split_text(value)): _total(wanted.atom, low, high)
        for bucket, value, low, high in rows
    }


def _total(atom: Atom, low: Decimal, high: Decimal | None) -> Total:
    """A count as it is; of two middle seconds the mean in minutes, divided here: SQL keeps 16 digits."""
    if high is None:
        return low
    return Undefined("unanswered", atom.text) if high.is_infinite() else (low + high) / 120
