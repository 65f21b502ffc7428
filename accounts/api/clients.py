"""The agency's clients, as far as the caller sees them. Read only: they are managed in the portal."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import clients_of
from accounts.api.views import ApiView, ClientView
from accounts.models import Client


class ClientSerializer(serializers.ModelSerializer):
    """A client: its currency, and the calendar by which its days are counted."""

    is_archived = serializers.SerializerMethodField(help_text="Archived clients keep their data.")

    class Meta:
        model = Client
        fields = (
            "slug", "name", "currency", "time_zone", "language", "week_start", "fiscal_month",
            "cost_basis", "cohort_days", "profit_basis", "repeat_days", "active_days", "sla_minutes",
            "is_archived",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_archived(self, client: Client) -> bool:
        return client.archived_at is not None


class ClientList(ApiView):
    capabilities = {"GET": None}
    serializer_class = ClientSerializer
    shape = ClientSerializer
    queryset = QuerySet(Client)  # names the model to the schema; what is read is below
    sorts = ("name", "updated_at")

    def get_queryset(self) -> Any:
        return clients_of(self.access)

    @extend_schema(
        operation_id="clients_list", tags=["clients"], responses=ClientSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """The clients you see, the newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ClientDetail(ClientView):
    capabilities = {"GET": None}
    serializer_class = ClientSerializer
    shape = ClientSerializer
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="clients_detail", tags=["clients"])
    def get(self, request: Request, client: str) -> Response:
        """One client."""
        return Response(self.get_serializer(self.client).data)
