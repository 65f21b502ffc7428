"""KPIs of what the ad platforms claim to have brought about, on their own count and date."""

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.ads import PLATFORMS
from kpis.catalogue.kpi import Kpi, example

_CLICK_DATE = _(
    "Google: the day of the click. Meta: as Ads Manager reports it (mixed attribution date). "
    "Recent days keep rising."
)

CLICK_CONVERSION_RATE = Kpi(
    key="click_conversion_rate",
    name=_("Click conversion rate"),
    meaning=_("Of a hundred clicks on the ads, those that the platform saw end in the wanted act."),
    pitfall=_(
        "Platforms go on crediting past clicks for weeks: recent days look worse than they are "
        "and stay out of goals. Parts of a conversion are normal."
    ),
    group="ads",
    formula=a.PLATFORM_CONVERSIONS / a.CLICKS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_CLICK_DATE,
    source=PLATFORMS,
    example=example("1/20", "5.0 %", platform_conversions="72", clicks="1440"),
    related=("cost_per_conversion", "ctr", "traffic_to_lead_rate"),
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
    related=("click_conversion_rate", "cpl", "cpa"),
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
    related=("cost_per_conversion", "leads", "sales_count"),
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
    related=("cost_per_platform_lead", "leads"),
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
    related=("cost_per_platform_sale", "sales_count"),
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
    related=("platform_leads", "cpl"),
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
    related=("platform_sales", "cpa"),
)

KPIS = (
    CLICK_CONVERSION_RATE,
    COST_PER_CONVERSION,
    PLATFORM_CONVERSIONS,
    PLATFORM_LEADS,
    PLATFORM_SALES,
    COST_PER_PLATFORM_LEAD,
    COST_PER_PLATFORM_SALE,
)
