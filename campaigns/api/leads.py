"""Leads by API: persons with the dates of their stages."""

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
    CountryField,
    CurrencyField,
    DayField,
    InstantField,
    MoneyField,
    money_text,
)
from campaigns.api.rows import BulkAnswerSerializer, RowSerializer, bulk_shape
from campaigns.channels import CODES
from campaigns.facts.leads import LEAD_TEXTS, MOMENTS, lead_upsert_many
from campaigns.facts.queries import leads_of
from campaigns.facts.rows import Row
from campaigns.facts.upsert import Verdict
from campaigns.models import Lead
from campaigns.models.leads import LeadStatus

DEVICES = ("desktop", "mobile", "tablet", "other")


def text_field(longest: int, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(
        max_length=longest, required=False, allow_blank=True, allow_null=True, help_text=help_text
    )


def _instant(help_text: str) -> InstantField:
    return InstantField(required=False, allow_null=True, help_text=help_text)


def _day(help_text: str = "Where no time is known; else the local day of the instant.") -> DayField:
    return DayField(required=False, allow_null=True, help_text=help_text)


class LeadSerializer(RowSerializer):
    """A lead. Each stage has an instant (`mql_at`), or only a day (`mql_on`)."""

    ignored = frozenset(("id", "stage", "source"))

    external_id = serializers.CharField(min_length=1, max_length=200)
    name = text_field(150)
    email = text_field(254)
    phone = text_field(40)
    status = serializers.ChoiceField(
        choices=LeadStatus.values, required=False, help_text="Only valid leads are counted."
    )
    created_at = _instant("When the lead came in.")
    created_on = _day()
    answered_at = _instant("When somebody first answered.")
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
    salesperson = text_field(200, "The salesperson's id in your system. A new one is made.")
    salesperson_name = text_field(150)
    mql_at = _instant("Qualified by marketing.")
    mql_on = _day()
    sql_at = _instant("Qualified by sales.")
    sql_on = _day()
    opp_at = _instant("Became an opportunity.")
    opp_on = _day()
    closed_at = _instant("Won or lost.")
    closed_on = _day()
    outcome = serializers.ChoiceField(
        choices=["won", "lost"], required=False, allow_null=True, help_text="Needs a closing day."
    )
    lost_reason = text_field(200)
    customer = text_field(200, "The customer that a won lead became; else one of its own is made.")
    customer_name = text_field(150)
    amount = MoneyField(
        required=False, allow_null=True, min_value=0, help_text="Of the opportunity."
    )
    currency = CurrencyField(
        required=False, allow_blank=True, allow_null=True, help_text="Else the client's."
    )

    def to_representation(self, lead: Lead) -> dict[str, Any]:
        return lead_document(lead)


class LeadAnswerSerializer(LeadSerializer):
    """A lead as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later
    stage = serializers.CharField(help_text="lead, mql, sql, opp, customer or lost.")


def lead_document(lead: Lead) -> dict[str, Any]:
    """A lead as JSON; it may be sent back as it is."""
    texts = {name: getattr(lead, name) for name in LEAD_TEXTS}
    moments = {
        f"{moment}_{part}": getattr(lead, f"{moment}_{part}")
        for moment in MOMENTS
        for part in ("at", "on")
    }
    return {
        "id": lead.pk,
        "source": lead.source,
        "external_id": lead.external_id,
        "stage": str(lead.stage),
        "status": lead.status,
        **texts,
        "outcome": lead.outcome or None,
        **moments,
        "answered_at": lead.answered_at,
        "channel": lead.channel,
        "campaign": lead.campaign.external_id if lead.campaign else None,
        "campaign_name": lead.campaign.name if lead.campaign else None,
        "landing_page": lead.landing_page.path if lead.landing_page else None,
        "salesperson": lead.salesperson.external_id if lead.salesperson else None,
        "salesperson_name": lead.salesperson.name if lead.salesperson else None,
        "customer": lead.customer.external_id if lead.customer else None,
        "customer_name": lead.customer.name if lead.customer else None,
        "amount": money_text(lead.amount, lead.currency),
    }


class LeadFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    email = filters.CharFilter()
    status = filters.ChoiceFilter(choices=LeadStatus.choices)
    outcome = filters.ChoiceFilter(choices=[("won", "won"), ("lost", "lost")])
    channel = filters.ChoiceFilter(choices=[(code, code) for code in CODES])
    campaign = filters.CharFilter(field_name="campaign__external_id")
    salesperson = filters.CharFilter(field_name="salesperson__external_id")
    created_from = DayFilter(field_name="created_on", lookup_expr="gte")
    created_to = DayFilter(field_name="created_on", lookup_expr="lte")


class LeadView(FactView):
    serializer_class = LeadSerializer
    shape = LeadAnswerSerializer
    queryset = QuerySet(Lead)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return leads_of(self.client)

    def upsert(self, client: Client, rows: Sequence[Row], source: str) -> list[Verdict]:
        return lead_upsert_many(client, rows, source)


class LeadList(LeadView):
    capabilities = {"GET": "see_leads", "POST": "edit_leads"}
    filterset_class = LeadFilter
    sorts = ("updated_at",)

    @extend_schema(
        operation_id="leads_list", tags=["leads"], responses=LeadAnswerSerializer(many=True)
    )
    def get(self, request: Request, client: str) -> Response:
        """Leads, the newest first."""
        return self.listed()

    @extend_schema(
        operation_id="leads_create", tags=["leads"], responses={201: LeadAnswerSerializer}
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Create one lead. If its `external_id` is known already: 409."""
        return self.created()


class LeadDetail(LeadView):
    capabilities = {"GET": "see_leads", "PATCH": "edit_leads"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="leads_detail", tags=["leads"], responses=LeadAnswerSerializer)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One lead."""
        return Response(self.get_serializer(self.found(pk)).data)

    @extend_schema(operation_id="leads_change", tags=["leads"], responses=LeadAnswerSerializer)
    @honours_key
    def patch(self, request: Request, client: str, pk: int) -> Response:
        """Change what the body names; the rest stays."""
        return self.changed(self.found(pk), ("external_id",))


class LeadBulk(LeadView):
    parameters = frozenset(("atomic",))
    capabilities = {"POST": "edit_leads"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="leads_bulk",
        tags=["leads"],
        parameters=[ATOMIC],
        request=bulk_shape("LeadBulk", LeadSerializer),
        responses={200: BulkAnswerSerializer},
        examples=[
            OpenApiExample(
                "A new lead, and one that was won",
                value={
                    "source": "hubspot",
                    "rows": [
                        {
                            "external_id": "L-1001",
                            "created_at": "2026-03-31T18:30:00-03:00",
                            "utm_source": "google",
                            "utm_medium": "cpc",
                            "campaign": "987654",
                            "campaign_name": "Otoño",
                        },
                        {
                            "external_id": "L-0990",
                            "closed_on": "2026-03-31",
                            "outcome": "won",
                            "amount": "1250.00",
                        },
                    ],
                },
                request_only=True,
            )
        ],
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Create or change up to 1000 leads by `external_id`, with a verdict on each row."""
        return self.bulk(request)
