"""Endpoints by API: for keys and people of the whole agency. A secret is in one answer and nowhere else."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_whole_agency
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ApiView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.queries import clients_named, membership_in
from webhooks.api import shapes
from webhooks.endpoint_services import (
    EndpointWish,
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    endpoint_rotate,
    endpoint_test,
)
from webhooks.models import Delivery, Endpoint, State
from webhooks.queries import (
    clients_of_endpoints,
    deliveries_of,
    delivery_of_event,
    endpoint_in,
    endpoints_of,
    last_attempts,
)
from webhooks.replaying import delivery_replay, events_replay

NEEDS = "manage_webhooks"


class NotConfirmed(DomainError):
    status = 403


class EndpointView(ApiView):
    """What the endpoints of this file share: the gate, and who acts."""

    def house(self) -> Agency:
        return access_whole_agency(self.access, NEEDS)

    def found(self, pk: int) -> Endpoint:
        row = endpoint_in(self.house(), pk)
        if row is None:
            raise Http404
        return row

    def confirmed(self, request: Request) -> None:
        """As in the portal: who is logged in shows again that it is still them. Keys are not asked."""
        is_person = self.access.membership is not None
        if is_person and is_reauthentication_required(request._request, app="rumbo"):
            raise NotConfirmed(
                "confirmation_needed", _("Confirm in the portal first that it is you.")
            )

    def clients(self, slugs: list[str] | None) -> list[Client] | None:
        """The named clients; ValidationError if one of them is none, or if the list is empty."""
        if slugs is None:
            return None
        found = {client.slug: client for client in clients_named(self.house(), slugs)}
        unknown = sorted(set(slugs) - set(found))
        if unknown or not slugs:
            message = _("There is no client “%(name)s”.") % {"name": ", ".join(unknown)[:200]}
            raise ValidationError({"clients": [ErrorDetail(message, "unknown_client")]})
        return list(found.values())

    def checked(self, request: Request, shape: Any) -> dict[str, Any]:
        refuse_unknown_fields(request.data, shape.fields)
        checked: dict[str, Any] = shape.run_validation(request.data)
        return checked

    def document(self, row: Endpoint) -> dict[str, Any]:
        limits = clients_of_endpoints(self.house(), [row])
        return shapes.endpoint_document(row, limits.get(row.pk))


class EndpointList(EndpointView):
    capabilities = {"GET": NEEDS, "POST": NEEDS}
    shape = shapes.EndpointShape
    sorts = ("created_at", "updated_at")
    queryset = QuerySet(Endpoint)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return endpoints_of(self.house())

    @extend_schema(
        operation_id="webhooks_list", tags=["webhooks"], responses=shapes.EndpointShape(many=True)
    )
    def get(self, request: Request) -> Response:
        """Webhooks, the newest first."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        limits = clients_of_endpoints(self.house(), rows)
        return self.get_paginated_response(
            [shapes.endpoint_document(row, limits.get(row.pk)) for row in rows]
        )

    @extend_schema(
        operation_id="webhooks_create",
        tags=["webhooks"],
        request=shapes.WishShape,
        responses={201: shapes.NewEndpointShape},
    )
    @honours_key("secret")
    def post(self, request: Request) -> Response:
        """A new webhook. Keep its secret: no other answer has it."""
        house = self.house()
        self.confirmed(request)
        asked = self.checked(request, shapes.WishShape())
        clients = self.clients(asked.pop("clients"))
        maker = self.access.membership or membership_in(house, self.access.actor_id or 0)
        made, secret = endpoint_create(house, EndpointWish(**asked, clients=clients), maker)
        return Response({**self.document(made), "secret": secret}, status=201)


