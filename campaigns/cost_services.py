"""Costs by hand, in layers."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from accounts.models import Client
from campaigns.announcing import MANUAL, writing_by_hand
from campaigns.models import Cost

FIELDS = (
    "layer",
    "is_shared",
    "starts_on",
    "ends_on",
    "amount",
    "currency",
    "channel",
    "campaign",
    "salesperson",
    "description",
)


def cost_create(client: Client, fields: Mapping[str, Any]) -> Cost:
    """A cost over a period; the snapshot spreads it by day."""
    values = {name: fields[name] for name in FIELDS if name in fields}
    with writing_by_hand(client, "costs", since=values["starts_on"]):
        return Cost.objects.create(
            agency_id=client.agency_id,
            client=client,
            source=MANUAL,
            external_id=uuid4().hex,
            tz=client.time_zone,
            **values,
        )


def cost_change(cost: Cost, client: Client, fields: Mapping[str, Any]) -> Cost:
    names = [name for name in FIELDS if name in fields]
    with writing_by_hand(client, "costs"):
        for name in names:
            setattr(cost, name, fields[name])
        cost.save(update_fields=names)
    return cost


def cost_remove(cost: Cost, client: Client) -> None:
    """The audit keeps what it was."""
    with writing_by_hand(client, "costs"):
        cost.delete()
