"""Distinct and row-level measures, counted again from the facts for every range and segment.

One statement for all measures of a kind that are read over the same days. What is stored by day is
read in `kpis.queries`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from accounts.models import Client
from kpis.catalogue import Parameters
from kpis.catalogue.versions import History
from kpis.queries import Cut, Totals, Wanted
from kpis.recounts import cohorts, expected, middles, people, ranges, standing
from kpis.recounts.asked import Asked, Found

Recount = Callable[[Asked], Found]

_RECOUNTS: Mapping[str, Recount] = {
    "customers": people.customers,
    "orders": people.orders_of_products,
    "users": people.visitors,
    "users_with_conversion": people.visitors,
    "platform_reach": ranges.reported,
    "post_reach": ranges.reported,
    "staff_start": ranges.reported,
    "staff_stayed": ranges.reported,
    "response_minutes": middles.response_minutes,
    "cycle_days": middles.cycle_days,
    "customers_start": standing.of_the_start,
    "stayed": standing.of_the_start,
    "eligible": standing.of_the_start,
    "upsold": standing.of_the_start,
    "cross": standing.of_the_start,
    "engaged_customers": standing.engaged,
    "cohort_size": cohorts.cohorts,
    "cohort_value": cohorts.cohorts,
    "expected_orders": expected.expected_orders,
}


def is_recounted(wanted: Wanted, cut: Cut) -> bool:
    """Whether a total must be counted from facts: its class says so, or the cut is by product.

    An order counts in each product it contains, so orders are stored without products.
    """
    if not wanted.atom.measure.is_stored:
        return wanted.atom.measure.key in _RECOUNTS
    by_product = "product" in cut.dimensions | {each.dimension for each in wanted.atom.filters}
    return by_product and wanted.atom.measure.key == "orders"


def recounts_for(
    client: Client,
    wanted: Sequence[Wanted],
    cut: Cut,
    parameters: Parameters,
    history: History,
    through: date,
) -> Totals:
    """Totals of the distinct and row-level atoms, per bucket and split, like `totals_for`.

    `parameters`: the client's choices (profit basis, days active), of which `history` has every
    version. `through`: its last complete day, up to which a cohort's value and a projection look.
    """
    found: Totals = defaultdict(dict)
    for together in _together(wanted):
        asked = _asked(client, together, cut, parameters, history, through)
        if asked is None:
            continue
        of_key = {each.atom.measure.key: each for each in together}
        for place, totals in _RECOUNTS[asked.keys[0]](asked).items():
            found[place].update({of_key[key]: total for key, total in totals.items()})
    return found


def not_counted(client: Client, keys: Sequence[str]) -> frozenset[str]:
    """Those of these measures that only reported ranges can answer: unknown without one, never zero."""
    wanted = frozenset(keys)
    if people.has_visitors(wanted, client.agency_id, client.pk):
        return frozenset()
    return wanted & people.VISITORS


def _together(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """Those that one statement can answer: the same recount, days and filters."""
    groups: dict[object, list[Wanted]] = defaultdict(list)
    for each in wanted:
        recount = _RECOUNTS[each.atom.measure.key]
        groups[recount, each.atom.filters, each.days, each.without].append(each)
    return list(groups.values())


def _asked(
    client: Client,
    together: Sequence[Wanted],
    cut: Cut,
    parameters: Parameters,
    history: History,
    through: date,
) -> Asked | None:
    """What is asked of one recount; None if no bucket has a complete day."""
    buckets = tuple(
        (number, known)
        for number, bucket in enumerate(cut.buckets)
        if (known := bucket.overlap(together[0].days))
    )
    if not buckets:
        return None
    filters = dict(cut.filters)
    for each in together[0].atom.filters:
        asked_for = filters.get(each.dimension, each.values)
        filters[each.dimension] = tuple(value for value in each.values if value in asked_for)
    return Asked(
        client,
        tuple(each.atom.measure.key for each in together),
        buckets,
        dict(enumerate(cut.buckets)),
        cut.split,
        filters,
        parameters,
        through,
        history,
        together[0].without,
        cut.currency,
    )
