"""KPIs of posts, followers and of how much the client's customers are in touch."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

NETWORKS = _("Meta Page and LinkedIn organisation insights")

ORGANIC_REACH = Kpi(
    key="organic_reach",
    name=_("Organic reach"),
    meaning=_("Different accounts that came across the page or its posts without any ad."),
    pitfall=_(
        "An estimate of the network, known only for the ranges it was asked for. Days, posts and "
        "networks never add up, so any other range shows a dash."
    ),
    group="social",
    formula=a.POST_REACH,
    unit="count",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The range for which the network reported it."),
    source=NETWORKS,
    example=example("330", "330", post_reach="330"),
    related=("reach", "social_engagement_rate", "followers"),
)

SOCIAL_ENGAGEMENT_RATE = Kpi(
    key="social_engagement_rate",
    name=_("Social engagement rate"),
    meaning=_(
        "Of a hundred times that a post was seen, those that led to a like, comment or share."
    ),
    pitfall=_(
        "Over the times seen, not over followers nor over people reached: only these add up. "
        "Old posts go on being liked, so a quiet month can look lively."
    ),
    group="social",
    formula=a.POST_ENGAGEMENTS / a.POST_IMPRESSIONS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The day of the reaction."),
    source=NETWORKS,
    example=example("3/100", "3.0 %", post_engagements="540", post_impressions="18000"),
    related=("organic_reach", "followers"),
)

FOLLOWERS = Kpi(
    key="followers",
    name=_("Followers"),
    meaning=_("Accounts that have subscribed to the brand's pages, at the end of the period."),
    pitfall=_(
        "A stock: days are never added. Whoever follows on two networks counts twice, "
        "and followers who never buy pay no bill."
    ),
    group="social",
    formula=a.FOLLOWERS,
    unit="count",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The end of the period's last day."),
    source=NETWORKS,
    example=example("10310", "10,310", followers="10240 10310"),
    related=("organic_reach", "social_engagement_rate"),
)

ENGAGED_CUSTOMER_RATE = Kpi(
    key="engaged_customer_rate",
    name=_("Engaged customers"),
    meaning=_(
        "Of the customers active at the end, those who answered, met or wrote in the period."
    ),
    pitfall=_(
        "It takes two: mails sent to many and mails merely opened do not count. "
        "A customer who writes ten times is still one."
    ),
    group="social",
    formula=a.ENGAGED_CUSTOMERS / a.ACTIVE_CUSTOMERS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Contacts on their own day; active customers at the end of the period."),
    source=_("House definition"),
    example=example("21/50", "42.0 %", engaged_customers="84", active_customers="200"),
    parameters=("active_days",),
    related=("interactions_per_customer", "retention_rate"),
)

INTERACTIONS_PER_CUSTOMER = Kpi(
    key="interactions_per_customer",
    name=_("Interactions per customer"),
    meaning=_("How many calls, mails, chats and visits each active customer had, on average."),
    pitfall=_(
        "Contacts with existing customers one by one; mass mailings and leads are left out. "
        "Over several months it divides by the mean number of customers at the months' ends."
    ),
    group="social",
    formula=a.INTERACTIONS / a.ACTIVE_CUSTOMERS.over("month_ends"),
    unit="per",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Contacts on their own day; active customers at the end of each month touched."),
    source=_("House definition"),
    example=Example(
        {"interactions": ("520",), "active_customers:month_ends": ("200",)},
        Fraction(13, 5),
        "2.60",
    ),
    parameters=("active_days",),
    related=("engaged_customer_rate", "retention_rate"),
)

KPIS = (
    ORGANIC_REACH,
    SOCIAL_ENGAGEMENT_RATE,
    FOLLOWERS,
    ENGAGED_CUSTOMER_RATE,
    INTERACTIONS_PER_CUSTOMER,
)
