"""Measures of the website and of advertising. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures.kinds import ADS, FIRST_VISITS, WEB, WEB_WITHOUT_VISIT_KIND, Measure, Unit


def _web(
    key: str,
    name: str | Promise,
    unit: Unit = "count",
    dated_by: str = "session_start",
    dimensions: tuple[str, ...] = WEB,
) -> Measure:
    return Measure(key, name, unit, "sum", "web", 3, dimensions, dated_by)


SESSIONS = _web("sessions", _("Sessions"))
ENGAGED_SESSIONS = _web("engaged_sessions", _("Engaged sessions"))
SESSION_SECONDS = _web("session_seconds", _("Session time"), "seconds")
PAGEVIEWS = _web("pageviews", _("Page views"))
NEW_SESSIONS = _web("new_sessions", _("First visits"), dimensions=WEB_WITHOUT_VISIT_KIND)
RETURNING_SESSIONS = _web(
    "returning_sessions", _("Return visits"), dimensions=WEB_WITHOUT_VISIT_KIND
)
SESSIONS_WITH_LEAD = _web("sessions_with_lead", _("Sessions with a lead"))
SESSIONS_WITH_KEY_EVENT = _web("sessions_with_key_event", _("Sessions with a key event"))
KEY_EVENTS = _web("key_events", _("Key events"), dated_by="event_time")
NEW_USERS = _web("new_users", _("New visitors"), dated_by="first_visit", dimensions=FIRST_VISITS)
USERS = Measure("users", _("Visitors"), "count", "distinct", "web", 3, WEB, "session_start")
USERS_WITH_CONVERSION = Measure(
    "users_with_conversion", _("Visitors with a conversion"), "count", "distinct", "web",
    3, WEB, "session_start",
)  # fmt: skip


def _ads(key: str, name: str | Promise) -> Measure:
    return Measure(key, name, "count", "sum", "ads", 3, ADS, "report_date")


def _claimed(key: str, name: str | Promise, unit: Unit = "count") -> Measure:
    """What the platform claims; it goes on crediting the day of the click for weeks."""
    return Measure(key, name, unit, "sum", "ads", 30, ADS, "click_date", lag_days=7)


IMPRESSIONS = _ads("impressions", _("Impressions"))
CLICKS = _ads("clicks", _("Clicks"))
AD_SPEND = Measure(
    "ad_spend", _("Ad spend"), "money", "sum", "ads", 3, ADS, "report_date", either_family="costs"
)
PLATFORM_CONVERSIONS = _claimed("platform_conversions", _("Platform conversions"))
PLATFORM_CONVERSION_VALUE = _claimed(
    "platform_conversion_value", _("Platform conversion value"), "money"
)
PLATFORM_LEADS = _claimed("platform_leads", _("Platform leads"))
PLATFORM_SALES = _claimed("platform_sales", _("Platform sales"))
PLATFORM_REACH = Measure(
    "platform_reach", _("Reach of the ads"), "count", "distinct", "ads",
    3, ("campaign", "platform"), "reported_range", origin="reported",
)  # fmt: skip
