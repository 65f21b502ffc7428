"""The notice of closed figures that moved by much: on the dashboard, and listed with the data."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Access
from accounts.models import Client
from kpis.models import NightRun
from kpis.night import last_nights
from kpis.pages.reader import Reader, measure_name
from kpis.pages.restated import moved_figures, sentence
from kpis.restatement_notices import moved_of
from kpis.restatements import Moved


@dataclass(frozen=True)
class MovedNotice:
    """`text` is empty if there is nothing to tell."""

    text: str


@dataclass(frozen=True)
class ClosedFigures:
    """For the data page: figures that moved, and what the nights' audit of closed days found."""

    sentences: tuple[str, ...]
    checked: int
    checked_on: str
    differences: tuple[str, ...]


def moved_notice(client: Client, access: Access, reader: Reader) -> MovedNotice:
    """What this person has not dismissed: how many, and the largest by share as a sentence."""
    membership_id = access.membership.pk if access.membership else None
    moved = moved_figures(moved_of(client, membership_id, access.can("see_costs")), client.currency)
    if not moved:
        return MovedNotice("")
    said = ngettext(
        "%(count)s closed figure moved by 5 %% or more since it was first reported.",
        "%(count)s closed figures moved by 5 %% or more since they were first reported.",
        len(moved),
    ) % {"count": len(moved)}
    return MovedNotice(f"{said} {sentence(_largest(moved), reader, client.time_zone)}.")


def _largest(moved: Sequence[Moved]) -> Moved:
    return max(moved, key=lambda each: abs(each.difference) / (abs(each.reported) or 1))


def closed_figures(client: Client, access: Access, reader: Reader) -> ClosedFigures:
    moved = moved_figures(moved_of(client, None, access.can("see_costs")), client.currency)
    nights = [night for night in last_nights(client) if night.found.get("audited")]
    return ClosedFigures(
        tuple(sentence(each, reader, client.time_zone) for each in moved),
        sum(_days(night) for night in nights),
        reader.day(nights[0].day) if nights else "",
        tuple(
            _difference(found, reader)
            for night in nights
            for found in night.found.get("differing", [])
        ),
    )


def _days(night: NightRun) -> int:
    return sum(len(days) for days in night.found["audited"].values())


def _difference(found: dict[str, str], reader: Reader) -> str:
    return _("%(day)s, %(measure)s: the facts differ from the snapshot by %(difference)s") % {
        "day": found["day"],
        "measure": measure_name(found["measure"]),
        "difference": found["difference"],
    }
