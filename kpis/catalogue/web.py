"""KPIs of visits: how many, by whom, how long and how deep."""

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
    related=("users", "traffic_to_lead_rate", "bounce_rate"),
)

USERS = Kpi(
    key="users",
    name=_("Users (visitors)"),
    meaning=_("Different people who visited, each taken once however often they returned."),
    pitfall=_(
        "Days and channels never add up: whoever comes on Monday and on Friday is one person. "
        "Cleared cookies make one person two; without consent nobody is recognised. "
        "A figure imported for a range holds for exactly that range."
    ),
    group="web",
    formula=a.USERS,
    unit="count",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Any visit that began in the period."),
    source=GA4,
    example=example("4", "4", users="4"),
    related=("new_users", "visitor_conversion_rate", "sessions"),
)

NEW_USERS = Kpi(
    key="new_users",
    name=_("New users"),
    meaning=_("Visitors whose first visit ever, as far as can be seen, was in the period."),
    pitfall=_("First-time visitors, not first-time buyers: those are the new customers."),
    group="web",
    formula=a.NEW_USERS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day of the visitor's first visit."),
    source=GA4,
    example=example("585", "585", new_users="310 275"),
    related=("users", "new_visitor_share", "new_customers"),
)

NEW_VISITOR_SHARE = Kpi(
    key="new_visitor_share",
    name=_("Share of new visits"),
    meaning=_("How much of the traffic is people seen for the first time."),
    pitfall=_(
        "Counted in visits, because within a month the same person can be new once and returning "
        "later. Visits without consent are on neither side. The rest are returning visits."
    ),
    group="web",
    formula=a.NEW_SESSIONS / (a.NEW_SESSIONS + a.RETURNING_SESSIONS),
    unit="percent",
    better="neutral",
    goal=("maintain", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("43/100", "43.0 %", new_sessions="430", returning_sessions="570"),
    related=("new_users", "sessions"),
)

ENGAGEMENT_RATE = Kpi(
    key="engagement_rate",
    name=_("Engagement rate"),
    meaning=_("Of all visits, those in which the person stayed, read on or acted."),
    pitfall=_(
        "A visit counts as engaged if it lasts more than 10 seconds, sees two pages or has a key "
        "event. It is the exact opposite of the bounce rate: use one of them."
    ),
    group="web",
    formula=a.ENGAGED_SESSIONS / a.SESSIONS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("181/250", "72.4 %", engaged_sessions="724", sessions="1000"),
    related=("bounce_rate", "avg_session_duration", "pages_per_session"),
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
    related=("engagement_rate", "avg_session_duration"),
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
    related=("engagement_rate", "pages_per_session"),
)

PAGEVIEWS = Kpi(
    key="pageviews",
    name=_("Page views"),
    meaning=_("Pages opened in all visits together, reloads included."),
    pitfall=_(
        "Split by landing page it shows the views of the visits that began there, "
        "not the views of that page."
    ),
    group="web",
    formula=a.PAGEVIEWS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day on which the visit of the page view began."),
    source=GA4,
    example=example("775", "775", pageviews="410 365 0"),
    related=("pages_per_session", "sessions"),
)

PAGES_PER_SESSION = Kpi(
    key="pages_per_session",
    name=_("Pages per session"),
    meaning=_("How deep a typical visit goes: all pages opened over all visits."),
    pitfall=_(
        "More is not always better: people who cannot find something open many pages too. "
        "A visit without any page still counts as a visit."
    ),
    group="web",
    formula=a.PAGEVIEWS / a.SESSIONS,
    unit="per",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("155/43", "3.60", pageviews="775", sessions="215"),
    related=("pageviews", "engagement_rate"),
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
    related=("mobile_lead_rate", "mobile_bounce_rate", "sessions"),
)

KPIS = (
    SESSIONS,
    USERS,
    NEW_USERS,
    NEW_VISITOR_SHARE,
    ENGAGEMENT_RATE,
    BOUNCE_RATE,
    AVG_SESSION_DURATION,
    PAGEVIEWS,
    PAGES_PER_SESSION,
    MOBILE_TRAFFIC_SHARE,
)
