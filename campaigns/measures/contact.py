"""Measures of mail, social networks, contacts with customers, and what clients type in. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures.kinds import MAIL, NETWORKS, NONE, SELLERS, Aggregation, Measure


def _mail(key: str, name: str | Promise) -> Measure:
    """Results arrive for days and belong to the day the mail was sent."""
    return Measure(key, name, "count", "sum", "mail", 7, MAIL, "send_date")


EMAILS_SENT = _mail("emails_sent", _("Emails sent"))
EMAILS_DELIVERED = _mail("emails_delivered", _("Emails delivered"))
HARD_BOUNCES = _mail("hard_bounces", _("Permanent email failures"))
SOFT_BOUNCES = _mail("soft_bounces", _("Temporary email failures"))
UNIQUE_OPENS = _mail("unique_opens", _("Emails opened"))
UNIQUE_CLICKS = _mail("unique_clicks", _("Emails clicked"))
UNSUBSCRIBES = _mail("unsubscribes", _("Unsubscribes"))


def _social(
    key: str, name: str | Promise, aggregation: Aggregation = "sum", dated_by: str = "report_date"
) -> Measure:
    return Measure(key, name, "count", aggregation, "social", 3, NETWORKS, dated_by)


POST_IMPRESSIONS = _social("post_impressions", _("Views of posts"))
POST_ENGAGEMENTS = _social("post_engagements", _("Reactions to posts"))
FOLLOWERS = _social("followers", _("Followers"), "last", "end_of_day")
POST_REACH = Measure(
    "post_reach", _("Reach of the posts"), "count", "distinct", "social",
    3, NETWORKS, "reported_range", origin="reported",
)  # fmt: skip


def _activity(key: str, name: str | Promise, aggregation: Aggregation = "sum") -> Measure:
    return Measure(key, name, "count", aggregation, "activity", 1, SELLERS, "activity_date")


INTERACTIONS = _activity("interactions", _("Contacts with customers"))
MEETINGS_HELD = _activity("meetings_held", _("Meetings held"))
ENGAGED_CUSTOMERS = _activity(
    "engaged_customers", _("Customers who answered, met or wrote"), "distinct"
)


def _typed_in(key: str, name: str | Promise) -> Measure:
    return Measure(key, name, "money", "sum", "manual", 1, NONE, "month")


NET_PROFIT = _typed_in("net_profit", _("Net profit"))
TOTAL_REVENUE = _typed_in("total_revenue", _("Total revenue of the company"))
STAFF_START = Measure(
    "staff_start", _("Employees at the start"), "count", "distinct", "manual",
    1, NONE, "entered_period", origin="reported",
)  # fmt: skip
STAFF_STAYED = Measure(
    "staff_stayed", _("Employees who stayed"), "count", "distinct", "manual",
    1, NONE, "entered_period", origin="reported",
)  # fmt: skip
