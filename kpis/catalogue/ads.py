"""KPIs of advertising: what was shown, to how many, clicked and spent."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

PLATFORMS = _("Google Ads API metrics and Meta Ads Insights")
_REPORT_DATE = _("The day in the platform's report, in the platform's own time zone.")

IMPRESSIONS = Kpi(
    key="impressions",
    name=_("Impressions"),
    meaning=_("Times an ad appeared on somebody's screen."),
    pitfall=_(
        "Platforms correct recent days, and each counts in its own way: "
        "one when the ad is served, another when it can be seen."
    ),
    group="ads",
    formula=a.IMPRESSIONS,
    unit="count",
    better="neutral",
    goal=("increase", "cumulative"),
    dated_by=_REPORT_DATE,
    source=PLATFORMS,
    example=example("200000", "200,000", impressions="48000 152000"),
    related=("reach", "ctr", "cpm"),
)

CLICKS = Kpi(
    key="clicks",
    name=_("Clicks"),
    meaning=_("Clicks on the ads that lead to the site."),
    pitfall=_(
        "From Meta only link clicks are taken, not likes or profile taps. "
        "Clicks are not visits: some people leave before the page loads."
    ),
    group="ads",
    formula=a.CLICKS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_REPORT_DATE,
    source=PLATFORMS,
    example=example("3720", "3,720", clicks="1440 2280"),
    related=("ctr", "cpc", "sessions"),
)

AD_SPEND = Kpi(
    key="ad_spend",
    name=_("Ad spend"),
    meaning=_("What the ad platforms charged for showing the ads."),
    pitfall=_("Without tax, credits and the agency's fee. Media costs entered by hand count too."),
    group="ads",
    formula=a.AD_SPEND,
    unit="money",
    better="neutral",
    goal=("cap", "cumulative"),
    dated_by=_REPORT_DATE,
    source=PLATFORMS,
    example=example("2000", "2,000.00", ad_spend="1250.40 749.60"),
    related=("budget_utilisation", "cpl", "roas"),
)

CTR = Kpi(
    key="ctr",
    name=_("Click-through rate (CTR)"),
    meaning=_("How often people who were shown an ad clicked it."),
    pitfall=_("Above 100 % means that the data is wrong, not that the ad is good."),
    group="ads",
    formula=a.CLICKS / a.IMPRESSIONS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_REPORT_DATE,
    source=PLATFORMS,
    example=example("3/100", "3.0 %", clicks="1440", impressions="48000"),
    related=("impressions", "clicks", "click_conversion_rate"),
)

CPC = Kpi(
    key="cpc",
    name=_("Cost per click (CPC)"),
    meaning=_("The price of one click: ad spend shared out over all clicks."),
    pitfall=_("Money spent without a single click has no cost per click; look at the spend."),
    group="ads",
    formula=a.AD_SPEND / a.CLICKS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_REPORT_DATE,
    source=PLATFORMS,
    example=example("521/600", "0.87", ad_spend="1250.40", clicks="1440"),
    related=("cpm", "ctr", "cpl"),
)

CPM = Kpi(
    key="cpm",
    name=_("Cost per thousand impressions (CPM)"),
    meaning=_("The price of putting the ads on a screen one thousand times."),
    pitfall=_("A cheap thousand is no bargain if nobody clicks: read it together with the CTR."),
    group="ads",
    formula=1000 * a.AD_SPEND / a.IMPRESSIONS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_REPORT_DATE,
    source=PLATFORMS,
    example=example("5", "5.00", ad_spend="50", impressions="10000"),
    related=("impressions", "cpc"),
)

REACH = Kpi(
    key="reach",
    name=_("Reach (ads)"),
    meaning=_("Different people to whom the platform says it showed the ads at least once."),
    pitfall=_(
        "An estimate of the platform, known only for the ranges it was asked for. Days, campaigns "
        "and platforms never add up, so any other range shows a dash."
    ),
    group="ads",
    formula=a.PLATFORM_REACH,
    unit="count",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The range for which the platform reported it."),
    source=PLATFORMS,
    example=example("950", "950", platform_reach="950"),
    related=("frequency", "impressions", "organic_reach"),
)

FREQUENCY = Kpi(
    key="frequency",
    name=_("Frequency"),
    meaning=_("How often the same person was shown the ads, on average over those reached."),
    pitfall=_(
        "Only where the platform reported the reach of exactly this range and selection. "
        "A high one tires people; a low one is forgotten."
    ),
    group="ads",
    formula=a.IMPRESSIONS / a.PLATFORM_REACH,
    unit="ratio",
    better="neutral",
    goal=("maintain", "level"),
    dated_by=_("The range for which the platform reported the reach."),
    source=PLATFORMS,
    example=example("5/2", "2.50", impressions="2375", platform_reach="950"),
    related=("reach", "impressions"),
)

ROAS = Kpi(
    key="roas",
    name=_("Return on ad spend (ROAS)"),
    meaning=_("Sales brought by paid channels for each unit of money spent on ads."),
    pitfall=_(
        "It counts revenue, not profit: 4 may still lose money. Both sides cover the paid "
        "channels only, so organic channels have none."
    ),
    group="ads",
    formula=a.PAID_REVENUE / a.PAID_AD_SPEND,
    unit="ratio",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales on the sale's day, refunds on the refund's day, spend on its own day."),
    source=_("Google Analytics 4 and Google Ads: conversion value over cost"),
    example=Example(
        {
            "order_value[channel=paid]": ("8200",),
            "refunds[channel=paid]": ("200",),
            "ad_spend[channel=paid]": ("2000",),
        },
        Fraction(4),
        "4.00",
    ),
    parameters=("paid_channels",),
    related=("roi", "mer", "cpa"),
)

BUDGET_UTILISATION = Kpi(
    key="budget_utilisation",
    name=_("Budget used"),
    meaning=_("The part of the ad money planned for the budget period that is spent already."),
    pitfall=_(
        "Against the budget of its whole period, not of the range shown: 50 % is right in the "
        "middle of the month and late on its last day. The pace beside it says which."
    ),
    group="ads",
    formula=a.AD_SPEND.over("budget_to_date") / a.AD_BUDGET.over("budget_whole"),
    unit="percent",
    better="neutral",
    goal=("maintain", "period"),
    dated_by=_("Spend from the first day of the budget period to the last day of the range."),
    source=_("House definition"),
    example=Example(
        {"ad_spend:budget_to_date": ("2000",), "ad_budget:budget_whole": ("2500",)},
        Fraction(4, 5),
        "80.0 %",
    ),
    related=("ad_spend", "budget_pace"),
    beside=("budget_pace",),
)

BUDGET_PACE = Kpi(
    key="budget_pace",
    name=_("Budget pace"),
    meaning=_("Ad money spent so far against what the plan allows up to the same day."),
    pitfall=_(
        "100 % is exactly on plan. The plan is spread evenly over the days of its period, "
        "so a campaign that starts late begins below."
    ),
    group="ads",
    formula=a.AD_SPEND.over("budget_to_date") / a.AD_BUDGET.over("budget_to_date"),
    unit="percent",
    better="neutral",
    goal=("maintain", "period"),
    dated_by=_("Spend and budget from the first day of the budget period to the range's last day."),
    source=_("House definition"),
    example=Example(
        {"ad_spend:budget_to_date": ("2000",), "ad_budget:budget_to_date": ("2000",)},
        Fraction(1),
        "100.0 %",
    ),
    related=("budget_utilisation",),
)

KPIS = (IMPRESSIONS, CLICKS, AD_SPEND, CTR, CPC, CPM, REACH, FREQUENCY)
RETURN_KPIS = (ROAS, BUDGET_UTILISATION, BUDGET_PACE)
