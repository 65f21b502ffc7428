"""What a sum comes to per day, where the periods compared are of unequal length (KPIS G.8). Pure."""

from fractions import Fraction

from django.utils.translation import gettext as _

from kpis.calculate import Value
from kpis.catalogue import Kpi
from kpis.compare import change
from kpis.formats import MONEY_UNITS, format_change, format_number
from kpis.pages.reader import Reader
from kpis.question import Answer


def per_day_note(kpi: Kpi, reply: Answer, reader: Reader) -> str:
    """ "Per day 10.0 after 9.6 (+4.2 %)"; "" where both periods are of one length, or nothing adds up.

    March against February: 31 days against 28 are 10.7 % more by themselves.
    """
    comparison = reply.comparison
    if kpi.aggregation != "sum" or comparison is None or comparison.period is None:
        return ""
    now = reply.only.values[kpi.key]
    before = reply.only.previous[kpi.key] if reply.only.previous else None
    if comparison.is_same_length or before is None or "partial" in (now.state, before.state):
        return ""
    daily = _daily(now, reply.question.period.days), _daily(before, comparison.period.days)
    if daily[0] is None or daily[1] is None:
        return ""
    relative = format_change(change(*daily), "count", reader.locale).main
    return _("Per day %(now)s after %(before)s (%(change)s)") % {
        "now": _written(daily[0], kpi, reader),
        "before": _written(daily[1], kpi, reader),
        "change": relative,
    }


def _daily(value: Value, days: int) -> Fraction | None:
    return None if value.value is None else Fraction(value.value) / days


def _written(number: Fraction, kpi: Kpi, reader: Reader) -> str:
    if kpi.unit in MONEY_UNITS:
        return reader.number(number, kpi.unit)
    return format_number(number, 1, reader.locale)
