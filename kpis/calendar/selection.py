"""The period a reader asked for: named presets, and the URL parameters that say one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpis.calendar.days import Period, PeriodError
from kpis.calendar.units import MONTHS_IN, STANDARD, CalendarRules, unit_before, unit_of

CUSTOM = "custom"
DEFAULT_PRESET = "last_30_days"
PRESETS: dict[str, Promise] = {
    "last_complete_month": _("Last complete month"),
    "month_to_date": _("Month to date"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_complete_quarter": _("Last complete quarter"),
    "quarter_to_date": _("Quarter to date"),
    "year_to_date": _("Year to date"),
    "last_complete_year": _("Last complete year"),
    CUSTOM: pgettext_lazy("period", "Custom"),
}

FIRST_YEAR, LAST_YEAR = 1970, 2100
LONGEST_DAYS = 3660
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(frozen=True)
class Selection:
    """A period and the name it was chosen by."""

    preset: str
    period: Period

    @property
    def name(self) -> "str | Promise":
        return PRESETS[self.preset]

    def params(self) -> dict[str, str]:
        """The URL parameters that give this selection again."""
        if self.preset != CUSTOM:
            return {"period": self.preset}
        return {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}


def preset_period(preset: str, last_complete: date, rules: CalendarRules = STANDARD) -> Period:
    """The days of a named period, as of the last complete local day (KPIS G.8: "hasta ayer").

    "To date" is the unit that day belongs to: on 1 March it is still the whole of February.
    """
    if preset in ("last_7_days", "last_30_days"):
        days = int(preset.split("_")[1])
        return Period(last_complete - timedelta(days=days - 1), last_complete)
    kind, _sep, unit = preset.rpartition("_")
    if kind == "last_complete" and unit in MONTHS_IN:
        current = unit_of(last_complete, unit, rules)
        if current.last == last_complete:
            return current
        return unit_before(current, unit, rules)
    if preset.endswith("_to_date") and preset.removesuffix("_to_date") in MONTHS_IN:
        unit = preset.removesuffix("_to_date")
        return Period(unit_of(last_complete, unit, rules).first, last_complete)
    raise PeriodError("unknown_period", _("Unknown period: %(period)s."), period=preset)


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD; PeriodError `bad_date` for anything else, 31 February included."""
    try:
        day = date.fromisoformat(text) if _ISO_DATE.match(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PeriodError(
            "bad_date", _("Not a date: “%(value)s”. Write it as 2026-03-31."), value=text[:40]
        )
    return day


def parse_selection(
    params: Mapping[str, Any],
    last_complete: date,
    rules: CalendarRules = STANDARD,
    default: str = DEFAULT_PRESET,
) -> Selection:
    """The period of a URL: `period=last_30_days`, or `from=2026-03-01&to=2026-03-15`.

    Empty parameters count as absent. A named period wins over dates, which a form may still
    carry from an earlier choice. Raises PeriodError with code unknown_period, bad_date,
    half_period, from_after_to or too_long.
    """
    preset, first, last = (str(params.get(name) or "").strip() for name in ("period", "from", "to"))
    if not preset:
        preset = CUSTOM if first or last else default
    if preset != CUSTOM:
        return Selection(preset, preset_period(preset, last_complete, rules))
    if not (first and last):
        raise PeriodError(
            "half_period", _("A custom period needs both its first day (from) and its last (to).")
        )
    period = Period(parse_day(first), parse_day(last))
    if period.days > LONGEST_DAYS:
        raise PeriodError(
            "too_long",
            _("A period may have at most %(longest)s days, this one has %(days)s."),
            longest=str(LONGEST_DAYS),
            days=str(period.days),
        )
    return Selection(CUSTOM, period)
