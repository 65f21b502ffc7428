"""Sales with their lines, and refunds, by API."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.parsing import refuse_unknown_fields
from campaigns.api.facts import DayFilter, FactView
from campaigns.api.fields import (
    MOST_COUNT,
    MoneyField,
    campaign_field,
    channel_field,
    country_field,
    currency_field,
    customer_field,
    day_field,
    device_field,
    external_id_field,
    instant_field,
    money_text,
    salesperson_field,
    text_field,
)
from campaigns.api.named import id_of, moment, named, person
from campaigns.api.rows import RowSerializer
from campaigns.channels import CODES
from campaigns.facts.lines import MOST_LINES
from campaigns.facts.queries import lines_of_sales, refunds_of, sales_of
from campaigns.facts.refunds import REFUNDS
from campaigns.facts.sales import SALES
from campaigns.models import Refund, Sale, SaleLine
from campaigns.models.sales import LineKind, SaleKind


def _money(help_text: str = "", **options: Any) -> MoneyField:
    return MoneyField(required=False, allow_null=True, help_text=help_text, **options)


class TouchedSerializer(RowSerializer):
    """What sales and refunds share: where they came from, and who sold."""

    ignored = frozenset(("id", "source"))

    external_id = external_id_field()
    currency = currency_field()
    cost_of_goods = _money("What the goods cost; null: not known.", min_value=0)
    customer = customer_field("The customer's id in your system. A new one is made.")
    customer_name = text_field(150)
    utm_source = text_field(100, "Source and medium give the channel.")
    utm_medium = text_field(100)
    channel = channel_field()
    campaign = campaign_field()
    campaign_name = text_field(200)
    device = device_field()
    country = country_field()
    salesperson = salesperson_field()
    salesperson_name = text_field(150)

    def shared(self, fact: Sale | Refund) -> dict[str, Any]:
        return {
            "id": fact.pk,
            "source": fact.source,
            "external_id": fact.external_id,
            "amount": money_text(fact.amount, fact.currency),
            "currency": fact.currency,
            "cost_of_goods": money_text(fact.cost_of_goods, fact.currency),
            **person(self, fact.customer),
            "utm_source": fact.utm_source,
            "utm_medium": fact.utm_medium,
            "channel": fact.channel,
            **named("campaign", fact.campaign),
            "device": fact.device,
            "country": fact.country,
            **named("salesperson", fact.salesperson),
        }


class LineSerializer(serializers.Serializer[Any]):
    """A product in a sale. An amount below 0 is a discount."""

    product = text_field(200, "The product's id in your system. A new one is made.")
    product_name = text_field(200)
    units = serializers.IntegerField(
        required=False, allow_null=True, min_value=-MOST_COUNT, max_value=MOST_COUNT
    )
    unit_price = _money("Of one, where there is no amount.")
    amount = _money("Else units times unit_price.")
    unit_cost = _money("Of one, where there is no cost of goods; else the product's.", min_value=0)
    cost_of_goods = _money("Of all units.")
    kind = serializers.ChoiceField(
        choices=LineKind.values, required=False, allow_blank=True, allow_null=True
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        refuse_unknown_fields(data, self.fields)
        return super().to_internal_value(data)


class SaleSerializer(TouchedSerializer):
    """An order or a won deal: gross less discounts, without tax and shipping."""

    ignored = frozenset(("id", "source", "is_first"))

    sold_at = instant_field("When it was sold.")
    sold_on = day_field()
    amount = _money("Of a sale with lines, their sum.", min_value=0)
    kind = serializers.ChoiceField(
        choices=SaleKind.values, required=False, allow_blank=True, allow_null=True
    )
    lead = text_field(200, "A lead's external id: what the row leaves open is the lead's.")
    lines = serializers.ListField(
        child=LineSerializer(),
        required=False,
        allow_null=True,
        max_length=MOST_LINES,
        help_text="All of them, in place of those that were there; null leaves these.",
    )

    def to_representation(self, sale: Sale) -> dict[str, Any]:
        return {
            **self.shared(sale),
            **moment(sale, "sold"),
            "kind": sale.kind,
            "lead": id_of(sale.lead),
            "is_first": sale.is_first,
            "lines": [
                _line_document(line, sale) for line in self.context["lines"].get(sale.pk, [])
            ],
        }


def _line_document(line: SaleLine, sale: Sale) -> dict[str, Any]:
    return {
        **named("product", line.product),
        "units": line.units,
        "amount": money_text(line.amount, sale.currency),
        "cost_of_goods": money_text(line.cost_of_goods, sale.currency),
        "kind": line.kind,
    }


class SaleAnswerSerializer(SaleSerializer):
    """A sale as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later
    is_first = serializers.BooleanField(
        help_text="The customer's first: the earliest that was not wholly given back in 30 days."
    )


class SaleFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    customer = filters.CharFilter(field_name="customer__external_id")
    lead = filters.CharFilter(field_name="lead__external_id")
    channel = filters.ChoiceFilter(choices=[(code, code) for code in CODES])
    campaign = filters.CharFilter(field_name="campaign__external_id")
    salesperson = filters.CharFilter(field_name="salesperson__external_id")
    is_first = filters.BooleanFilter()
    sold_from = DayFilter(field_name="sold_on", lookup_expr="gte")
    sold_to = DayFilter(field_name="sold_on", lookup_expr="lte")


class SaleView(FactView):
    serializer_class = SaleSerializer
    queryset = QuerySet(Sale)  # names the model to the schema; what is read is below
    kind = SALES
    word, one, many = "sales", "a sale", "Sales"
    shape = SaleAnswerSerializer
    goes = "Its lines and refunds go with it; a won lead without any other sale is open again."
    narrowed_by = SaleFilter
    ordering = ("sold_on", "id")
    sorts = ("sold_on", "updated_at")
    order = "the latest day first"
    example = (
        "An order with two lines",
        {
            "source": "shop",
            "rows": [
                {
                    "external_id": "1001",
                    "sold_at": "2026-03-31T18:30:00+02:00",
                    "customer": "C-12",
                    "utm_source": "newsletter",
                    "utm_medium": "email",
                    "lines": [
                        {"product": "RIO-6", "units": 2, "unit_price": "54.00"},
                        {"product": "BOX", "units": 1, "amount": "4.50"},
                    ],
                }
            ],
        },
    )

    def get_queryset(self) -> Any:
        return sales_of(self.client)

    def beside(self, rows: Sequence[Sale]) -> dict[str, Any]:
        return {"lines": lines_of_sales(self.client, rows)}


class RefundSerializer(TouchedSerializer):
    """Money given back: a fact of its own day. Of a sale it takes channel, campaign and customer."""

    sale = text_field(200, "The sale's external id. A credit note may name none.")
    refunded_at = instant_field("When it was given back.")
    refunded_on = day_field()
    amount = MoneyField(required=False, min_value=0, help_text="Above 0.")
    product = text_field(200, "The product that came back. A new one is made.")
    product_name = text_field(200)
    units = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MOST_COUNT
    )

    def to_representation(self, refund: Refund) -> dict[str, Any]:
        return {
            **self.shared(refund),
            **moment(refund, "refunded"),
            "sale": id_of(refund.sale),
            **named("product", refund.product),
            "units": refund.units,
        }


class RefundAnswerSerializer(RefundSerializer):
    """A refund as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


class RefundFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    sale = filters.CharFilter(field_name="sale__external_id")
    channel = filters.ChoiceFilter(choices=[(code, code) for code in CODES])
    campaign = filters.CharFilter(field_name="campaign__external_id")
    refunded_from = DayFilter(field_name="refunded_on", lookup_expr="gte")
    refunded_to = DayFilter(field_name="refunded_on", lookup_expr="lte")


class RefundView(FactView):
    serializer_class = RefundSerializer
    queryset = QuerySet(Refund)  # names the model to the schema; what is read is below
    kind = REFUNDS
    word, one, many = "refunds", "a refund", "Refunds"
    shape = RefundAnswerSerializer
    narrowed_by = RefundFilter
    ordering = ("refunded_on", "id")
    sorts = ("refunded_on", "updated_at")
    order = "the latest day first"
    example = (
        "A part of an order, given back",
        {
            "source": "shop",
            "rows": [
                {
                    "external_id": "R-1",
                    "sale": "1001",
                    "refunded_on": "2026-04-02",
                    "amount": "54.00",
                    "product": "RIO-6",
                    "units": 1,
                }
            ],
        },
    )

    def get_queryset(self) -> Any:
        return refunds_of(self.client)
