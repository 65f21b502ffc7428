"""Values of several own measures in one call: each row gets its verdict, the good ones are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from campaigns.models import Campaign, OwnMeasure
from campaigns.own_queries import own_measures_of
from campaigns.own_services import Entry, entry_checked, own_values_enter


@dataclass(frozen=True)
class RowRefused:
    """Why a row was left out."""

    field: str
    code: str
    message: str


def rows_enter(
    client: Client,
    rows: Sequence[Mapping[str, Any]],
    source: str,
    batch_id: int | None = None,
) -> list[str | RowRefused]:
    """A verdict for each row, in order: new, changed, same, removed, or why it was refused.

    Rows have `measure` (a key), `day`, `value` (None takes it away), and perhaps `channel`,
    `campaign` (its id on its platform) and `currency`.
    """
    measures = {
        row.key: row for row in own_measures_of(client.agency_id, [client]).filter(archived_at=None)
    }
    campaigns = _campaigns(client, rows)
    verdicts: list[str | RowRefused] = ["same"] * len(rows)
    per_measure: dict[str, list[tuple[int, Entry]]] = {}
    seen = set()
    for index, row in enumerate(rows):
        found = _entry(client, row, measures, campaigns)
        if isinstance(found, RowRefused):
            verdicts[index] = found
        elif (row["measure"], found.place) in seen:
            verdicts[index] = RowRefused("day", "twice", _("An earlier row says the same place."))
        else:
            seen.add((row["measure"], found.place))
            per_measure.setdefault(row["measure"], []).append((index, found))
    for key, placed in sorted(per_measure.items()):
        done = own_values_enter(
            client, measures[key], [entry for _index, entry in placed], source, batch_id
        )
        for (index, _entry_there), verdict in zip(placed, done.verdicts, strict=True):
            verdicts[index] = verdict
    return verdicts


def _campaigns(client: Client, rows: Sequence[Mapping[str, Any]]) -> dict[str, Campaign]:
    named = {row["campaign"] for row in rows if row.get("campaign")}
    found = Campaign.objects.filter(
        agency_id=client.agency_id, client=client, external_id__in=named
    )
    return {each.external_id: each for each in found}


def _entry(
    client: Client,
    row: Mapping[str, Any],
    measures: Mapping[str, OwnMeasure],
    campaigns: Mapping[str, Campaign],
) -> Entry | RowRefused:
    measure = measures.get(row["measure"])
    if measure is None:
        return RowRefused(
            "measure",
            "unknown_measure",
            _("There is no own measure with the key %(key)s.") % {"key": row["measure"]},
        )
    campaign = campaigns.get(row.get("campaign") or "")
    if row.get("campaign") and campaign is None:
        return RowRefused("campaign", "unknown_campaign", _("The client has no such campaign."))
    entry = Entry(
        row["day"], row["value"], row.get("channel") or "", campaign, row.get("currency") or ""
    )
    try:
        return entry_checked(client, measure, entry)
    except DomainError as error:
        return RowRefused(str(error.data.get("field", "")), error.code, str(error))
