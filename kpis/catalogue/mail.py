"""KPIs of mailings: delivered, opened, clicked, and who left the list."""

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Kpi, example

MAILERS = _("Mailchimp campaign reports")
_SENT = _("The day on which the mail was sent, on both sides (cohort); it keeps rising for days.")

EMAIL_OPEN_RATE = Kpi(
    key="email_open_rate",
    name=_("Open rate"),
    meaning=_("Of the mails that reached a mailbox, those that were opened at least once."),
    pitfall=_(
        "Mail programs that load pictures by themselves open mails nobody read: it is inflated, "
        "so no goal can be set on it. Clicks are honest."
    ),
    group="mail",
    formula=a.UNIQUE_OPENS / a.EMAILS_DELIVERED,
    unit="percent",
    better="neutral",
    goal=None,
    dated_by=_SENT,
    source=MAILERS,
    example=example("3/14", "21.4 %", unique_opens="420", emails_delivered="1960"),
    related=("email_click_rate", "email_ctor"),
)

EMAIL_CLICK_RATE = Kpi(
    key="email_click_rate",
    name=_("Email click rate"),
    meaning=_("Of the mails that reached a mailbox, those in which a link was followed."),
    pitfall=_(
        "Each mail counts once, however many links are clicked. The link to leave the list is "
        "no click, nor are the robots that follow every link at once."
    ),
    group="mail",
    formula=a.UNIQUE_CLICKS / a.EMAILS_DELIVERED,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SENT,
    source=MAILERS,
    example=example("9/280", "3.2 %", unique_clicks="63", emails_delivered="1960"),
    related=("email_open_rate", "email_ctor", "email_leads"),
)

EMAIL_CTOR = Kpi(
    key="email_ctor",
    name=_("Click-to-open rate (CTOR)"),
    meaning=_("Of the mails that were opened, those in which a link was followed as well."),
    pitfall=_(
        "Clicks without opens happen where pictures are blocked: then there is no value. "
        "Inflated opens make it look worse than it is."
    ),
    group="mail",
    formula=a.UNIQUE_CLICKS / a.UNIQUE_OPENS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SENT,
    source=MAILERS,
    example=example("3/20", "15.0 %", unique_clicks="63", unique_opens="420"),
    related=("email_click_rate", "email_open_rate"),
)

EMAIL_BOUNCE_RATE = Kpi(
    key="email_bounce_rate",
    name=_("Email bounce rate"),
    meaning=_("Of the mails sent out, those that came back undelivered, for good or for now."),
    pitfall=_("Nothing to do with the bounce rate of visits: this is about addresses, not pages."),
    group="mail",
    formula=(a.HARD_BOUNCES + a.SOFT_BOUNCES) / a.EMAILS_SENT,
    unit="percent",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_SENT,
    source=MAILERS,
    example=example("1/50", "2.0 %", hard_bounces="25", soft_bounces="15", emails_sent="2000"),
    related=("email_unsubscribe_rate", "email_click_rate"),
)

EMAIL_UNSUBSCRIBE_RATE = Kpi(
    key="email_unsubscribe_rate",
    name=_("Unsubscribe rate"),
    meaning=_("Of the mails that reached a mailbox, those after which the reader left the list."),
    pitfall=_("Low is good, but people who stop reading without leaving do not show here."),
    group="mail",
    formula=a.UNSUBSCRIBES / a.EMAILS_DELIVERED,
    unit="percent",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_SENT,
    source=MAILERS,
    example=example("1/280", "0.36 %", unsubscribes="7", emails_delivered="1960"),
    related=("email_bounce_rate", "email_click_rate"),
)

KPIS = (
    EMAIL_OPEN_RATE,
    EMAIL_CLICK_RATE,
    EMAIL_CTOR,
    EMAIL_BOUNCE_RATE,
    EMAIL_UNSUBSCRIBE_RATE,
)
