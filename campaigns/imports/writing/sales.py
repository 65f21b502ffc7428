"""Sales as staged, and the sales that won leads make."""

from collections.abc import Set

from campaigns.imports.writing.targets import (
    CAMPAIGN_JOIN,
    SELLER,
    SELLER_JOIN,
    TOUCH,
    Table,
    Target,
)

_LEAD_COLUMNS = (
    "id, external_id, channel, utm_source, utm_medium, campaign_id, device, country, salesperson_id"
)
_LEADS = f""" LEFT JOIN (SELECT DISTINCT ON (external_id) {_LEAD_COLUMNS} FROM campaigns_lead
    WHERE agency_id = %(agency)s AND client_id = %(client)s ORDER BY external_id, id DESC) l
    ON l.external_id = s.lead"""
_NO_LEADS = """ LEFT JOIN (SELECT NULL::bigint AS id, NULL::text AS channel,
    NULL::text AS utm_source, NULL::text AS utm_medium, NULL::bigint AS campaign_id,
    NULL::text AS device, NULL::text AS country, NULL::bigint AS salesperson_id) l ON true"""
_CUSTOMERS = """ JOIN campaigns_customer b ON b.agency_id = %(agency)s AND b.client_id = %(client)s
    AND b.external_id = s.customer"""

_TARGETS = (
    Target("customer_id", "b.id", ("customer",)),
    Target("lead_id", "l.id", ("lead",)),
    Target("sold_at", "s.sold_at", ("sold",)),
    Target("sold_date", "s.sold_date", ("sold",)),
    # A sale with lines is their sum: a file that has no lines does not change it.
    Target(
        "amount", "s.amount", ("amount",), "CASE WHEN t.has_lines THEN t.amount ELSE n.amount END"
    ),
    Target("currency", "COALESCE(s.currency, %(currency)s)", ("amount", "currency")),
    Target("kind", "COALESCE(s.sale_kind, '')", ("sale_kind",)),
    Target("is_first", "false"),
    Target("has_lines", "false"),
    # What the file does not say of a sale is its lead's.
    Target(
        "channel",
        "CASE WHEN s.channel = 'unassigned' THEN COALESCE(l.channel, s.channel) ELSE s.channel END",
        (*TOUCH, "lead"),
    ),
    *(
        Target(name, f"COALESCE(s.{name}, l.{name}, '')", (name, "lead"))
        for name in ("utm_source", "utm_medium")
    ),
    Target("campaign_id", "COALESCE(c.id, l.campaign_id)", ("campaign", "campaign_id", "lead")),
    Target("device", "COALESCE(s.device, l.device, '')", ("device", "lead")),
    Target("country", "COALESCE(s.country, l.country, '')", ("country", "lead")),
    Target("salesperson_id", "COALESCE(w.id, l.salesperson_id)", (*SELLER, "lead")),
)


def sales_table(mapped: Set[str], has_customers: bool = True) -> Table:
    """has_customers: every row has one; else a row that has none is a sale of nobody."""
    leads = _LEADS if "lead" in mapped else _NO_LEADS
    customers = _CUSTOMERS if has_customers else f" LEFT{_CUSTOMERS}"
    return Table("campaigns_sale", _TARGETS, customers + leads + CAMPAIGN_JOIN + SELLER_JOIN)


#: A won lead's own sale, on the day won; a blank amount is 0. Its id says where it came from. A lead
#: that has another sale already (of a file of sales, or by hand) needs none of its own.
FROM_LEADS = Table(
    "campaigns_sale",
    (
        Target("customer_id", "l.customer_id", ("always",)),
        Target("lead_id", "l.id", ("always",)),
        Target("sold_at", "l.closed_at", ("always",)),
        Target("sold_date", "l.closed_date", ("always",)),
        Target("amount", "COALESCE(l.amount, 0)", ("always",)),
        Target(
            "currency", "COALESCE(NULLIF(l.currency, ''), s.currency, %(currency)s)", ("always",)
        ),
        Target("kind", "'new'"),
        Target("is_first", "false"),
        Target("has_lines", "false"),
        Target("channel", "l.channel", ("always",)),
        Target("utm_source", "l.utm_source", ("always",)),
        Target("utm_medium", "l.utm_medium", ("always",)),
        Target("campaign_id", "l.campaign_id", ("always",)),
        Target("device", "l.device", ("always",)),
        Target("country", "l.country", ("always",)),
        Target("salesperson_id", "l.closed_salesperson_id", ("always",)),
    ),
    " JOIN campaigns_lead l ON l.agency_id = %(agency)s AND l.client_id = %(client)s"
    " AND l.source = %(source)s AND l.external_id = s.external_id AND l.outcome = 'won'"
    " AND NOT EXISTS (SELECT 1 FROM campaigns_sale x WHERE x.agency_id = l.agency_id"
    " AND x.client_id = l.client_id AND x.lead_id = l.id"
    " AND (x.source, x.external_id) <> (l.source, 'lead:' || l.external_id))",
    external_id="'lead:' || s.external_id",
    tz="l.tz",
)
