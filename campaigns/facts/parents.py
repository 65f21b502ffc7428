"""The campaigns, pages, people and customers that facts name: found by their own ids, else made.

Set-wise, whatever the number of facts. Parents are never deleted under their facts.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from accounts.models import Client
from campaigns.models import Campaign, Customer, LandingPage, Salesperson

#: model -> the field that identifies it, and the one that names it (None: the id is the name).
_NAMING: Mapping[type[Model], tuple[str, str | None]] = {
    Campaign: ("external_id", "name"),
    Customer: ("external_id", "name"),
    Salesperson: ("external_id", "name"),
    LandingPage: ("path", None),
}

#: How a fact was reached, as rows name it: name in a row -> model of the parent.
TOUCH: Mapping[str, Any] = {"campaign": Campaign, "landing_page": LandingPage}


def parents_named(model: Any, client: Client, wanted: Mapping[str, str]) -> dict[str, int]:
    """The id of each wanted parent by its own id, made if it was not there.

    wanted: own id -> name, or '' where none was said. A name that was said replaces the old one:
    the label is the current name, the identity is the id.
    """
    if not wanted:
        return {}
    key, label = _NAMING[model]
    mine = model.objects.filter(agency_id=client.agency_id, client=client)
    found = _rows(mine, key, label, wanted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        # In a fixed order, so that two writers never wait for each other crosswise.
        model.objects.bulk_create(
            [_new(model, client, key, label, own, wanted[own]) for own in missing],
            ignore_conflicts=True,
        )
        found |= _rows(mine, key, label, missing)
    for own, name in sorted(wanted.items()):
        if label and name and found[own][1] != name:
            mine.filter(pk=found[own][0]).update(**{label: name})
    return {own: pk for own, (pk, _name) in found.items()}


def _rows(mine: Any, key: str, label: str | None, wanted: Any) -> dict[str, tuple[int, str]]:
    rows = mine.filter(**{f"{key}__in": list(wanted)}).values_list(key, "pk", label or key)
    return {own: (pk, name) for own, pk, name in rows}


def _new(model: Any, client: Client, key: str, label: str | None, own: str, name: str) -> Any:
    names = {label: name or own} if label else {}
    return model(agency_id=client.agency_id, client=client, **{key: own}, **names)