class EndpointDetail(EndpointView):
    capabilities = {"GET": NEEDS, "PATCH": NEEDS, "DELETE": NEEDS}
    shape = shapes.EndpointShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="webhooks_detail", tags=["webhooks"], responses=shapes.EndpointShape
    )
    def get(self, request: Request, pk: int) -> Response:
        """One webhook."""
        return Response(self.document(self.found(pk)))

    @extend_schema(
        operation_id="webhooks_change",
        tags=["webhooks"],
        request=shapes.ChangeShape,
        responses=shapes.EndpointShape,
    )
    @honours_key
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named; the rest stays. Switched on, it gets what was held back."""
        row, now = self.found(pk), timezone.now()
        self.confirmed(request)
        asked = self.checked(request, shapes.ChangeShape())
        is_on = asked.pop("is_on", row.disabled_at is None)
        if asked:
            if "clients" in asked:
                clients = self.clients(asked["clients"])
            else:
                clients = clients_of_endpoints(self.house(), [row]).get(row.pk)
            wish = {"name": row.name, "url": row.url, "kinds": row.kinds, **asked}
            endpoint_change(row, EndpointWish(**{**wish, "clients": clients}))
        if not is_on:
            endpoint_disable(row, now)
        elif row.disabled_at is not None:
            endpoint_enable(row, now)
        return Response(self.document(row))

    @extend_schema(
        operation_id="webhooks_delete", tags=["webhooks"], request=None, responses={204: None}
    )
    @honours_key
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a webhook with its log. The events stay."""
        row = self.found(pk)
        self.confirmed(request)
        endpoint_delete(row)
        return Response(status=204)


class EndpointSecret(EndpointView):
    capabilities = {"POST": NEEDS}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="webhooks_rotate",
        tags=["webhooks"],
        request=None,
        responses=shapes.SecretShape,
    )
    @honours_key("secret")
    def post(self, request: Request, pk: int) -> Response:
        """A new secret. The present one signs beside it for a day."""
        row = self.found(pk)
        self.confirmed(request)
        return Response({"secret": endpoint_rotate(row, timezone.now())})


class EndpointTest(EndpointView):
    capabilities = {"POST": NEEDS}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="webhooks_test", tags=["webhooks"], request=None, responses=shapes.EventShape
    )
    @honours_key
    def post(self, request: Request, pk: int) -> Response:
        """Send a `webhook.test`."""
        row = self.found(pk)
        made = endpoint_test(row, str(request.user or "API"), timezone.now())
        return Response(shapes.event_document(made))


class EndpointReplay(EndpointView):
    capabilities = {"POST": NEEDS}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="webhooks_replay",
        tags=["webhooks"],
        request=shapes.ReplayShape,
        responses=shapes.CountShape,
    )
    @honours_key
    def post(self, request: Request, pk: int) -> Response:
        """Send again one event, or all since an instant. Each keeps its webhook-id."""
        row, now = self.found(pk), timezone.now()
        asked = self.checked(request, shapes.ReplayShape())
        if ("event" in asked) == ("since" in asked):
            raise DomainError("what_to_replay", _("Name either an event or an instant."))
        if "since" in asked:
            count = events_replay(row, asked["since"], now, asked["with_delivered"])
            return Response({"events": count})
        delivery = delivery_of_event(row, asked["event"])
        if delivery is None:
            raise DomainError("unknown_event", _("This webhook was never given that event."))
        delivery_replay(delivery, now)
        return Response({"events": 1})


class DeliveryFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=[(each, each) for each in State.values])
    type = filters.CharFilter(field_name="event__kind", label="Name of the event.")


class DeliveryList(EndpointView):
    capabilities = {"GET": NEEDS}
    shape = shapes.DeliveryShape
    filterset_class = DeliveryFilter
    queryset = QuerySet(Delivery)  # names the model to the schema; what is read is below

    @extend_schema(
        operation_id="webhooks_deliveries",
        tags=["webhooks"],
        responses=shapes.DeliveryShape(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """What became of each event of the last 30 days at this webhook, the newest first."""
        rows = deliveries_of(self.found(pk))
        page = self.paginate_queryset(self.filter_queryset(rows)) or []
        last = last_attempts(page)
        return self.get_paginated_response(
            [shapes.delivery_document(row, last.get(row.pk)) for row in page]
        )
