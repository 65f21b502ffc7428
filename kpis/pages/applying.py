"""What applying a template would do to each client, in words, before it is done. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Client
from kpis.catalogue import Kpi
from kpis.choices.services import Preview
from kpis.choosing import OwnChanges
from kpis.models import KpiSet, KpiTemplate
from kpis.pages.chooser import names


@dataclass(frozen=True)
class PreviewRow:
    client: Client
    now: str
    added: str
    added_count: int
    removed: str
    removed_count: int
    kept: tuple[str, ...]
    is_same: bool


def preview_rows(
    template: KpiTemplate,
    previews: Iterable[Preview],
    held: Mapping[int, KpiSet],
    book: Mapping[str, Kpi],
) -> list[PreviewRow]:
    return [
        PreviewRow(
            each.client,
            origin_words(held.get(each.client.pk)),
            names(each.added, book),
            len(each.added),
            names(each.removed, book),
            len(each.removed),
            tuple(change_words(each.kept, book)),
            each.is_same,
        )
        for each in previews
    ]


def origin_words(row: KpiSet | None) -> str:
    """Where a client's list comes from: "Lead generation, version 3"."""
    if row is None:
        return _("Nothing chosen yet")
    if row.template_version is None:
        return _("Its own choice")
    return _("%(name)s, version %(version)s") % {
        "name": row.template_name,
        "version": row.template_version,
    }


def change_words(changes: OwnChanges, book: Mapping[str, Kpi]) -> Sequence[str]:
    """A client's own changes, a sentence each."""
    said = []
    if changes.added:
        said.append(_("Added: %(names)s.") % {"names": names(changes.added, book)})
    if changes.removed:
        said.append(_("Taken out: %(names)s.") % {"names": names(changes.removed, book)})
    if changes.regrouped:
        said.append(
            _("Under another heading: %(names)s.") % {"names": names(changes.regrouped, book)}
        )
    if changes.is_reordered:
        said.append(_("An order of its own."))
    return said
