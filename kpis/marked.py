"""Which days each table of facts marks, and by which columns. Pure; the SQL is made in `marking`.

Changing this needs a migration that makes the triggers of the table anew.
"""

from kpis.marking import FactTable, Span

_TOUCH = ("channel", "campaign_id")
_TAGGED = (*_TOUCH, "utm_source", "utm_medium")
_LEAD = (*_TAGGED, "device", "landing_page_id", "country")
_SALE = (
    *_TAGGED, "currency", "device", "salesperson_id", "country", "is_first", "amount",
    "customer_id", "cost_of_goods",
)  # fmt: skip
_DAILY = (
    *_TAGGED, "currency", "device", "landing_page_id", "country", "platform", "source",
    "sessions", "engaged_sessions", "session_seconds", "pageviews", "new_sessions",
    "returning_sessions", "sessions_with_lead", "sessions_with_key_event", "key_events",
    "new_users", "impressions", "clicks", "ad_spend", "platform_conversions",
    "platform_conversion_value", "platform_leads", "platform_sales",
    "emails_sent", "emails_delivered", "hard_bounces", "soft_bounces", "unique_opens",
    "unique_clicks", "unsubscribes", "post_impressions", "post_engagements",
)  # fmt: skip
_FOR_EVER = "'infinity'::date"

MARKED = (
    FactTable(
        "campaigns_dailyfact",
        (
            Span("{family}", "day", reads=_DAILY),
            # Followers hold from the day they were reported until the next report.
            Span(
                "'audience'",
                "day",
                _FOR_EVER,
                reads=("followers", "platform", "source", "item"),
                only="{followers} IS NOT NULL",
            ),
        ),
    ),
    FactTable(
        "campaigns_lead",
        (
            Span(
                "'leads'",
                "created_on",
                reads=(
                    *_LEAD, "first_salesperson_id", "mql_on", "first_sale_on", "was_customer",
                    "created_at", "answered_at",
                ),
            ),
            Span("'leads'", "mql_on", reads=(*_LEAD, "mql_salesperson_id", "sql_on")),
            Span("'leads'", "sql_on", reads=(*_LEAD, "sql_salesperson_id")),
            Span("'leads'", "opp_on", reads=(*_TAGGED, "country", "opp_salesperson_id")),
            Span(
                "'leads'",
                "closed_on",
                reads=(
                    *_TAGGED, "country", "closed_salesperson_id",
                    "opp_on", "outcome", "amount", "currency",
                ),
            ),
            # Open at the end of a day: from the opportunity to the day before it was closed.
            Span(
                "'stock'",
                "opp_on",
                "COALESCE({closed_on} - 1, 'infinity')",
                reads=(
                    *_TAGGED, "country", "opp_salesperson_id", "closed_on", "amount", "currency",
                ),
                only="{closed_on} IS NULL OR {closed_on} > {opp_on}",
            ),
        ),
        counted="status = 'valid'",
    ),
    FactTable(
        "campaigns_sale",
        (
            Span("'sales'", "sold_on", reads=(*_SALE, "has_lines", "second_on")),
            # The refresh itself carries this day on, for as long as a buyer is active.
            Span("'active'", "sold_on", reads=("customer_id",), only="{customer_id} IS NOT NULL"),
        ),
    ),
    FactTable(
        "campaigns_saleline",
        (
            Span(
                "'sales'",
                "sold_on",
                reads=("sale_id", "product_id", "units", "amount", "cost_of_goods"),
            ),
        ),
    ),
    FactTable(
        "campaigns_refund",
        (Span("'sales'", "refunded_on", reads=(*_SALE, "sale_id", "product_id")),),
    ),
    FactTable(
        "campaigns_cost",
        (
            Span(
                "'costs'",
                "starts_on",
                "{ends_on}",
                reads=(*_TOUCH, "currency", "layer", "amount", "ends_on", "salesperson_id"),
            ),
        ),
    ),
    FactTable(
        "campaigns_budget",
        (
            Span(
                "'budget'",
                "starts_on",
                "{ends_on}",
                reads=(*_TOUCH, "currency", "amount", "ends_on"),
            ),
        ),
    ),
    FactTable(
        "campaigns_interaction",
        (
            Span(
                "'activity'",
                "happened_on",
                reads=("salesperson_id", "customer_id", "kind", "is_held", "is_bulk"),
            ),
        ),
    ),
    FactTable(
        "campaigns_customerterm",
        (
            Span(
                "'active'",
                "starts_on",
                "COALESCE({ends_on}, 'infinity')",
                reads=("customer_id", "ends_on"),
            ),
        ),
    ),
    FactTable(
        "campaigns_manualmonth",
        (Span("'manual'", "day", reads=("net_profit", "total_revenue", "currency")),),
    ),
)  # fmt: skip
