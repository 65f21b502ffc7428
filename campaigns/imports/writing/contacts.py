"""Budgets, contacts, contracts, visitors, reported ranges and months: tables of one statement each."""

from collections.abc import Set

from campaigns.imports.writing.targets import (
    CAMPAIGN,
    CAMPAIGN_JOIN,
    PAGE_JOIN,
    SELLER,
    SELLER_JOIN,
    TOUCH,
    Table,
    Target,
    text,
)

CUSTOMER_JOIN = """ LEFT JOIN campaigns_customer b ON b.agency_id = %(agency)s
    AND b.client_id = %(client)s AND b.external_id = s.customer"""
LEAD_JOIN = """ LEFT JOIN (SELECT DISTINCT ON (external_id) id, external_id FROM campaigns_lead
    WHERE agency_id = %(agency)s AND client_id = %(client)s ORDER BY external_id, id DESC) l
    ON l.external_id = s.lead"""


def _flag(name: str) -> Target:
    return Target(name, f"COALESCE(s.{name} = 't', false)", (name,), adds="bool_or")


PERIOD = (
    Target("starts_on", "s.starts", ("month", "starts")),
    Target("ends_on", "COALESCE(s.ends, s.starts)", ("month", "starts", "ends")),
)
BUDGETS = Table(
    "campaigns_budget",
    (
        *PERIOD,
        Target("amount", "s.amount", ("amount",)),
        Target("currency", "COALESCE(s.currency, %(currency)s)", ("amount", "currency")),
        Target("channel", "CASE WHEN %(has_touch)s THEN s.channel ELSE '' END", TOUCH),
        CAMPAIGN,
    ),
    CAMPAIGN_JOIN,
)
_CONTACTS = (
    Target("happened_at", "s.happened_at", ("happened",)),
    Target("happened_date", "s.happened_date", ("happened",)),
    Target("kind", "s.contact_kind", ("contact_kind",)),
    Target("customer_id", "b.id", ("customer",)),
    Target("salesperson_id", "w.id", SELLER),
    _flag("is_inbound"),
    # A file that does not say whether meetings took place lists those that did.
    Target(
        "is_held",
        "s.contact_kind = 'meeting' AND COALESCE(s.is_held, 't') = 't'",
        ("is_held", "contact_kind"),
    ),
    _flag("is_bulk"),
)


def contacts_table(mapped: Set[str]) -> Table:
    """Leads are looked for only in a file that names them: a client may have a million."""
    lead = (Target("lead_id", "l.id", ("lead",)),) if "lead" in mapped else ()
    joins = CUSTOMER_JOIN + SELLER_JOIN + (LEAD_JOIN if lead else "")
    return Table("campaigns_interaction", (*_CONTACTS, *lead), joins)


TERMS = Table(
    "campaigns_customerterm",
    (
        Target("customer_id", "b.id", ("customer",)),
        Target("starts_on", "s.starts", ("starts",)),
        Target("ends_on", "s.ends", ("ends",)),
    ),
    CUSTOMER_JOIN,
)
VISITORS = Table(
    "campaigns_visitorday",
    (
        Target("day", "s.day", ("day",)),
        Target("visitor", "s.visitor", ("visitor",)),
        Target("channel", "s.channel", TOUCH),
        text("utm_source"),
        text("utm_medium"),
        Target("campaign_id", "c.id"),
        text("device"),
        Target("landing_page_id", "p.id"),
        text("country"),
        Target("is_returning", "s.is_returning = 't'", ("is_returning",), adds="bool_or"),
        Target("sessions", "COALESCE(s.sessions, 1)", ("sessions",), adds="sum"),
        _flag("has_conversion"),
        _flag("has_lead"),
        _flag("is_qualified"),
    ),
    CAMPAIGN_JOIN + PAGE_JOIN,
)
RANGES = Table(
    "campaigns_reportedrange",
    (
        Target("measure", "s.measure", ("measure",)),
        Target("first_day", "s.starts", ("month", "starts")),
        Target("last_day", "COALESCE(s.ends, s.starts)", ("month", "starts", "ends")),
        Target("value", "s.value", ("value",)),
        text("platform"),
        CAMPAIGN,
    ),
    CAMPAIGN_JOIN,
)
MONTHS = Table(
    "campaigns_manualmonth",
    (
        Target("month", "s.starts", ("month",)),
        Target("net_profit", "s.net_profit", ("net_profit",)),
        Target("total_revenue", "s.total_revenue", ("total_revenue",)),
        Target("currency", "COALESCE(s.currency, %(currency)s)", ("currency",)),
    ),
)
