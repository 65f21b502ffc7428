"""Starting points for templates: what clients of a kind usually look at first. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.choosing.entries import Entries, Entry

HEADLINE = "headline"


@dataclass(frozen=True)
class StartingPoint:
    """A list to begin with. Headings are codes of the catalogue's groups; the first is the headline."""

    code: str
    name: str | Promise
    purpose: str | Promise
    entries: Entries


def _list(**sections: str) -> Entries:
    return tuple(Entry(key, section) for section, keys in sections.items() for key in keys.split())


_ALL = (
    StartingPoint(
        "lead_generation",
        _("Lead generation"),
        _("Leads won by campaigns and followed up until they buy."),
        _list(
            headline="leads cpl new_customers cac revenue roas",
            web="sessions traffic_to_lead_rate landing_conversion_rate",
            ads="ad_spend ctr cpc",
            funnel="mqls lead_to_mql_rate sqls lead_to_customer_rate speed_to_lead",
            sales="aov",
            # "return" is a word of Python
            **{"return": "roi"},
        ),
    ),
    StartingPoint(
        "ecommerce",
        _("E-commerce"),
        _("Visits that become orders, what an order brings, and who buys again."),
        _list(
            headline="revenue sales_count aov roas new_customers cac",
            web="sessions session_key_event_rate bounce_rate mobile_traffic_share",
            ads="ad_spend cpc ctr",
            sales="sales_growth items_per_order gross_margin",
            customers="revenue_per_customer orders_per_customer repeat_purchase_rate cltv_historical",
            mail="email_click_rate",
            **{"return": "mer roi"},
        ),
    ),
    StartingPoint(
        "awareness",
        _("Awareness"),
        _("How many people are reached, at what cost, and whether they come and look."),
        _list(
            headline="impressions reach cpm sessions social_engagement_rate ad_spend",
            ads="frequency clicks ctr cpc",
            web="users new_visitor_share engagement_rate avg_session_duration",
            social="followers organic_reach social_sessions",
        ),
    ),
    StartingPoint(
        "b2b_services",
        _("B2B services"),
        _("Few and large deals: qualified leads, a pipeline, a long way to the signature."),
        _list(
            headline="mqls sqls opportunities_created open_pipeline_value win_rate revenue",
            funnel="leads cost_per_qualified_lead lead_to_mql_rate mql_to_sql_rate speed_to_lead",
            sales="meetings_held avg_deal_size sales_cycle_days pipeline_velocity",
            customers="new_customers cac retention_rate ltv ltv_cac_ratio",
            **{"return": "roi"},
        ),
    ),
)

STARTING_POINTS: Mapping[str, StartingPoint] = {each.code: each for each in _ALL}


def default_for(families: Collection[str]) -> StartingPoint:
    """What suits a client of whom nothing was chosen, by the families that have a source."""
    if "leads" in families or not {"sales", "web", "social", "mail"} & set(families):
        return STARTING_POINTS["lead_generation"]
    return STARTING_POINTS["ecommerce" if "sales" in families else "awareness"]
