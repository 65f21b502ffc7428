"""KPIs of what visits turn into: key events, leads, and the pages they begin on."""

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Kpi, example
from kpis.catalogue.web import GA4

_SESSION_START = _("The client's local day on which the visit began.")

SESSION_KEY_EVENT_RATE = Kpi(
    key="session_key_event_rate",
    name=_("Session conversion rate (key events)"),
    meaning=_("Of all visits, those with at least one of the actions that matter to the client."),
    pitfall=_(
        "Only primary key events count, and a visit counts once however many it has: "
        "it never passes 100 %."
    ),
    group="conversion",
    formula=a.SESSIONS_WITH_KEY_EVENT / a.SESSIONS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SESSION_START,
    source=GA4,
    example=example("1/20", "5.0 %", sessions_with_key_event="50", sessions="1000"),
    related=("visitor_conversion_rate", "traffic_to_lead_rate"),
)

VISITOR_CONVERSION_RATE = Kpi(
    key="visitor_conversion_rate",
    name=_("Visitor conversion rate"),
    meaning=_("Of the different people who came, those who did what the client wants of them."),
    pitfall=_(
        "Counts people, not visits, so neither months nor channels add up. Whoever needs three "
        "visits to decide is one success here and one in three in the session rate."
    ),
    group="conversion",
    formula=a.USERS_WITH_CONVERSION / a.USERS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Any visit that began in the period."),
    source=_("House definition, on Google Analytics 4 users"),
    example=example("1/10", "10.0 %", users_with_conversion="20", users="200"),
    related=("users", "session_key_event_rate"),
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
    related=("sessions", "leads", "landing_conversion_rate"),
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
    related=("traffic_to_lead_rate", "bounce_rate"),
)

KPIS = (
    SESSION_KEY_EVENT_RATE,
    VISITOR_CONVERSION_RATE,
    TRAFFIC_TO_LEAD_RATE,
    LANDING_CONVERSION_RATE,
)
