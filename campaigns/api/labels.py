"""What facts point at, by API: campaigns, salespeople and customers."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from campaigns.api.facts import IN_USE, FactView
from campaigns.api.fields import (
    DayField,
    country_field,
    external_id_field,
    flag_field,
    salesperson_field,
    text_field,
)
from campaigns.api.named import named, sees_persons
from campaigns.api.rows import RowSerializer
from campaigns.facts.labels import CAMPAIGNS, CUSTOMERS, SALESPEOPLE
from campaigns.facts.queries import campaigns_of, customers_of, salespeople_of
from campaigns.models import Campaign, Customer, Salesperson


def _day(help_text: str) -> DayField:
    return DayField(required=False, allow_null=True, help_text=help_text)


class CampaignSerializer(RowSerializer):
    """A campaign: its identity is its id on its platform, its label the current name."""

    ignored = frozenset(("id",))

    external_id = external_id_field()
    name = text_field(200, "Else the id.")
    platform = text_field(40)
    starts_on = _day("For information: facts count on their own days.")
    ends_on = _day("Not before it starts.")
    is_archived = flag_field("Out of the lists to choose from; its facts stay.")

    def to_representation(self, campaign: Campaign) -> dict[str, Any]:
        return {
            "id": campaign.pk,
            "external_id": campaign.external_id,
            "name": campaign.name,
            "platform": campaign.platform,
            "starts_on": campaign.starts_on,
            "ends_on": campaign.ends_on,
            "is_archived": campaign.archived_at is not None,
        }


class CampaignAnswerSerializer(CampaignSerializer):
    """A campaign as it is answered."""

    id = serializers.IntegerField()


class CampaignFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    name = filters.CharFilter()
    platform = filters.CharFilter()
    is_archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True
    )


class CampaignView(FactView):
    serializer_class = CampaignSerializer
    queryset = QuerySet(Campaign)  # names the model to the schema; what is read is below
    kind = CAMPAIGNS
    word, one, many = "campaigns", "a campaign", "Campaigns"
    sorts = ("name", "updated_at")
    shape = CampaignAnswerSerializer
    goes = IN_USE
    narrowed_by = CampaignFilter
    example = (
        "A campaign",
        {"rows": [{"external_id": "987654", "name": "Otoño", "platform": "google_ads"}]},
    )

    def get_queryset(self) -> Any:
        return campaigns_of(self.client)


class SalespersonSerializer(RowSerializer):
    """Who sells for the client. Needs no login."""

    ignored = frozenset(("id",))

    external_id = external_id_field()
    name = text_field(150, "Else the id.")
    ended_on = _day("The last day of somebody who has left; past results stay.")
    member = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=10**18,
        help_text="The number of a member of the agency: they see their own leads counted.",
    )

    def to_representation(self, salesperson: Salesperson) -> dict[str, Any]:
        return {
            "id": salesperson.pk,
            "external_id": salesperson.external_id,
            "name": salesperson.name,
            "ended_on": salesperson.ended_on,
            "member": salesperson.membership_id,
        }


class SalespersonAnswerSerializer(SalespersonSerializer):
    """A salesperson as they are answered."""

    id = serializers.IntegerField()


class SalespersonFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    name = filters.CharFilter()
    member = filters.NumberFilter(
        field_name="membership_id", min_value=1, max_value=10**18, decimal_places=0
    )


class SalespersonView(FactView):
    serializer_class = SalespersonSerializer
    queryset = QuerySet(Salesperson)  # names the model to the schema; what is read is below
    kind = SALESPEOPLE
    word, one, many = "salespeople", "a salesperson", "Salespeople"
    sorts = ("name", "updated_at")
    shape = SalespersonAnswerSerializer
    goes = IN_USE
    narrowed_by = SalespersonFilter
    example = ("A salesperson", {"rows": [{"external_id": "s-7", "name": "Sergio"}]})

    def get_queryset(self) -> Any:
        return salespeople_of(self.client)


class CustomerSerializer(RowSerializer):
    """A person or company that buys from the client."""

    ignored = frozenset(("id",))

    external_id = external_id_field()
    name = text_field(150, "Read with the scope of leads only; else it is not in the answer.")
    country = country_field()
    salesperson = salesperson_field()
    salesperson_name = text_field(150)

    def to_representation(self, customer: Customer) -> dict[str, Any]:
        names = {"name": customer.name} if sees_persons(self) else {}
        return {
            "id": customer.pk,
            "external_id": customer.external_id,
            **names,
            "country": customer.country,
            **named("salesperson", customer.salesperson),
        }


class CustomerAnswerSerializer(CustomerSerializer):
    """A customer as they are answered."""

    id = serializers.IntegerField()


class CustomerFilter(filters.FilterSet):
    external_id = filters.CharFilter()
    country = filters.CharFilter()
    salesperson = filters.CharFilter(field_name="salesperson__external_id")


class CustomerView(FactView):
    serializer_class = CustomerSerializer
    queryset = QuerySet(Customer)  # names the model to the schema; what is read is below
    kind = CUSTOMERS
    word, one, many = "customers", "a customer", "Customers"
    shape = CustomerAnswerSerializer
    goes = IN_USE
    narrowed_by = CustomerFilter
    example = (
        "A customer",
        {"rows": [{"external_id": "C-12", "name": "Vinos del Sur", "country": "ES"}]},
    )

    def get_queryset(self) -> Any:
        return customers_of(self.client)
