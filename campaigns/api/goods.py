"""What the client sells, and the contracts of its customers, by API."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from campaigns.api.facts import IN_USE, DayFilter, FactView
from campaigns.api.fields import (
    DayField,
    MoneyField,
    currency_field,
    customer_field,
    external_id_field,
    money_text,
    text_field,
)
from campaigns.api.named import person
from campaigns.api.rows import RowSerializer
from campaigns.facts.goods import PRODUCTS, TERMS
from campaigns.facts.queries import products_of, terms_of
from campaigns.models import CustomerTerm, Product


class ProductSerializer(RowSerializer):
    """What the client sells: its identity is the shop's id, its label the current name."""

    ignored = frozenset(("id",))

    external_id = external_id_field()
    name = text_field(200)
    unit_cost = MoneyField(
        required=False,
        allow_null=True,
        min_value=0,
        help_text="What one unit costs, for lines to come that do not say it. Null: not known.",
    )
    currency = currency_field("Of its cost; else the client's. Empty without a cost.")

    def to_representation(self, product: Product) -> dict[str, Any]:
        return {
            "id": product.pk,
            "external_id": product.external_id,
            "name": product.name,
            "unit_cost": money_text(product.unit_cost, product.currency),
            "currency": product.currency,
        }


class ProductAnswerSerializer(ProductSerializer):
    """A product as it is answered."""

    id = serializers.IntegerField()


class ProductFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    name = filters.CharFilter()


class ProductView(FactView):
    serializer_class = ProductSerializer
    queryset = QuerySet(Product)  # names the model to the schema; what is read is below
    kind = PRODUCTS
    word, one, many = "products", "a product", "Products"
    sorts = ("name", "updated_at")
    shape = ProductAnswerSerializer
    goes = IN_USE
    narrowed_by = ProductFilter
    example = (
        "A product",
        {"rows": [{"external_id": "SKU-7", "name": "Malbec Reserva", "unit_cost": "4.10"}]},
    )

    def get_queryset(self) -> Any:
        return products_of(self.client)


class TermSerializer(RowSerializer):
    """A contract of a customer: they count as active from its first day to its last."""

    ignored = frozenset(("id", "source"))

    external_id = external_id_field()
    customer = customer_field("Whose contract it is, by their id. A new one is made.")
    customer_name = text_field(150, "Read with the scope of leads only; else it is not there.")
    starts_on = DayField(required=False, help_text="The first day. A new row needs it.")
    ends_on = DayField(
        required=False, allow_null=True, help_text="The last day. Null: until further notice."
    )

    def to_representation(self, term: CustomerTerm) -> dict[str, Any]:
        return {
            "id": term.pk,
            "source": term.source,
            "external_id": term.external_id,
            **person(self, term.customer),
            "starts_on": term.starts_on,
            "ends_on": term.ends_on,
        }


class TermAnswerSerializer(TermSerializer):
    """A contract as it is answered."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


class TermFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    source = filters.CharFilter()
    customer = filters.CharFilter(field_name="customer__external_id")
    # Whatever lies in part between two days; a contract without an end goes on.
    day_from = DayFilter(method="not_before")
    day_to = DayFilter(field_name="starts_on", lookup_expr="lte")

    def not_before(self, rows: Any, name: str, day: Any) -> Any:
        return rows.exclude(ends_on__lt=day)


class TermView(FactView):
    serializer_class = TermSerializer
    queryset = QuerySet(CustomerTerm)  # names the model to the schema; what is read is below
    kind = TERMS
    word, one, many = "terms", "a contract", "Contracts"
    sorts = ("starts_on", "updated_at")
    shape = TermAnswerSerializer
    narrowed_by = TermFilter
    example = (
        "A contract until further notice",
        {"rows": [{"external_id": "K-3", "customer": "C-12", "starts_on": "2026-03-01"}]},
    )

    def get_queryset(self) -> Any:
        return terms_of(self.client)
