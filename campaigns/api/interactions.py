"""Contacts with customers and leads, by API."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from campaigns.api.facts import DayFilter, FactView
from campaigns.api.fields import (
    customer_field,
    day_field,
    external_id_field,
    flag_field,
    instant_field,
    salesperson_field,
    text_field,
)
from campaigns.api.named import id_of, moment, named, person
from campaigns.api.rows import RowSerializer
from campaigns.facts.interactions import INTERACTIONS
from campaigns.facts.queries import interactions_of
from campaigns.models import Interaction
from campaigns.models.contacts import InteractionKind


class InteractionSerializer(RowSerializer):
    """A contact with a customer or a lead."""

    ignored = frozenset(("id", "source"))

    external_id = external_id_field()
    kind = serializers.ChoiceField(
        choices=InteractionKind.values, required=False, help_text="A new row needs it."
    )
    happened_at = instant_field("When.")
    happened_on = day_field()
    customer = customer_field("The customer's id in your system. A new one is made.")
    customer_name = text_field(150)
    lead = text_field(200, "A lead's external id, of whatever source.")
    salesperson = salesperson_field()
    salesperson_name = text_field(150)
    is_inbound = flag_field("The other side answered or wrote.")
    is_held = flag_field("The meeting took place; unsaid, it did.")
    is_bulk = flag_field("Sent to many at once.")

    def to_representation(self, contact: Interaction) -> dict[str, Any]:
        return {
            "id": contact.pk,
            "source": contact.source,
            "external_id": contact.external_id,
            "kind": contact.kind,
            **moment(contact, "happened"),
            **person(self, contact.customer),
            "lead": id_of(contact.lead),
            **named("salesperson", contact.salesperson),
            "is_inbound": contact.is_inbound,
            "is_held": contact.is_held,
            "is_bulk": contact.is_bulk,
        }


class InteractionAnswerSerializer(InteractionSerializer):
    """A contact as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


class InteractionFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=InteractionKind.choices)
    customer = filters.CharFilter(field_name="customer__external_id")
    lead = filters.CharFilter(field_name="lead__external_id")
    salesperson = filters.CharFilter(field_name="salesperson__external_id")
    happened_from = DayFilter(field_name="happened_on", lookup_expr="gte")
    happened_to = DayFilter(field_name="happened_on", lookup_expr="lte")


class InteractionView(FactView):
    serializer_class = InteractionSerializer
    queryset = QuerySet(Interaction)  # names the model to the schema; what is read is below
    kind = INTERACTIONS
    word, one, many = "interactions", "a contact", "Contacts"
    shape = InteractionAnswerSerializer
    narrowed_by = InteractionFilter
    ordering = ("happened_on", "id")
    sorts = ("happened_on", "updated_at")
    order = "the latest day first"
    example = (
        "A call",
        {
            "source": "crm",
            "rows": [
                {
                    "external_id": "T-1",
                    "kind": "call",
                    "happened_at": "2026-03-31T10:30:00+02:00",
                    "customer": "C-12",
                    "salesperson": "s-7",
                    "is_inbound": True,
                }
            ],
        },
    )

    def get_queryset(self) -> Any:
        return interactions_of(self.client)
