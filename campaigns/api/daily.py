"""Daily facts by API: what an analytics tool (web) or an ad platform (ads) reports per day."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.writing import honours_key
from accounts.models import Client
from campaigns.api.facts import ATOMIC, DayFilter, FactView
from campaigns.api.fields import (
    ChannelField,
    CountField,
    CountryField,
    CurrencyField,
    DayField,
    MoneyField,
    money_text,
    number_text,
)
from campaigns.api.leads import DEVICES, text_field
from campaigns.api.rows import BulkAnswerSerializer, RowSerializer, bulk_shape
from campaigns.channels import CODES
from campaigns.facts.daily import (
    DAILY_FAMILIES,
    DAILY_MEASURES,
    DAILY_TEXTS,
    MONEY_MEASURES,
    daily_upsert_many,
)
from campaigns.facts.queries import daily_facts_of
from campaigns.facts.rows import Row
from campaigns.facts.upsert import Verdict
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
    shape = DailyAnswerSerializer
    queryset = QuerySet(DailyFact)  # names the model to the schema; what is read is below
    ordering = ("day", "id")

    def get_queryset(self) -> Any:
        return daily_facts_of(self.client)

    def upsert(self, client: Client, rows: Sequence[Row], source: str) -> list[Verdict]:
        return daily_upsert_many(client, rows, source)


class DailyList(DailyView):
    capabilities = {"GET": "see_data", "POST": "edit_data"}
    filterset_class = DailyFilter
    sorts = ("day", "updated_at")

    @extend_schema(
        operation_id="daily_facts_list",
        tags=["daily facts"],
        responses=DailyAnswerSerializer(many=True),
    )
    def get(self, request: Request, client: str) -> Response:
        """Daily facts, the latest day first."""
        return self.listed()

    @extend_schema(
        operation_id="daily_facts_create",
        tags=["daily facts"],
        responses={201: DailyAnswerSerializer},
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Create one daily fact. If its `external_id` is known already: 409."""
        return self.created()


class DailyDetail(DailyView):
    capabilities = {"GET": "see_data", "PATCH": "edit_data"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="daily_facts_detail", tags=["daily facts"], responses=DailyAnswerSerializer
    )
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One daily fact."""
        return Response(self.get_serializer(self.found(pk)).data)

    @extend_schema(
        operation_id="daily_facts_change", tags=["daily facts"], responses=DailyAnswerSerializer
    )
    @honours_key
    def patch(self, request: Request, client: str, pk: int) -> Response:
        """Change what the body names; the rest stays."""
        return self.changed(self.found(pk), ("external_id", "family"))


class DailyBulk(DailyView):
    parameters = frozenset(("atomic",))
    capabilities = {"POST": "edit_data"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="daily_facts_bulk",
        tags=["daily facts"],
        parameters=[ATOMIC],
        request=bulk_shape("DailyBulk", DailySerializer),
        responses={200: BulkAnswerSerializer},
        examples=[
            OpenApiExample(
                "A day of a campaign",
                value={
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
                request_only=True,
            )
        ],
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Create or change up to 1000 daily facts by `external_id`, with a verdict on each row."""
        return self.bulk(request)
