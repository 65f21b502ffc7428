"""The events themselves, since one last asked: for who missed some, or cannot be reached from outside."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_whole_agency
from accounts.api.pages import MOST, USUAL, limit_asked
from accounts.api.views import ApiView
from accounts.errors import DomainError
from accounts.horizon import horizon
from webhooks.api import shapes
from webhooks.queries import events_after

_LARGEST = 2**63 - 1


class AnotherServer(DomainError):
    status = 410


class EventList(ApiView):
    capabilities = {"GET": "manage_webhooks"}
    parameters = frozenset(("after", "limit"))
    refusals = frozenset((AnotherServer.status,))
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="webhook_events",
        tags=["webhooks"],
        parameters=[
            OpenApiParameter(
                "after", str, "query",
                description="Where the last answer ended. Without it, from the oldest that is kept.",
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
                "query",
                description="Events per answer.",
            ),
        ],
        responses=shapes.EventsShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Events of the last 30 days, in the order in which they became final; none is skipped."""
        house = access_whole_agency(self.access, "manage_webhooks")
        most = limit_asked(request.query_params.get("limit"))
        place = place_of(request.query_params.get("after"))
        rows = events_after(house, place, horizon().number, most + 1)
        shown = rows[:most]
        if shown:
            place = (shown[-1].written_in, shown[-1].pk)
        return Response(
            {
                "after": cursor_of(place),
                "has_more": len(rows) > most,
                "events": [shapes.event_document(row) for row in shown],
            }
        )


def cursor_of(place: tuple[int, int]) -> str:
    text = json.dumps([horizon().server, *place])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(text: str | None) -> tuple[int, int]:
    """DomainError `bad_cursor`, or 410 for a cursor of before the server was restored."""
    if text is None:
        return (-1, -1)
    try:
        server, number, row = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not all(type(each) is int and -1 <= each < _LARGEST for each in (server, number, row)):
            raise ValueError(text)
    except (ValueError, TypeError) as error:
        raise DomainError("bad_cursor", _("Take `after` from the last answer.")) from error
    if server != horizon().server:
        message = _("The server was restored from a backup. Read its events from the beginning.")
        raise AnotherServer("server_restored", message)
    return (number, row)
