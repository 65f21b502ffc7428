"""The campaigns, pages, people and customers that facts name: found by their own ids, else made.

Set-wise, whatever the number of facts. Parents are never deleted under their facts.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Model

from accounts.models import Client
from campaigns.models import Campaign, Customer, LandingPage, Product, Salesperson

NOTHING: Mapping[str, Any] = MappingProxyType({})
#: model -> the field that identifies it, and the one that names it (None: the id is the name).
_NAMING: Mapping[type[Model], tuple[str, str | None]] = {
    Campaign: ("external_id", "name"),
    Customer: ("external_id", "name"),
    Product: ("external_id", "name"),
    Salesperson: ("external_id", "name"),
    LandingPage: ("path", None),
}

#: How a fact was reached, as rows name it: name in a row -> model of the parent.
TOUCH: Mapping[str, Any] = {"campaign": Campaign, "landing_page": LandingPage}

#: Those that may stay without a name of their own: they show by their id.
_NAMELESS = (Customer, Product)
Born = dict[str, Any]  # columns of a parent that are written only when it is made


def customers_born(
    met: Iterable[tuple[str, str, int | None]],
) -> dict[str, Born]:
    """What new customers begin with, from (own id, country, salesperson's id) of the rows met.

    Of several rows the greatest holds, as it does in a file.
    """
    found: dict[str, Born] = {}
    for own, country, salesperson_id in met:
        born = found.setdefault(own, {"country": "", "salesperson_id": None})
        born["country"] = max(born["country"], country or "")
        if salesperson_id is not None:
            born["salesperson_id"] = max(born["salesperson_id"] or 0, salesperson_id)
    return found


def parents_named(
    model: Any, client: Client, wanted: Mapping[str, str], born: Mapping[str, Born] = NOTHING
) -> dict[str, int]:
    """The id of each wanted parent by its own id, made if it was not there.

    wanted: own id -> name, or '' where none was said. A name that was said replaces the old one:
    the label is the current name, the identity is the id. born: what else a new one begins with.
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
            [
                model(
                    agency_id=client.agency_id,
                    client=client,
                    **{key: own},
                    **_names(model, label, own, wanted[own]),
                    **born.get(own, {}),
                )
                for own in missing
            ],
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


def _names(model: Any, label: str | None, own: str, name: str) -> dict[str, str]:
    if label is None:
        return {}
    return {label: name if name or model in _NAMELESS else own[:150]}
