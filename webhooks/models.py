"""Endpoints, the events of an agency, what became of each event at each endpoint, and every try."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.horizon import written_in
from accounts.models import Agency, Client, ClientModel, Membership, TenantModel
from accounts.touching import touched_at


def _uid() -> str:
    return uuid4().hex


def _event_uid() -> str:
    return f"evt_{uuid4().hex}"


def _tenant(to: Any, **options: Any) -> Any:
    """A reference behind a composite key: see accounts.rls."""
    return models.ForeignKey(
        to, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False,
        **options,
    )  # fmt: skip


class Disabled(models.TextChoices):
    """Why an endpoint gets nothing."""

    NO = "", pgettext_lazy("state of an endpoint", "on")
    BY_HAND = "by_hand", _("switched off by hand")
    GONE = "gone", _("it answered 410: it does not want events any more")
    FAILING = "failing", _("for three days it did not take a single event")


class Endpoint(TenantModel):
    """An address that wants events. kinds: empty means all of them, those of tomorrow too.

    uid: what its sealed secret is bound to. old_secret: signs beside the new one until
    old_secret_until. failing_since: the first failure after the last success. rests_until: after a
    failure it is not tried before, so that a dead one does not keep the workers busy.
    """

    agency = _tenant(Agency)
    uid = models.CharField(max_length=32, default=_uid, editable=False)
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    has_all_clients = models.BooleanField(_("of all clients"), default=True)
    secret = models.CharField(max_length=400)
    old_secret = models.CharField(max_length=400, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.CharField(max_length=10, choices=Disabled, blank=True)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    created_by = _tenant(Membership, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = touched_at()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "uid"], name="endpoint_uid_once")
        ]

    def __str__(self) -> str:
        return self.name


class EndpointClient(ClientModel):
    """A client whose events a limited endpoint gets."""

    endpoint = _tenant(Endpoint)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "endpoint", "client"], name="endpoint_client_once"
            )
        ]


class MaybeOfClient(TenantModel):
    """A row of a client, or of the agency: then only those see it who see all clients."""

    agency = _tenant(Agency)
    client = _tenant(Client, null=True)

    class Meta:
        abstract = True


class Event(MaybeOfClient):
    """Something that happened, once. Written in the transaction of what happened: none is lost.

    uid: the webhook-id, the same at every endpoint and on every try. key: unique in the agency, so
    that telling it again tells nothing. payload: what is sent, whole. told_at: when it was handed to
    the endpoints.
    """

    uid = models.CharField(max_length=40, default=_event_uid, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    payload = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    written_in = written_in()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "key"], name="event_once"),
            models.UniqueConstraint(fields=["agency", "uid"], name="event_uid_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency"], name="event_untold", condition=models.Q(told_at__isnull=True)
            ),
            models.Index(fields=["agency", "at"], name="event_in_time"),
            models.Index(fields=["agency", "written_in", "id"], name="event_in_order"),
        ]


class State(models.TextChoices):
    """What became of an event at an endpoint."""

    DUE = "due", pgettext_lazy("state of a delivery", "waiting")
    DONE = "done", pgettext_lazy("state of a delivery", "delivered")
    FAILED = "failed", pgettext_lazy("state of a delivery", "given up")
    HELD = "held", pgettext_lazy("state of a delivery", "held back")
    DROPPED = "dropped", pgettext_lazy("state of a delivery", "left out")


class Delivery(MaybeOfClient):
    """An event at an endpoint. tries: of the present round, which a replay begins anew.

    held: the endpoint is off; dropped: it was switched on again without what had waited.
    """

    endpoint = _tenant(Endpoint)
    event = _tenant(Event)
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    tries = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)  # of all rounds
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "endpoint", "event"], name="event_at_endpoint_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "endpoint", "due_at"],
                name="event_delivery_due",
                condition=models.Q(state="due"),
            ),
            models.Index(fields=["agency", "event"], name="event_delivery_of_event"),
        ]


class Problem(models.TextChoices):
    """Why a try was none that counts."""

    NONE = "", pgettext_lazy("problem of a try", "none")
    STATUS = "status", _("it answered with a status that is not 2xx")
    REDIRECT = "redirect", _("it sent us elsewhere; redirects are not followed")
    TIMEOUT = "timeout", _("it took too long")
    CONNECT = "connect", _("no connection")
    NAME = "name", _("its name was not found")
    ADDRESS = "address", _("its address is not a public one")
    TLS = "tls", _("its certificate is not valid for this name")
    GARBAGE = "garbage", _("what it answered is not HTTP")
    SECRET = "secret", _("our copy of its secret does not open")


class Attempt(MaybeOfClient):
    """One try: when, how long in milliseconds, and what came back. Never anything secret."""

    delivery = _tenant(Delivery)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=8, choices=Problem, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "delivery", "number"], name="attempt_once")
        ]
