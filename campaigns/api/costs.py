"""Costs in layers and planned budgets, by API."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.models import Client
from campaigns.api.facts import DayFilter, FactView
from campaigns.api.fields import (
    DayField,
    MoneyField,
    campaign_field,
    channel_field,
    currency_field,
    external_id_field,
    flag_field,
    money_text,
    salesperson_field,
    text_field,
)
from campaigns.api.named import named
from campaigns.api.rows import RowSerializer
from campaigns.channels import CODES
from campaigns.facts.costs import BUDGETS, COSTS, SHARED_COSTS
from campaigns.facts.queries import budgets_of, costs_of
from campaigns.facts.rows import Row
from campaigns.facts.upsert import Verdict, upsert
from campaigns.models import Budget, Cost
from campaigns.models.costs import Layer


class PeriodSerializer(RowSerializer):
    """An amount over days, first and last included: it is spread over them evenly, to the cent."""

    ignored = frozenset(("id", "source"))

    external_id = external_id_field()
    starts_on = DayField(required=False, help_text="The first day. A new row needs it.")
    ends_on = DayField(required=False, help_text="The last day; of a new row, else the first.")
    amount = MoneyField(required=False, min_value=0, help_text="Of all days together.")
    currency = currency_field()
    channel = channel_field("Null: of no channel.")
    campaign = campaign_field()
    campaign_name = text_field(200)

    def to_representation(self, fact: Any) -> dict[str, Any]:
        return {
            "id": fact.pk,
            "source": fact.source,
            "external_id": fact.external_id,
            "starts_on": fact.starts_on,
            "ends_on": fact.ends_on,
            "amount": money_text(fact.amount, fact.currency),
            "currency": fact.currency,
            "channel": fact.channel or None,
            **named("campaign", fact.campaign),
        }


class PeriodFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    channel = filters.ChoiceFilter(choices=[(code, code) for code in CODES])
    campaign = filters.CharFilter(field_name="campaign__external_id")
    # Whatever lies in part between two days.
    day_from = DayFilter(field_name="ends_on", lookup_expr="gte")
    day_to = DayFilter(field_name="starts_on", lookup_expr="lte")


class BudgetSerializer(PeriodSerializer):
    """Planned advertising money."""


class BudgetAnswerSerializer(BudgetSerializer):
    """A budget as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


class BudgetView(FactView):
    serializer_class = BudgetSerializer
    queryset = QuerySet(Budget)  # names the model to the schema; what is read is below
    kind = BUDGETS
    word, one, many = "budgets", "a budget", "Budgets"
    shape = BudgetAnswerSerializer
    narrowed_by = PeriodFilter
    ordering = ("starts_on", "id")
    sorts = ("starts_on", "updated_at")
    order = "the latest start first"
    example = (
        "A month of a channel",
        {
            "source": "planner",
            "rows": [
                {
                    "external_id": "2026-03:paid_search",
                    "starts_on": "2026-03-01",
                    "ends_on": "2026-03-31",
                    "amount": "3000.00",
                    "channel": "paid_search",
                }
            ],
        },
    )

    def get_queryset(self) -> Any:
        return budgets_of(self.client)


class CostSerializer(PeriodSerializer):
    """A cost of one layer. What is not shared is for those who see the agency's own costs."""

    layer = serializers.ChoiceField(
        choices=Layer.values, required=False, help_text="Of a new row, else media."
    )
    is_shared = flag_field(
        "The client sees this row. People and tools are not shared unless it says so; what is not"
        " shared needs the scope `costs` to be read or written."
    )
    salesperson = salesperson_field()
    salesperson_name = text_field(150)
    description = text_field(200)

    def to_representation(self, fact: Any) -> dict[str, Any]:
        return {
            **super().to_representation(fact),
            "layer": fact.layer,
            "is_shared": fact.is_shared,
            **named("salesperson", fact.salesperson),
            "description": fact.description,
        }


class CostAnswerSerializer(CostSerializer):
    """A cost as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


class CostFilter(PeriodFilter):
    layer = filters.ChoiceFilter(choices=Layer.choices)
    is_shared = filters.BooleanFilter()
    salesperson = filters.CharFilter(field_name="salesperson__external_id")


class CostView(FactView):
    serializer_class = CostSerializer
    queryset = QuerySet(Cost)  # names the model to the schema; what is read is below
    kind = COSTS
    word, one, many = "costs", "a cost", "Costs"
    shape = CostAnswerSerializer
    narrowed_by = CostFilter
    ordering = ("starts_on", "id")
    sorts = ("starts_on", "updated_at")
    order = "the latest start first"
    example = (
        "A fee of a month",
        {
            "source": "billing",
            "rows": [
                {
                    "external_id": "F-2026-03",
                    "layer": "fee",
                    "starts_on": "2026-03-01",
                    "ends_on": "2026-03-31",
                    "amount": "900.00",
                    "description": "Monthly fee",
                }
            ],
        },
    )

    def get_queryset(self) -> Any:
        return costs_of(self.client, sees_agency_only=self.access.can("see_costs"))

    def upsert(
        self, client: Client, rows: Sequence[Row], source: str, is_new_likely: bool = False
    ) -> list[Verdict]:
        kind = COSTS if self.access.can("see_costs") else SHARED_COSTS
        return upsert(kind, client, rows, source, is_new_likely=is_new_likely)
