"""Which numbers can be read as of a moment: the ledger tells what was added to closed days since.

What the readings are is said in `kpis.as_of`; the subtraction itself is in `kpis.queries`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection

from accounts.models import Client
from campaigns.measures import MEASURES
from kpis.as_of import DIMENSIONS, AsOf
from kpis.calendar import Period
from kpis.catalogue import Kpi, Parameters
from kpis.coverage import Coverage
from kpis.spans import OWN_DAYS

#: Days of a range that were not closed by the moment. What lies before a family's first closed day
#: has never held anything.
_OPEN = """
SELECT each.name, a_day::date
  FROM unnest(%(families)s::text[]) AS each (name)
 CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS a_day
  LEFT JOIN kpis_dayclose AS closed
    ON closed.agency_id = %(agency)s AND closed.client_id = %(client)s
   AND closed.family = each.name AND closed.day = a_day::date{by}
 WHERE closed.id IS NULL
   AND a_day >= COALESCE((SELECT min(begun.day) FROM kpis_dayclose AS begun
                           WHERE begun.agency_id = %(agency)s AND begun.client_id = %(client)s
                             AND begun.family = each.name), '-infinity')"""


def can_look_back(kpi: Kpi, parameters: Parameters) -> bool:
    """Whether the ledger holds all that a KPI is made of.

    It does not for what is counted anew from the facts (distinct counts, middle values), for
    formulas over days of their own, and for parts cut by another dimension than its two.
    """
    return all(
        atom.measure.is_stored
        and atom.measure.key in MEASURES
        and atom.period not in OWN_DAYS
        and all(one.dimension in DIMENSIONS for one in atom.filters)
        for atom in kpi.atoms(parameters)
    )


def closed_then(
    client: Client,
    coverage: Coverage,
    parameters: Parameters,
    days: Mapping[tuple[Kpi, int], Period | None],
    as_of: AsOf,
) -> frozenset[tuple[str, int]]:
    """The KPIs and buckets all of whose days, in every family they need, were closed then."""
    needed = {
        key: (coverage.families(key[0].measures(parameters)), period)
        for key, period in days.items()
        if period is not None
    }
    periods = [period for _families, period in needed.values()]
    if not periods:
        return frozenset()
    hull = Period(min(each.first for each in periods), max(each.last for each in periods))
    families = frozenset[str]().union(*(each for each, _period in needed.values()))
    still_open = _open_days(client, families, hull, as_of)
    return frozenset(
        (kpi.key, index)
        for (kpi, index), (its, period) in needed.items()
        if not any(
            period.first <= day <= period.last for family in its for day in still_open[family]
        )
    )


def _open_days(
    client: Client, families: Iterable[str], hull: Period, as_of: AsOf
) -> Mapping[str, list[date]]:
    by = "" if as_of.is_first else " AND closed.closed_at <= %(at)s"
    found: dict[str, list[date]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN.format(by=by),
            {
                "families": sorted(families),
                "first": hull.first,
                "last": hull.last,
                "agency": client.agency_id,
                "client": client.pk,
                "at": as_of.at,
            },
        )
        for family, day in cursor.fetchall():
            found[family].append(day)
    return found
