"""Totals of own measures: what people entered by day, added up like any other measure."""

from kpis.own.reading import own_totals_for
from kpis.own.spans import own_spans_for

__all__ = ["own_spans_for", "own_totals_for"]
