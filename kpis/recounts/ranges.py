"""Figures that a platform or the client gave for a range of days: known for exactly that range."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from kpis.formula import Undefined
from kpis.queries import PARENTS, Total
from kpis.recounts.asked import Asked, Found, rows_of

#: What stands for the whole client in a reported row.
_WHOLE = ""

_REPORTED = """
    SELECT range.place::int - 1, fact.measure, fact.platform,
           COALESCE(fact.campaign_id::text, ''), fact.value::numeric
      FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS range (first, last, place)
      JOIN campaigns_reportedrange AS fact
           ON fact.first_day = range.first AND fact.last_day = range.last
     WHERE fact.agency_id = %s AND fact.client_id = %s AND fact.measure = ANY(%s)"""
_PLATFORMS = """
    SELECT measure, array_agg(DISTINCT platform) FROM campaigns_reportedrange
     WHERE agency_id = %s AND client_id = %s AND measure = ANY(%s) GROUP BY 1"""

#: (place of the bucket, measure) → (platform, campaign) → the values reported for it
Scopes = dict[tuple[int, str], dict[tuple[str, str], list[Decimal]]]


def reported(asked: Asked) -> Found:
    """The figures reported for exactly the days and the scope asked for; nothing for any other.

    1. Rows whose range is a bucket, complete. 2. Of these the ones of the scope: the whole client
    is the row without platform and campaign, or the only platform's that ever reported. 3. Two
    figures for one scope contradict each other: then there is none.
    """
    places = [
        place for place, (number, days) in enumerate(asked.buckets) if days == asked.whole[number]
    ]
    if not places or not set(asked.filters) | {asked.split or "campaign"} <= _SCOPED:
        return {}
    at = asked.client.agency_id, asked.client.pk, list(asked.keys)
    spans = [asked.buckets[place][1] for place in places]
    scopes: Scopes = defaultdict(lambda: defaultdict(list))
    for place, measure, platform, campaign, value in rows_of(
        _REPORTED, [[span.first for span in spans], [span.last for span in spans], *at]
    ):
        scopes[places[place], measure][platform, campaign].append(value)
    only = {measure: _only(platforms) for measure, platforms in rows_of(_PLATFORMS, at)}
    found: Found = defaultdict(dict)
    for (place, measure), values in scopes.items():
        for split, total in _cut(asked, measure, values, only[measure]).items():
            found[asked.number(place), split][measure] = total
    return found


_SCOPED = {"campaign", "platform", "network"}


def _only(platforms: list[str]) -> str | None:
    """The platform that stands for the whole, if no other one ever reported."""
    named = [platform for platform in platforms if platform != _WHOLE]
    return named[0] if len(named) == 1 else None


def _cut(
    asked: Asked, measure: str, values: dict[tuple[str, str], list[Decimal]], only: str | None
) -> dict[str | None, Total]:
    """The totals of one range by value of the split; without a split, of the scope filtered by."""
    platforms = asked.filters.get("platform") or asked.filters.get("network")
    campaigns = asked.filters.get("campaign")
    if any(one is not None and len(one) != 1 for one in (platforms, campaigns)):
        return {}  # people reached by two of them are not the sum
    platform = platforms[0] if platforms else _WHOLE
    campaign = campaigns[0] if campaigns else _WHOLE
    if asked.split is None:
        total = _scope(measure, values, platform, campaign, only)
        return {} if total is None else {None: total}
    names = {at[1] if asked.split in PARENTS else at[0] for at in values} - {_WHOLE}
    cells: dict[str | None, Any] = {
        name: _scope(measure, values, platform, name, only)
        if asked.split in PARENTS
        else _scope(measure, values, name, campaign, only)
        for name in sorted(names)
    }
    return {name: total for name, total in cells.items() if total is not None}


def _scope(
    measure: str,
    values: dict[tuple[str, str], list[Decimal]],
    platform: str,
    campaign: str,
    only: str | None,
) -> Total:
    """The one figure of a scope; without a platform, the only platform's will do."""
    given = values.get((platform, campaign))
    if given is None and platform == _WHOLE and only is not None:
        given = values.get((only, campaign))
    if given is None:
        return None
    return given[0] if len(set(given)) == 1 else Undefined("range_not_reported", measure)
