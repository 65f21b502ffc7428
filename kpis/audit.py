"""The nightly audit: some closed days, counted again from the facts and held against the snapshot.

It only reads. A difference means that the snapshot does not follow from the facts although nothing
in the log says so: `manage.py refresh --all` mends it, and the ledger then says by how much.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from accounts.models import Client
from kpis.closing import settle_days
from kpis.families import COARSE_DIMENSIONS, DIMENSIONS, PARTS, Part, listed
from kpis.models import DayClose
from kpis.parameters import Terms

#: Days of each part that one night recounts.
SAMPLE_DAYS = 3


@dataclass(frozen=True)
class Differing:
    """A day's measure that is another one in the facts than in the snapshot.

    `difference` is facts less snapshot over the day; where that is nothing, because amounts only
    stand at the wrong channel or device, what is misplaced.
    """

    part: str
    day: date
    measure: str
    difference: Decimal


def sampled_days(client: Client, night: date) -> dict[str, tuple[date, ...]]:
    """For each part, days between its first and last closed one that are older than its settle
    window, drawn by client and date: the same night draws the same days."""
    chance = Random(f"{client.pk} {night.isoformat()}")  # noqa: S311  not a secret
    settling = settle_days(client)
    rows = DayClose.objects.filter(agency_id=client.agency_id, client=client)
    spans = rows.values("family").annotate(first=Min("day"), last=Max("day")).order_by("family")
    drawn: dict[str, tuple[date, ...]] = {}
    for row in spans:
        settled = night - timedelta(days=2 + settling[row["family"]])
        count = (min(row["last"], settled) - row["first"]).days + 1
        if count > 0:
            steps = sorted(chance.sample(range(count), min(SAMPLE_DAYS, count)))
            drawn[row["family"]] = tuple(row["first"] + timedelta(days=step) for step in steps)
    return {
        # A stock is computed over all days between those drawn: one is enough.
        name: drawn[part.family][:1] if part.is_stock else drawn[part.family]
        for name, part in PARTS.items()
        if part.family in drawn
    }


def differing(client: Client, part: Part, days: Iterable[date], terms: Terms) -> list[Differing]:
    """Where these days differ between the facts and either grain of the snapshot.

    `terms`: the client's `sql_versions`.
    """
    groups = [[day] for day in days] if part.is_stock else [list(days)]
    found = []
    for group in groups:
        with connection.cursor() as cursor:
            cursor.execute(_sql(part), _parameters(client, group, terms))
            found += [Differing(part.name, *row) for row in cursor.fetchall()]
    return found


def _parameters(client: Client, days: list[date], terms: Terms) -> dict[str, Any]:
    return {
        "agency": client.agency_id,
        "client": client.pk,
        **terms,
        "days": days,
        "first": min(days),
        "last": max(days),
    }


def _sql(part: Part) -> str:
    """Facts less snapshot, cell by cell in both grains; per day and measure what does not cancel."""
    mine = (
        f"agency_id = %(agency)s AND client_id = %(client)s AND family = '{part.family}'"
        f" AND day = ANY(%(days)s) AND {part.rows}"
    )
    keys, taken = listed(part.columns), listed(f"-{key}" for key in part.columns)
    values = listed(f"('{key}', {key}::numeric)" for key in part.columns)

    def cells(grain: str, dimensions: str) -> str:
        return (
            f"SELECT day, measure, sum(amount) AS difference"
            f" FROM (SELECT {dimensions}, {keys} FROM fresh"
            f"       UNION ALL SELECT {dimensions}, {taken} FROM {grain} WHERE {mine}) AS both_sides"
            f" CROSS JOIN LATERAL (VALUES {values}) AS unpivoted (measure, amount)"
            f" WHERE amount IS NOT NULL GROUP BY {dimensions}, measure HAVING sum(amount) <> 0"
        )

    fine = cells("kpis_dailysnapshot", listed(("day", *DIMENSIONS)))
    coarse = cells("kpis_dailytotal", listed(("day", *COARSE_DIMENSIONS)))
    return f"""
WITH fresh AS MATERIALIZED ({part.select(False)}),
     fine AS ({fine}), coarse AS ({coarse}),
     told AS (
        SELECT day, measure, sum(difference) AS net, sum(abs(difference)) AS moved
          FROM fine GROUP BY 1, 2
         UNION ALL
        SELECT day, measure, sum(difference), sum(abs(difference)) FROM coarse GROUP BY 1, 2)
SELECT day, measure, COALESCE(NULLIF((array_agg(net ORDER BY abs(net) DESC))[1], 0), max(moved))
  FROM told GROUP BY 1, 2 ORDER BY 1, 2"""
