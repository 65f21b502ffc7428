"""Events by API: what happened to a client since one last asked. Nothing is skipped, nothing twice."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.pages import MOST, USUAL, limit_asked
from accounts.api.views import ClientView
from accounts.errors import DomainError
from accounts.horizon import horizon
from kpis.api.values import span_fields
from kpis.event_queries import Event, Position, events_after, resources_seen, the_present

START = Position(-1, -1, 0)
NOW = "now"
_LARGEST = 2**63 - 1

EventShape = inline_serializer(
    "Event",
    {
        "at": serializers.DateTimeField(help_text="When it was written; not the feed's order."),
        "resource": serializers.CharField(help_text="As in the addresses: leads, sales, goals …"),
        "action": serializers.CharField(
            help_text="created, changed or removed; of imports done, refused, failed or undone; of "
            "closed figures restated."
        ),
        "id": serializers.IntegerField(allow_null=True, help_text="The row's number."),
        "fields": serializers.ListField(
            child=serializers.CharField(),
            help_text="Of a change: the columns that changed. Their values are in the row.",
        ),
        "days": inline_serializer(
            "EventDays", span_fields(), allow_null=True, help_text="Of what was restated."
        ),
        "family": serializers.CharField(
            allow_null=True, help_text="Of what was restated: web, ads, leads, sales …"
        ),
    },
)
EventsShape = inline_serializer(
    "Events",
    {
        "after": serializers.CharField(help_text="To be sent as `after` the next time, always."),
        "has_more": serializers.BooleanField(help_text="True: ask again at once."),
        "events": serializers.ListField(child=EventShape),
    },
)


class AnotherServer(DomainError):
    status = 410


class EventFeed(ClientView):
    capabilities = {"GET": None}
    parameters = frozenset(("after", "limit", "resource"))
    refusals = frozenset((AnotherServer.status,))
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="events_feed",
        tags=["events"],
        parameters=[
            OpenApiParameter(
                "after", str, "query",
                description="Where the last answer ended. Without it, from the beginning; `now`: "
                "from now on.",
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
                "query",
                description="Events per answer.",
            ),
            OpenApiParameter("resource", str, "query", description="Only events of this resource."),
        ],
        responses=EventsShape,
    )  # fmt: skip
    def get(self, request: Request, client: str) -> Response:
        """What happened since, in the order in which it became final.

        An event appears when everything that began before it has been committed or given up:
        usually at once, and behind a long import when that ends. So none is ever skipped. You are
        told of what your token's scopes may see.
        """
        seen = resources_seen(self.access.capabilities)
        wanted = request.query_params.get("resource")
        if wanted is not None and wanted not in seen:
            raise DomainError(
                "unknown_resource",
                _("There are no events of “%(name)s” for you.") % {"name": wanted[:60]},
                {"known": sorted(seen)},
            )
        resources = seen if wanted is None else {wanted}
        most = limit_asked(request.query_params.get("limit"))
        after = position_of(request.query_params.get("after"))
        sees_costs = self.access.can("see_costs")
        stretch = events_after(self.client, after, resources, sees_costs, most)
        return Response(
            {
                "after": cursor_of(stretch.position),
                "has_more": not stretch.is_all,
                "events": [event_document(event) for event in stretch.events],
            }
        )


def cursor_of(position: Position) -> str:
    parts = [horizon().server, position.number, position.source, position.row]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def position_of(text: str | None) -> Position:
    """DomainError `bad_cursor`, or 410 for a cursor of before the server was restored."""
    if text is None:
        return START
    if text == NOW:
        return the_present()
    try:
        server, *place = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if len(place) != 3 or not all(
            type(part) is int and -1 <= part < _LARGEST for part in (server, *place)
        ):
            raise ValueError(text)
    except (ValueError, TypeError) as error:
        raise DomainError("bad_cursor", _("Take `after` from the last answer.")) from error
    if server != horizon().server:
        message = _("The server was restored from a backup. Read its events from the beginning.")
        raise AnotherServer("server_restored", message)
    return Position(*place)


def event_document(event: Event) -> dict[str, Any]:
    """An event as JSON."""
    return {
        "at": event.at,
        "resource": event.resource,
        "action": event.action,
        "id": event.row,
        "fields": list(event.fields),
        "days": {"from": event.days[0], "to": event.days[1]} if event.days else None,
        "family": event.family or None,
    }
