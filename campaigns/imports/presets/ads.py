"""What LinkedIn Campaign Manager, TikTok Ads and Microsoft Advertising export, by day."""

from django.utils.translation import gettext_lazy as _

from campaigns.imports.presets.names import named, values_of
from campaigns.imports.presets.preset import Preset

LINKEDIN_ADS = Preset(
    "linkedin_ads",
    _("LinkedIn Campaign Manager"),
    "daily",
    "linkedin_ads",
    {
        "day": named("start date (in utc) | date | day", needed=True),
        "campaign": named("campaign name", needed=True),
        "campaign_id": named("campaign id"),
        "item": named("ad id | creative id | creative name | ad name | ad headline"),
        "channel": named("", constant="paid_social"),
        "currency": named("currency"),
        "ad_spend": named("total spent", needed=True),
        "impressions": named("impressions", needed=True),
        "clicks": named("clicks", needed=True),
        "platform_conversions": named("conversions | total conversions"),
        "platform_conversion_value": named("total conversion value | conversion value"),
        "platform_leads": named("leads"),
    },
    family="ads",
)

TIKTOK_ADS = Preset(
    "tiktok_ads",
    _("TikTok Ads Manager"),
    "daily",
    "tiktok_ads",
    {
        "day": named("by day | date | stat time day | day", needed=True),
        "campaign": named("campaign name", needed=True),
        "campaign_id": named("campaign id"),
        "item": named("ad id | ad name | ad group id | ad group name"),
        "channel": named("", constant="paid_social"),
        "currency": named("currency"),
        "ad_spend": named("cost | total cost", needed=True),
        "impressions": named("impressions | impression", needed=True),
        "clicks": named("clicks (destination) | destination clicks | clicks", needed=True),
        "platform_conversions": named("conversions | conversion"),
        "platform_sales": named("complete payment | purchases | total purchases"),
        "platform_conversion_value": named(
            "total complete payment value | complete payment value | total purchase value"
            " | purchase value"
        ),
        "platform_leads": named("form submission | leads | submit form"),
    },
    family="ads",
)

_MICROSOFT_TYPES = values_of(
    paid_search="search | search & content | dynamic search ads",
    paid_shopping="shopping | shopping campaigns",
    display="audience | display",
    cross_network="performance max",
)

MICROSOFT_ADS = Preset(
    "microsoft_ads",
    _("Microsoft Advertising"),
    "daily",
    "microsoft_ads",
    {
        "day": named("gregorian date | time period | day | date", needed=True),
        "campaign": named("campaign name | campaign", needed=True),
        "campaign_id": named("campaign id"),
        "item": named("ad id | ad group id | ad group | ad group name"),
        "channel": named(
            "campaign type",
            constant="paid_search",
            values=_MICROSOFT_TYPES,
            default="paid_search",
        ),
        "currency": named("currency code | currency"),
        "ad_spend": named("spend", needed=True),
        "impressions": named("impressions", needed=True),
        "clicks": named("clicks", needed=True),
        "platform_conversions": named("conversions"),
        "platform_conversion_value": named("revenue"),
        "device": named("device type"),
    },
    family="ads",
)
