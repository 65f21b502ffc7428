"""When a client's people work: the moment at which a message for today may go out. No message here."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kpis.catalogue.kpi import Office


def next_opening(at: datetime, office: Office, zone: ZoneInfo) -> datetime:
    """`at` itself inside the office's hours, else when they begin next.

    In the office's own zone, by its clock: on the day of a change of time too.
    """
    here = at.astimezone(zone)
    for ahead in range(8):
        day = here.date() + timedelta(days=ahead)
        if str(day.isoweekday()) not in office.days:
            continue
        opens = datetime.combine(day, office.opens_at, zone)
        closes = datetime.combine(day, office.closes_at, zone)
        if here < opens:
            return opens
        if here < closes:
            return here
    raise ValueError("an office that never opens")


def day_after(at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the local day after."""
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(0), zone)
