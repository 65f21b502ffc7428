"""What several kinds of facts name in the same way, as they answer it. Persons need their scope."""

from typing import Any

from rest_framework.serializers import BaseSerializer


def sees_persons(serializer: BaseSerializer[Any]) -> bool:
    """Whether the caller may read names of persons, beside the facts that point at them."""
    return bool(serializer.context["view"].access.can("see_leads"))


def id_of(parent: Any) -> str | None:
    """A parent's own id, as rows name it."""
    return parent.external_id if parent else None


def named(name: str, parent: Any) -> dict[str, Any]:
    """A parent by its own id, and its name: {"campaign": …, "campaign_name": …}."""
    return {name: id_of(parent), f"{name}_name": parent.name if parent else None}


def person(serializer: BaseSerializer[Any], customer: Any) -> dict[str, Any]:
    """A customer by their own id; the name is left out for those who may not read it."""
    found = named("customer", customer)
    if not sees_persons(serializer):
        del found["customer_name"]
    return found


def moment(fact: Any, name: str) -> dict[str, Any]:
    return {f"{name}_{part}": getattr(fact, f"{name}_{part}") for part in ("at", "on")}
