"""How many days after their own the figures of a source are final, as an agency says it."""

from dataclasses import dataclass

from accounts.models import Client
from campaigns.imports.presets import PRESETS
from campaigns.measures import FAMILIES, of_family
from campaigns.models import SourceSync

MOST_DAYS = 120


@dataclass(frozen=True)
class Settling:
    """A source of a family; `days` None: as the figures themselves declare, `default` days."""

    family: str
    source: str
    days: int | None
    default: int
    is_known: bool

    @property
    def key(self) -> str:
        return f"{self.family}:{self.source}"


def settling_of(client: Client) -> list[Settling]:
    """Every source that the client has, and the platforms whose exports are known."""
    default = default_days()
    rows = SourceSync.objects.filter(agency_id=client.agency_id, client=client)
    found = {
        (row.family, row.source): Settling(
            row.family, row.source, row.settle_days, default[row.family], True
        )
        for row in rows.order_by("family", "source")
        if row.family in default
    }
    for preset in PRESETS.values():
        place = (preset.family or "", preset.source)
        if preset.family in default and place not in found:
            found[place] = Settling(*place, None, default[place[0]], False)
    return list(found.values())


def default_days() -> dict[str, int]:
    """By family: its slowest figure. Cohorts have a window of their own."""
    return {
        family: max(
            int(each.settle_days) for each in of_family(family) if each.outcome_family is None
        )
        for family in FAMILIES
    }


def settling_set(client: Client, family: str, source: str, days: int | None) -> None:
    """Days that are closed already stay closed. A platform that was never named is named by it."""
    about = {"agency_id": client.agency_id, "client": client, "family": family, "source": source}
    sync = SourceSync.objects.filter(**about).first()
    if sync is None and days is not None:
        SourceSync.objects.create(**about, settle_days=days)
    elif sync is not None and sync.settle_days != days:
        sync.settle_days = days
        sync.save(update_fields=["settle_days"])
