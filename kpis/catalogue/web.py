"""KPIs of visits and of what visits turn into."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

GA4 = _("Google Analytics 4, support.google.com/analytics/answer/12798876")
_SESSION_START = _("The client's local day on which the visit began.")

SESSIONS = Kpi(
    key="sessions",
    name=_("Sessions"),
    meaning=_("Visits to the site. Someone who comes back three times makes three of them."),
    pitfall=_(
        "A visit that runs past midnight counts once, on the day it began. "
        "A zero is a day without visits; a day whose data is missing shows a dash."
    ),
    group="web",
    formula=a.SESSIONS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("215", "215", sessions="120 95 0"),
)

BOUNCE_RATE = Kpi(
    key="bounce_rate",
    name=_("Bounce rate"),
    meaning=_("Out of all visits, those in which the person left at once, doing nothing."),
    pitfall=_(
        "The modern meaning: a visit that was not engaged (10 seconds or less, one page, "
        "no key event). Older tools called every one-page visit a bounce."
    ),
    group="web",
    formula=(a.SESSIONS - a.ENGAGED_SESSIONS) / a.SESSIONS,
    unit="percent",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("69/250", "27.6 %", engaged_sessions="724", sessions="1000"),
)

AVG_SESSION_DURATION = Kpi(
    key="avg_session_duration",
    name=_("Average session duration"),
    meaning=_("The time that a typical visit spends on the site: all the time over all visits."),
    pitfall=_(
        "Visits with a single hit last 0 seconds and still count, "
        "so the average is lower than what an interested visitor stays."
    ),
    group="web",
    formula=a.SESSION_SECONDS / a.SESSIONS,
    unit="seconds",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("120", "120 s", session_seconds="93600", sessions="780"),
)

MOBILE_TRAFFIC_SHARE = Kpi(
    key="mobile_traffic_share",
    name=_("Share of mobile traffic"),
    meaning=_("How much of the traffic arrives on a phone, as a part of all visits."),
    pitfall=_(
        "Tablets are a device of their own and do not count as phones; visits from an unknown "
        "device stay in the total. It makes no sense within a single device."
    ),
    group="web",
    formula=a.SESSIONS.where(device="mobile") / a.SESSIONS,
    unit="percent",
    better="neutral",
    goal=("maintain", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=Example(
        {"sessions[device=mobile]": ("650",), "sessions": ("1000",)}, Fraction(13, 20), "65.0 %"
    ),
    hidden_dimensions=("device",),
)

TRAFFIC_TO_LEAD_RATE = Kpi(
    key="traffic_to_lead_rate",
    name=_("Visit-to-lead rate"),
    meaning=_("Of a hundred visits, those in which somebody sent a contact form."),
    pitfall=_(
        "Leads that came by phone, in person or from a file have no visit: they count as leads, "
        "not here. A visit with two forms counts once."
    ),
    group="conversion",
    formula=a.SESSIONS_WITH_LEAD / a.SESSIONS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day on which the visit began; its lead counts on that day too."),
    source=_("House definition, on Google Analytics 4 sessions"),
    example=example("3/100", "3.0 %", sessions_with_lead="48", sessions="1600"),
)

LANDING_CONVERSION_RATE = Kpi(
    key="landing_conversion_rate",
    name=_("Landing page conversion rate"),
    meaning=_("Of the visits that started on a page, those that ended in a contact form."),
    pitfall=_(
        "A visit belongs to the first page it saw, so the pages add up to the whole site. "
        "Passing through the page later in the visit does not count. Split it by landing page."
    ),
    group="conversion",
    formula=a.SESSIONS_WITH_LEAD / a.SESSIONS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SESSION_START,
    source=_("House definition, on Google Analytics 4 landing pages"),
    example=example("11/200", "5.5 %", sessions_with_lead="66", sessions="1200"),
)

KPIS = (
    SESSIONS,
    BOUNCE_RATE,
    AVG_SESSION_DURATION,
    MOBILE_TRAFFIC_SHARE,
    TRAFFIC_TO_LEAD_RATE,
    LANDING_CONVERSION_RATE,
)
