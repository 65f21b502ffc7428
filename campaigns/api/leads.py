"""Leads by API: persons with the dates of their stages."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from campaigns.api.facts import IN_USE, DayFilter, FactView
from campaigns.api.fields import (
    DEVICES,
    ChannelField,
    CountryField,
    CurrencyField,
    MoneyField,
    day_field,
    instant_field,
    money_text,
    text_field,
)
from campaigns.api.rows import RowSerializer
from campaigns.channels import CODES
from campaigns.facts.leads import LEAD_TEXTS, LEADS, MOMENTS
from campaigns.facts.queries import leads_of
from campaigns.models import Lead
from campaigns.models.leads import LeadStatus


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
    created_at = instant_field("When the lead came in.")
    created_on = day_field()
    answered_at = instant_field("When somebody first answered.")
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
    mql_at = instant_field("Qualified by marketing.")
    mql_on = day_field()
    sql_at = instant_field("Qualified by sales.")
    sql_on = day_field()
    opp_at = instant_field("Became an opportunity.")
    opp_on = day_field()
    closed_at = instant_field("Won or lost.")
    closed_on = day_field()
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
    queryset = QuerySet(Lead)  # names the model to the schema; what is read is below
    kind = LEADS
    word, one, many = "leads", "a lead", "Leads"
    sees, edits = "see_leads", "edit_leads"
    shape = LeadAnswerSerializer
    goes = "Its sales and contacts go along only if you say so. " + IN_USE
    takes_along = True
    narrowed_by = LeadFilter
    example = (
        "A new lead, and one that was won",
        {
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
    )

    def get_queryset(self) -> Any:
        return leads_of(self.client)

    def is_whole(self, lead: Lead) -> bool:
        """One that points at nothing: what a won one brings along is written after it."""
        return not (
            lead.campaign_id or lead.landing_page_id or lead.salesperson_id or lead.customer_id
        )
