"""A client's parameters over time: read as a history, changed from a day on, and handed to SQL."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, cast

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.catalogue.kpi import CostBasis, Office, Parameters, ProfitBasis
from kpis.catalogue.versions import History
from kpis.models import ParameterChange
from kpis.models.parameters import CHOICES

#: A change before this day means "always": that is what the client's own settings are for.
EARLIEST = date(1990, 1, 1)


def changes_of(client: Client) -> list[ParameterChange]:
    """The client's changes, the first one first. Inside a scope that holds the client."""
    rows = ParameterChange.objects.filter(agency_id=client.agency_id, client=client)
    return list(rows.order_by("since"))


def history_of(client: Client) -> History:
    """Which choices held when. Inside a scope that holds the client."""
    held: dict[str, Any] = {name: getattr(client, name) for name in CHOICES}
    versions: list[tuple[date | None, Parameters]] = [(None, _parameters(held))]
    for change in changes_of(client):
        held |= {
            name: value for name in CHOICES if (value := getattr(change, name)) not in (None, "")
        }
        versions.append((change.since, _parameters(held)))
    return History(tuple(versions))


def _parameters(held: Mapping[str, Any]) -> Parameters:
    margin, basis = held["margin"], held["profit_basis"]
    if basis == "margin" and margin is None:
        basis = "revenue"
    return Parameters(
        cost_basis=cast(CostBasis, held["cost_basis"]),
        profit_basis=cast(ProfitBasis, basis),
        margin=margin,
        window_days=held["cohort_days"],
        repeat_days=held["repeat_days"],
        active_days=held["active_days"],
        sla_minutes=held["sla_minutes"],
        office=Office(held["opens_at"], held["closes_at"], held["open_days"])
        if held["clock"] == "office"
        else None,
    )


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


Terms = Mapping[str, list[Any]]


def sql_versions(client: Client) -> Terms:
    """The history as parallel arrays for SQL: the value on a day is
    `(%(windows)s::int[])[width_bucket(day, %(versions)s::date[])]`."""
    return sql_arrays(history_of(client))


def sql_arrays(history: History) -> dict[str, list[Any]]:
    """The same of a history that was read already."""
    versions = history.versions
    return {
        "versions": [since or date.min for since, _each in versions],
        "windows": [each.window_days for _since, each in versions],
        "repeats": [each.repeat_days for _since, each in versions],
        "actives": [each.active_days for _since, each in versions],
        "slas": [each.sla_minutes for _since, each in versions],
        "office_days": [each.office.mask if each.office else 0 for _since, each in versions],
        "opens": [
            _seconds(each.office.opens_at) if each.office else 0 for _since, each in versions
        ],
        "closes": [
            _seconds(each.office.closes_at) if each.office else 0 for _since, each in versions
        ],
    }


def parameters_change(
    client: Client, since: date, choices: Mapping[str, Any], note: str, written_by: int | None
) -> ParameterChange:
    """From a day on, other choices; a second change of the same day replaces the first.

    `choices` has some of CHOICES, those not named stay as they were. DomainError
    `nothing_changes`, or `too_early`. Numbers of days from `since` on are computed anew.
    """
    given = {name: choices[name] for name in CHOICES if choices.get(name) not in (None, "")}
    if not given:
        raise DomainError("nothing_changes", _("Choose at least one thing that changes."))
    opens, closes = given.get("opens_at"), given.get("closes_at")
    if opens is not None and closes is not None and opens >= closes:
        raise DomainError("closes_before_it_opens", _("The office closes before it opens."))
    if since < EARLIEST:
        raise DomainError(
            "too_early", _("For always, change the client's settings instead of giving a date.")
        )
    change, _made = ParameterChange.objects.update_or_create(
        agency_id=client.agency_id,
        client=client,
        since=since,
        defaults={
            **dict.fromkeys(CHOICES, None),
            **given,
            "note": note,
            "written_by": written_by,
        },
    )
    return change


def parameters_restore(client: Client, number: int) -> ParameterChange | None:
    """Take a change back; answers what it was, or None if there is none."""
    rows = ParameterChange.objects.filter(agency_id=client.agency_id, client=client, pk=number)
    change = rows.first()
    rows.delete()
    return change
