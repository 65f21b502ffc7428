"""Budgets by hand: advertising money planned over a period."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from accounts.models import Client
from campaigns.announcing import MANUAL, writing_by_hand
from campaigns.models import Budget

FIELDS = ("starts_on", "ends_on", "amount", "currency", "channel", "campaign")


def budget_create(client: Client, fields: Mapping[str, Any]) -> Budget:
    """A budget; the snapshot spreads it by day as it does a cost."""
    values = {name: fields[name] for name in FIELDS if name in fields}
    with writing_by_hand(client, "budget", since=values["starts_on"]):
        return Budget.objects.create(
            agency_id=client.agency_id,
            client=client,
            source=MANUAL,
            external_id=uuid4().hex,
            tz=client.time_zone,
            **values,
        )


def budget_change(budget: Budget, client: Client, fields: Mapping[str, Any]) -> Budget:
    names = [name for name in FIELDS if name in fields]
    with writing_by_hand(client, "budget"):
        for name in names:
            setattr(budget, name, fields[name])
        budget.save(update_fields=names)
    return budget


def budget_remove(budget: Budget, client: Client) -> None:
    """The audit keeps what it was."""
    with writing_by_hand(client, "budget"):
        budget.delete()
