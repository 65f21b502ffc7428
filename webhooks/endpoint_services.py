"""An endpoint made, changed, given a new secret, switched off and on, removed; and a test of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from accounts.models import Agency, Client, Membership
from webhooks.handing import hand
from webhooks.keys import secret_make, secret_replace
from webhooks.kinds import TEST, chosen_kinds
from webhooks.models import Attempt, Delivery, Disabled, Endpoint, EndpointClient, Event, State
from webhooks.places import PlaceRefused, place_of
from webhooks.sending import rules_now, switch_off
from webhooks.services import event_write

MOST = 20  # endpoints of an agency

REFUSALS = {
    "scheme": gettext_lazy("The address begins with https://."),
    "host": gettext_lazy("The address has no name that can be read."),
    "login": gettext_lazy("The address carries a user or a password: leave them out."),
    "port": gettext_lazy("Events are sent to these ports only: %(ports)s."),
    "address": gettext_lazy("The address is not a public one: events are not sent there."),
    "letters": gettext_lazy("The address has blanks or signs that no address has."),
    "long": gettext_lazy("The address is longer than 500 characters."),
}


@dataclass(frozen=True)
class EndpointWish:
    """kinds: empty means all. clients: None means all."""

    name: str
    url: str
    kinds: Sequence[str] = ()
    clients: Sequence[Client] | None = None


def url_check(url: str) -> None:
    """DomainError bad_url if events may not go there. Nothing is looked up."""
    try:
        place_of(url, rules_now())
    except PlaceRefused as refused:
        ports = ", ".join(map(str, settings.WEBHOOK_PORTS))
        text = REFUSALS[refused.why] % {"ports": ports}
        raise DomainError("bad_url", text, {"why": refused.why}) from refused


def kinds_check(kinds: Collection[str]) -> list[str]:
    known = [kind.key for kind in chosen_kinds()]
    unknown = sorted(set(kinds) - set(known))
    if unknown:
        raise DomainError(
            "unknown_kind",
            _("There is no event “%(name)s”.") % {"name": ", ".join(unknown)[:200]},
            {"unknown": unknown, "known": known},
        )
    return [key for key in known if key in kinds]


def endpoint_create(
    agency: Agency, wish: EndpointWish, created_by: Membership | None
) -> tuple[Endpoint, str]:
    """An endpoint and its secret, which nobody will see again."""
    url_check(wish.url)
    kinds = kinds_check(wish.kinds)
    if Endpoint.objects.filter(agency=agency).count() >= MOST:
        text = _("An agency has at most %(most)d webhooks.") % {"most": MOST}
        raise DomainError("too_many_endpoints", text)
    made = Endpoint(
        agency=agency,
        name=wish.name,
        url=wish.url,
        kinds=kinds,
        has_all_clients=wish.clients is None,
        created_by=created_by,
    )
    secret = secret_make(made)
    made.save()
    _limit(made, wish.clients)
    return made, secret


def endpoint_change(endpoint: Endpoint, wish: EndpointWish) -> Endpoint:
    """From now on. What waits for it goes to the new address."""
    url_check(wish.url)
    endpoint.name, endpoint.url = wish.name, wish.url
    endpoint.kinds, endpoint.has_all_clients = kinds_check(wish.kinds), wish.clients is None
    endpoint.save(update_fields=["name", "url", "kinds", "has_all_clients"])
    _limit(endpoint, wish.clients)
    return endpoint


def _limit(endpoint: Endpoint, clients: Sequence[Client] | None) -> None:
    wanted = {client.pk for client in clients or ()}
    mine = EndpointClient.objects.filter(agency_id=endpoint.agency_id, endpoint=endpoint)
    mine.exclude(client_id__in=wanted).delete()
    have = set(mine.values_list("client_id", flat=True))
    EndpointClient.objects.bulk_create(
        EndpointClient(agency_id=endpoint.agency_id, endpoint=endpoint, client_id=number)
        for number in sorted(wanted - have)
    )


def endpoint_rotate(endpoint: Endpoint, at: datetime) -> str:
    """Its new secret, which nobody will see again; the present one signs beside it for a day."""
    secret = secret_replace(endpoint, at)
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return secret


def endpoint_disable(endpoint: Endpoint, at: datetime) -> Endpoint:
    if endpoint.disabled_at is None:
        switch_off(endpoint, Disabled.BY_HAND, at)
    return endpoint


def endpoint_enable(endpoint: Endpoint, at: datetime, sends_waiting: bool = True) -> int:
    """Switch it on; how many events that had been held back are sent now. Without sends_waiting
    they are left out, and can still be replayed."""
    endpoint.disabled_at, endpoint.disabled_reason = None, Disabled.NO
    endpoint.failing_since = endpoint.rests_until = None
    endpoint.save(update_fields=["disabled_at", "disabled_reason", "failing_since", "rests_until"])
    held = Delivery.objects.filter(
        agency_id=endpoint.agency_id, endpoint=endpoint, state=State.HELD
    )
    if sends_waiting:
        return held.update(state=State.DUE, due_at=at, tries=0)
    held.update(state=State.DROPPED)
    return 0


def endpoint_delete(endpoint: Endpoint) -> None:
    """With its log. The events themselves stay."""
    mine = {"agency_id": endpoint.agency_id}
    Attempt.objects.filter(**mine, delivery__endpoint=endpoint).delete()
    Delivery.objects.filter(**mine, endpoint=endpoint).delete()
    EndpointClient.objects.filter(**mine, endpoint=endpoint).delete()
    Endpoint.objects.filter(**mine, pk=endpoint.pk).delete()


def endpoint_test(endpoint: Endpoint, sent_by: str, at: datetime) -> Event:
    """Send it an event that says nothing but who pressed the button. DomainError if it is off."""
    if endpoint.disabled_at:
        raise DomainError("endpoint_off", _("Switch the webhook on first."))
    made = event_write(
        endpoint.agency_id, None, TEST, {"sent_by": sent_by}, f"{TEST}:{uuid4().hex}", at
    )
    if made is None:
        raise RuntimeError("a random key was taken")
    hand([(endpoint, made)], at)
    Event.objects.filter(pk=made.pk).update(told_at=at)
    return made
