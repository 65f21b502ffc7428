"""Daily facts by API: what an analytics tool (web) or an ad platform (ads) reports per day."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from campaigns.api.facts import DayFilter, FactView
from campaigns.api.fields import (
    DEVICES,
    ChannelField,
    CountField,
    CountryField,
    CurrencyField,
    DayField,
    MoneyField,
    money_text,
    number_text,
    text_field,
)
from campaigns.api.rows import RowSerializer
from campaigns.channels import CODES
from campaigns.facts.daily import (
    DAILY,
    DAILY_FAMILIES,
    DAILY_MEASURES,
    DAILY_TEXTS,
    MONEY_MEASURES,
    daily_remove,
)
from campaigns.facts.queries import daily_facts_of
from campaigns.models import DailyFact

WEB, ADS = "A figure of the web family.", "A figure of the ads family."
MAIL, SOCIAL = "A figure of the mail family.", "A figure of the social family."


def _count(help_text: str) -> CountField:
    return CountField(required=False, help_text=help_text)


def _money(**options: Any) -> MoneyField:
    return MoneyField(required=False, allow_null=True, help_text=ADS, **options)


class DailySerializer(RowSerializer):
    """What one source reports for one day and one combination of dimensions.

    A figure that the source does not report is null, which is not zero.
    """

    ignored = frozenset(("id", "source"))

    family = serializers.ChoiceField(choices=DAILY_FAMILIES)
    external_id = serializers.CharField(
        min_length=1,
        max_length=200,
        help_text="Unique per source and family; for instance day and campaign.",
    )
    day = DayField(required=False, help_text="The client's local day. A new row needs it.")
    utm_source = text_field(100, "Source and medium give the channel.")
    utm_medium = text_field(100)
    channel = ChannelField(required=False, help_text="Used where there is no source and medium.")
    campaign = text_field(200, "The campaign's id on its platform. A new one is made.")
    campaign_name = text_field(200)
    landing_page = text_field(500, "A path, without its query.")
    device = serializers.ChoiceField(
        choices=DEVICES, required=False, allow_blank=True, allow_null=True
    )
    country = CountryField(required=False, allow_blank=True, allow_null=True)
    item = text_field(200, "Ad, ad set or post, as the platform names it.")
    platform = text_field(40, "Ad platform, mail service or network; else the source.")
    currency = CurrencyField(
        required=False, allow_blank=True, allow_null=True, help_text="Else the client's."
    )
    sessions = _count(WEB)
    engaged_sessions = _count(WEB)
    session_seconds = _count(WEB)
    pageviews = _count(WEB)
    new_sessions = _count(WEB)
    returning_sessions = _count(WEB)
    sessions_with_lead = _count(WEB)
    sessions_with_key_event = _count(WEB)
    key_events = _count(WEB)
    new_users = _count(WEB)
    impressions = _count(ADS)
    clicks = _count(ADS)
    ad_spend = _money(min_value=0)
    platform_conversions = _money(min_value=0)
    platform_conversion_value = _money()
    platform_leads = _count(ADS)
    platform_sales = _count(ADS)
    emails_sent = _count(MAIL)
    emails_delivered = _count(MAIL)
    hard_bounces = _count(MAIL)
    soft_bounces = _count(MAIL)
    unique_opens = _count(MAIL)
    unique_clicks = _count(MAIL)
    unsubscribes = _count(MAIL)
    post_impressions = _count(SOCIAL)
    post_engagements = _count(SOCIAL)
    followers = _count("At the end of the day; a figure of the social family.")

    def to_representation(self, fact: DailyFact) -> dict[str, Any]:
        return daily_document(fact)


class DailyAnswerSerializer(DailySerializer):
    """A daily fact as it is answered: with the figures of its own family."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


def daily_document(fact: DailyFact) -> dict[str, Any]:
    """A daily fact as JSON; it may be sent back as it is."""
    return {
        "id": fact.pk,
        "source": fact.source,
        "family": fact.family,
        "external_id": fact.external_id,
        "day": fact.day,
        **{name: getattr(fact, name) for name in DAILY_TEXTS},
        "channel": fact.channel,
        "campaign": fact.campaign.external_id if fact.campaign else None,
        "campaign_name": fact.campaign.name if fact.campaign else None,
        "landing_page": fact.landing_page.path if fact.landing_page else None,
        **{name: _figure(fact, name) for name in DAILY_MEASURES[fact.family]},
    }


def _figure(fact: DailyFact, name: str) -> Any:
    value = getattr(fact, name)
    if name in MONEY_MEASURES:
        return money_text(value, fact.currency)
    return number_text(value) if name == "platform_conversions" else value


class DailyFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    family = filters.ChoiceFilter(choices=[(name, name) for name in DAILY_FAMILIES])
    channel = filters.ChoiceFilter(choices=[(code, code) for code in CODES])
    campaign = filters.CharFilter(field_name="campaign__external_id")
    day_from = DayFilter(field_name="day", lookup_expr="gte")
    day_to = DayFilter(field_name="day", lookup_expr="lte")


class DailyView(FactView):
    serializer_class = DailySerializer
    queryset = QuerySet(DailyFact)  # names the model to the schema; what is read is below
    ordering = ("day", "id")
    sorts = ("day", "updated_at")
    kind = DAILY
    word, one, many = "daily-facts", "a daily fact", "Daily facts"
    shape = DailyAnswerSerializer
    narrowed_by = DailyFilter
    order = "the latest day first"
    example = (
        "A day of a campaign",
        {
            "source": "google_ads",
            "rows": [
                {
                    "family": "ads",
                    "external_id": "2026-03-31:987654",
                    "day": "2026-03-31",
                    "utm_source": "google",
                    "utm_medium": "cpc",
                    "campaign": "987654",
                    "campaign_name": "Otoño",
                    "impressions": 12000,
                    "clicks": 340,
                    "ad_spend": "125.40",
                }
            ],
        },
    )

    goes = "The day is counted anew."

    def get_queryset(self) -> Any:
        return daily_facts_of(self.client)

    def remove(self, fact: DailyFact) -> None:
        daily_remove(self.client, fact)
