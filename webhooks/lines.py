"""An endpoint and a delivery as a page shows them: the state in a word and a tone, and what to add."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agency, Client
from webhooks.models import Attempt, Delivery, Disabled, Endpoint, State
from webhooks.queries import clients_of_endpoints, last_attempts, state_counts

TONES = {
    State.DUE: "quiet", State.DONE: "good", State.FAILED: "bad", State.HELD: "warn",
    State.DROPPED: "quiet",
}  # fmt: skip


@dataclass(frozen=True)
class EndpointLine:
    """clients: None if it gets those of all."""

    endpoint: Endpoint
    clients: list[Client] | None
    counts: dict[str, int]

    @property
    def tone(self) -> str:
        if self.endpoint.disabled_at:
            is_meant = self.endpoint.disabled_reason == Disabled.BY_HAND
            return "quiet" if is_meant else "bad"
        return "warn" if self.endpoint.failing_since else "good"

    @property
    def word(self) -> str:
        if self.endpoint.disabled_at:
            return pgettext("state of a webhook", "Off")
        if self.endpoint.failing_since:
            return pgettext("state of a webhook", "Failing")
        return pgettext("state of a webhook", "On")

    @property
    def reason(self) -> str:
        """Why it is off; empty if it is not."""
        return {
            Disabled.GONE: _("Its receiver answered 410: it does not want events any more."),
            Disabled.FAILING: _("For three days its receiver did not take a single event."),
            Disabled.BY_HAND: _("Somebody switched it off."),
        }.get(Disabled(self.endpoint.disabled_reason), "")

    @property
    def waiting(self) -> int:
        return self.counts.get(State.DUE, 0)

    @property
    def held(self) -> int:
        return self.counts.get(State.HELD, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(State.FAILED, 0)


def endpoint_lines(agency: Agency, endpoints: Sequence[Endpoint]) -> list[EndpointLine]:
    clients = clients_of_endpoints(agency, endpoints)
    counts = state_counts(agency, endpoints)
    return [EndpointLine(each, clients.get(each.pk), counts[each.pk]) for each in endpoints]


@dataclass(frozen=True)
class DeliveryLine:
    """last: its last try, if there was one."""

    delivery: Delivery
    last: Attempt | None

    @property
    def tone(self) -> str:
        if self.delivery.state == State.DUE and self.delivery.tries:
            return "warn"
        return TONES[State(self.delivery.state)]

    @property
    def word(self) -> str:
        return str(State(self.delivery.state).label).capitalize()


def delivery_lines(deliveries: Sequence[Delivery]) -> list[DeliveryLine]:
    last = last_attempts(deliveries)
    return [DeliveryLine(each, last.get(each.pk)) for each in deliveries]
