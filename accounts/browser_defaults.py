"""What a browser's time zone says about a new client: its currency and first day of the week. Pure."""

from dataclasses import dataclass
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError, get_global

ELSEWHERE = ("Europe/Madrid", "EUR", 1)


@dataclass(frozen=True)
class Defaults:
    """What a form begins with; the person may choose anything else."""

    time_zone: str
    currency: str
    week_start: int


def defaults_for(zone: str) -> Defaults:
    """By the country of the zone (CLDR); a zone that is not known stands for Madrid."""
    if zone not in available_timezones():
        return Defaults(*ELSEWHERE)
    territory = get_global("zone_territories").get(zone, "")
    tender = [
        code
        for code, _start, end, is_tender in get_global("territory_currencies").get(territory, ())
        if end is None and is_tender
    ]
    return Defaults(
        zone, tender[0] if tender else ELSEWHERE[1], 7 if _begins_on_sunday(territory) else 1
    )


def _begins_on_sunday(territory: str) -> bool:
    try:
        # Any language does: the week is the country's.
        return Locale.parse(f"und_{territory}").first_week_day == 6
    except (ValueError, UnknownLocaleError):
        return False
