"""KPIs of advertising: what was shown, clicked, spent and claimed by the platforms."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

PLATFORMS = _("Google Ads API metrics and Meta Ads Insights")
_REPORT_DATE = _("The day in the platform's report, in the platform's own time zone.")
_CLICK_DATE = _(
    "Google: the day of the click. Meta: as Ads Manager reports it (mixed attribution date). "
    "Recent days keep rising."
)

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
)

PLATFORM_CONVERSIONS = Kpi(
    key="platform_conversions",
    name=_("Platform conversions"),
    meaning=_("Wanted actions that the ad platforms say they caused."),
    pitfall=_(
        "Each platform claims the same sale for itself, in fractions if need be, and adds to past "
        "days for weeks. Not to be added to the client's own leads or sales."
    ),
    group="ads",
    formula=a.PLATFORM_CONVERSIONS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("117", "117", platform_conversions="72 45"),
)

COST_PER_CONVERSION = Kpi(
    key="cost_per_conversion",
    name=_("Cost per conversion"),
    meaning=_("Ad spend for every wanted action that the platform recorded."),
    pitfall=_(
        "The action may be any that the platform was told to look for, not only a lead or a sale. "
        "Google Ads calls this number CPA; here CPA is the cost per sale."
    ),
    group="ads",
    formula=a.AD_SPEND / a.PLATFORM_CONVERSIONS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("521/30", "17.37", ad_spend="1250.40", platform_conversions="72"),
)

PLATFORM_LEADS = Kpi(
    key="platform_leads",
    name=_("Platform leads"),
    meaning=_("Enquiries that the ad platform reports as its own work."),
    pitfall=_("The platform's count, not the client's list of leads; the two rarely agree."),
    group="ads",
    formula=a.PLATFORM_LEADS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("80", "80", platform_leads="50 30"),
)

PLATFORM_SALES = Kpi(
    key="platform_sales",
    name=_("Platform sales"),
    meaning=_("Purchases that the ad platform reports as its own work."),
    pitfall=_("The platform's count, not the client's sales; it may claim sales made anyway."),
    group="ads",
    formula=a.PLATFORM_SALES,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("25", "25", platform_sales="16 9"),
)

COST_PER_PLATFORM_LEAD = Kpi(
    key="cost_per_platform_lead",
    name=_("Cost per platform lead"),
    meaning=_("Ad spend for every enquiry that the ad platform reports."),
    pitfall=_("Built on the platform's own count of leads; CPL uses the client's."),
    group="ads",
    formula=a.AD_SPEND / a.PLATFORM_LEADS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("25/2", "12.50", ad_spend="1000", platform_leads="80"),
)

COST_PER_PLATFORM_SALE = Kpi(
    key="cost_per_platform_sale",
    name=_("Cost per platform sale"),
    meaning=_("Ad spend for every purchase that the ad platform reports."),
    pitfall=_("Built on the platform's own count of sales; CPA uses the client's."),
    group="ads",
    formula=a.AD_SPEND / a.PLATFORM_SALES,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("40", "40.00", ad_spend="1000", platform_sales="25"),
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
)

KPIS = (
    IMPRESSIONS,
    CLICKS,
    AD_SPEND,
    CTR,
    CPC,
    CPM,
    PLATFORM_CONVERSIONS,
    COST_PER_CONVERSION,
    PLATFORM_LEADS,
    PLATFORM_SALES,
    COST_PER_PLATFORM_LEAD,
    COST_PER_PLATFORM_SALE,
    ROAS,
)
