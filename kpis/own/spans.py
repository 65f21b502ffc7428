"""How complete own measures are: each from its first entry on, a family of its own.

Between the first and the last entry a day without one is zero for what adds up, and as before for
a stock. After the last entry a stock still stands; what adds up is not known there yet.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from accounts.models import Client
from campaigns.own_measures import OwnTerms, measure_of
from campaigns.own_queries import Entered, entered_by_key
from kpis.coverage import SourceSpan
from kpis.custom_kpis.queries import defined_for


def own_spans_for(client: Client, last_complete: date) -> tuple[SourceSpan, ...]:
    """One span for each own measure of the client, named like it. A query only if it has any."""
    terms = defined_for(client).own
    return spans_of(terms, entered_by_key(client), last_complete) if terms else ()


def spans_of(
    terms: Iterable[OwnTerms], entered: Mapping[str, Entered], last_complete: date
) -> tuple[SourceSpan, ...]:
    return tuple(_span(each, entered.get(each.key), last_complete) for each in terms)


def _span(terms: OwnTerms, entered: Entered | None, last_complete: date) -> SourceSpan:
    family = measure_of(terms).family
    if entered is None or entered.first > last_complete:
        return SourceSpan(terms.name, family, None, None)
    last = last_complete if terms.aggregation == "last" else min(entered.last, last_complete)
    return SourceSpan(terms.name, family, entered.first, last)
