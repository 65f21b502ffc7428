"""What endpoints, deliveries and events look like as JSON."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from accounts.models import Client
from webhooks.models import Attempt, Delivery, Disabled, Endpoint, Event, State
from webhooks.places import LONGEST

_KINDS = "Names of events; empty: all, those of later versions too."
_CLIENTS = "Addresses of the clients whose events are sent; null: of all."


def _clients(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.SlugField(max_length=60), allow_null=True, max_length=1000,
        help_text=_CLIENTS, **options,
    )  # fmt: skip


def _kinds(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=100, help_text=_KINDS, **options
    )


def _url(**options: Any) -> serializers.CharField:
    return serializers.CharField(
        max_length=LONGEST, help_text="It begins with https:// and is public.", **options
    )


_OF_ENDPOINT: dict[str, Any] = {
    "id": serializers.IntegerField(),
    "name": serializers.CharField(),
    "url": _url(),
    "kinds": _kinds(),
    "clients": _clients(),
    "is_on": serializers.BooleanField(),
    "disabled_reason": serializers.ChoiceField(
        choices=[each.value for each in Disabled if each.value], allow_null=True,
        help_text="by_hand; gone: it answered 410; failing: it took nothing for three days.",
    ),
    "failing_since": serializers.DateTimeField(allow_null=True),
    "created_at": serializers.DateTimeField(),
}  # fmt: skip
EndpointShape = inline_serializer("Webhook", _OF_ENDPOINT).__class__
_SECRET = serializers.CharField(
    allow_null=True,
    help_text="Shown in this answer only; null where the answer is repeated for an Idempotency-Key.",
)
NewEndpointShape = inline_serializer("NewWebhook", {**_OF_ENDPOINT, "secret": _SECRET}).__class__
SecretShape = inline_serializer("WebhookSecret", {"secret": _SECRET}).__class__
WishShape = inline_serializer(
    "WebhookWish",
    {
        "name": serializers.CharField(max_length=80),
        "url": _url(),
        "kinds": _kinds(required=False, default=list),
        "clients": _clients(required=False, default=None),
    },
).__class__
ChangeShape = inline_serializer(
    "WebhookChange",
    {
        "name": serializers.CharField(max_length=80, required=False),
        "url": _url(required=False),
        "kinds": _kinds(required=False),
        "clients": _clients(required=False),
        "is_on": serializers.BooleanField(
            required=False, help_text="Switched on, it gets what was held back meanwhile."
        ),
    },
).__class__
ReplayShape = inline_serializer(
    "WebhookReplay",
    {
        "event": serializers.CharField(required=False, max_length=40, help_text="This one only."),
        "since": serializers.DateTimeField(required=False, help_text="All from this instant on."),
        "with_delivered": serializers.BooleanField(
            required=False, default=False, help_text="With `since`: those it has got, too."
        ),
    },
).__class__
CountShape = inline_serializer(
    "WebhookReplayed", {"events": serializers.IntegerField(help_text="How many are sent again.")}
).__class__
DeliveryShape = inline_serializer(
    "WebhookDelivery",
    {
        "event": serializers.CharField(help_text="The webhook-id."),
        "type": serializers.CharField(),
        "client": serializers.CharField(allow_null=True),
        "happened_at": serializers.DateTimeField(),
        "state": serializers.ChoiceField(choices=State.values),
        "attempts": serializers.IntegerField(),
        "next_at": serializers.DateTimeField(allow_null=True),
        "delivered_at": serializers.DateTimeField(allow_null=True),
        "last": inline_serializer(
            "WebhookAttempt",
            {
                "at": serializers.DateTimeField(),
                "status": serializers.IntegerField(allow_null=True),
                "problem": serializers.CharField(allow_null=True),
                "milliseconds": serializers.IntegerField(),
                "answer": serializers.CharField(help_text="Its first bytes."),
            },
            allow_null=True,
        ),
    },
).__class__
EventShape = inline_serializer(
    "WebhookEvent",
    {
        "id": serializers.CharField(help_text="The webhook-id."),
        "type": serializers.CharField(),
        "timestamp": serializers.DateTimeField(),
        "client": serializers.CharField(allow_null=True),
        "data": serializers.DictField(),
    },
).__class__
EventsShape = inline_serializer(
    "WebhookEvents",
    {
        "after": serializers.CharField(help_text="To be sent as `after` the next time, always."),
        "has_more": serializers.BooleanField(help_text="True: ask again at once."),
        "events": serializers.ListField(child=EventShape()),
    },
).__class__


def endpoint_document(row: Endpoint, clients: list[Client] | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "url": row.url,
        "kinds": row.kinds,
        "clients": None if clients is None else sorted(client.slug for client in clients),
        "is_on": row.disabled_at is None,
        "disabled_reason": row.disabled_reason or None,
        "failing_since": row.failing_since,
        "created_at": row.created_at,
    }


def delivery_document(row: Delivery, last: Attempt | None) -> dict[str, Any]:
    return {
        "event": row.event.uid,
        "type": row.event.kind,
        "client": row.event.payload["client"],
        "happened_at": row.event.at,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.due_at,
        "delivered_at": row.done_at,
        "last": {
            "at": last.at,
            "status": last.status,
            "problem": last.problem or None,
            "milliseconds": last.milliseconds,
            "answer": last.answer,
        }
        if last
        else None,
    }


def event_document(row: Event) -> dict[str, Any]:
    return {"id": row.uid, **row.payload}
