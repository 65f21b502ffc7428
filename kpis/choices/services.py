"""Choosing KPIs: templates of the agency, given to clients with their own changes kept; undone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.services.archiving import row_archive
from kpis.choices.queries import set_of, sets_of, sets_of_application
from kpis.choosing import (
    MOST_ENTRIES,
    Entries,
    OwnChanges,
    from_json,
    keys_of,
    merged,
    own_changes,
)
from kpis.models import KpiSet, KpiTemplate

MOST_HEADING = 60
#: What an applying may write over, and an undoing brings back.
_KEPT = ("entries", "template_id", "template_version", "template_name", "given")


@dataclass(frozen=True)
class Preview:
    """What applying a template would do to one client."""

    client: Client
    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: OwnChanges
    result: Entries
    is_same: bool


def template_create(
    agency: Agency, name: str, entries: Entries, known: Collection[str], origin: str = ""
) -> KpiTemplate:
    """Raises DomainError: bad_name, name_taken, no_kpis, too_many_kpis, unknown_kpi, bad_heading."""
    template = KpiTemplate(agency=agency, name=_name(name), origin=origin[:20])
    template.entries = _checked(entries, known)
    return _saved(template)


def template_change(
    template: KpiTemplate, name: str, entries: Entries, known: Collection[str]
) -> KpiTemplate:
    """A new version if the list is another one. Clients keep theirs until it is applied again."""
    template.name = _name(name)
    checked = _checked(entries, {*known, *keys_of(from_json(template.entries))})
    if checked != template.entries:
        template.entries = checked
        template.version += 1
    template.changed_at = timezone.now()
    return _saved(template)


def template_archive(template: KpiTemplate) -> KpiTemplate:
    """Out of the list; clients keep what they have."""
    return row_archive(template)


def template_restore(template: KpiTemplate) -> KpiTemplate:
    """Raises DomainError name_taken if another template has its name meanwhile."""
    template.archived_at = None
    return _saved(template)


def previews(template: KpiTemplate, clients: Iterable[Client]) -> list[Preview]:
    """What applying would change for each client, before anything is written."""
    wanted = list(clients)
    held = sets_of(wanted)
    return [_preview(template, client, held.get(client.pk)) for client in wanted]


def template_apply(template: KpiTemplate, clients: Iterable[Client]) -> str:
    """Give the clients the template as it is now, their own changes kept; the applying's name.

    Twice changes nothing, so the second time there is nothing to undo but the first still can be.
    """
    application = uuid4().hex
    wanted = sorted(clients, key=lambda client: client.pk)
    for client in wanted:
        KpiSet.objects.bulk_create(
            [KpiSet(agency_id=client.agency_id, client=client)], ignore_conflicts=True
        )
    rows = KpiSet.objects.select_for_update().filter(client__in=[each.pk for each in wanted])
    held = {row.client_id: row for row in rows.order_by("pk")}
    for client in wanted:
        _give(template, held[client.pk], application)
    return application


def application_undo(agency: Agency, application: str) -> list[Client]:
    """Bring back what stood before an applying, where nobody has changed it since; those clients."""
    rows = list(sets_of_application(agency, application).select_for_update(of=("self",)))
    for row in rows:
        _take_back(row)
    return [row.client for row in rows]


def choice_undo(client: Client) -> bool:
    """The same for one client; False if its list has been changed since, or nothing was applied."""
    row = set_of(client)
    if row is None or not row.application:
        return False
    _take_back(row)
    return True


def choice_change(client: Client, entries: Entries, known: Collection[str]) -> KpiSet:
    """The client's own list. What differs from its template counts as the client's own change."""
    row = set_of(client) or KpiSet(agency_id=client.agency_id, client=client)
    checked = _checked(entries, {*known, *keys_of(from_json(row.entries))})
    if row.pk and checked == row.entries:
        return row
    row.entries, row.changed_at = checked, timezone.now()
    row.application, row.before = "", None
    row.save()
    return row


def choice_forget(client: Client) -> None:
    """Back to what a client sees of whom nothing was chosen."""
    KpiSet.objects.filter(agency_id=client.agency_id, client=client).delete()


def changes_of(row: KpiSet) -> OwnChanges:
    """The client's own changes to the template it was given; none without a template."""
    if row.template_version is None:
        return OwnChanges()
    return own_changes(from_json(row.given), from_json(row.entries))


def _preview(template: KpiTemplate, client: Client, row: KpiSet | None) -> Preview:
    given, current = _lists(row)
    newer = from_json(template.entries)
    result = merged(given, current, newer)
    before, after = keys_of(current), keys_of(result)
    return Preview(
        client=client,
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        kept=own_changes(given, current),
        result=result,
        is_same=result == current and row is not None and _is_current(template, row),
    )


def _lists(row: KpiSet | None) -> tuple[Entries, Entries]:
    """(as given, as shown). A list that no template gave is the client's own from end to end."""
    if row is None:
        return (), ()
    return from_json(row.given), from_json(row.entries)


def _is_current(template: KpiTemplate, row: KpiSet) -> bool:
    return row.template_id == template.pk and row.template_version == template.version


def _give(template: KpiTemplate, row: KpiSet, application: str) -> None:
    is_new = not row.entries and row.template_version is None
    given, current = _lists(row)
    result = merged(given, current, from_json(template.entries))
    if result == current and _is_current(template, row):
        return
    row.before = None if is_new else {name: getattr(row, name) for name in _KEPT}
    row.entries = _stored(result)
    row.template, row.template_version = template, template.version
    row.template_name, row.given = template.name, template.entries
    row.application, row.changed_at = application, timezone.now()
    row.save()


def _take_back(row: KpiSet) -> None:
    if row.before is None:
        row.delete()
        return
    for name in _KEPT:
        setattr(row, name, row.before[name])
    row.application, row.before, row.changed_at = "", None, timezone.now()
    row.save()


def _saved(template: KpiTemplate) -> KpiTemplate:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise DomainError(
            "name_taken",
            _("There is a template of this name already."),
            {"fields": [("name", _("There is a template of this name already."))]},
        ) from error
    return template


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 80 or "\0" in name:
        words = _("Give it a name of at most 80 characters.")
        raise DomainError("bad_name", words, {"fields": [("name", words)]})
    return name


def _checked(entries: Entries, known: Collection[str]) -> list[list[str]]:
    """As stored. Raises DomainError where the list cannot be shown."""
    found = from_json([(entry.key, " ".join(entry.section.split())) for entry in entries])
    if not found:
        raise DomainError("no_kpis", _("Choose at least one KPI."))
    if len(found) > MOST_ENTRIES:
        raise DomainError(
            "too_many_kpis", _("Choose at most %(most)s KPIs.") % {"most": MOST_ENTRIES}
        )
    for entry in found:
        if entry.key not in known:
            raise DomainError(
                "unknown_kpi", _("There is no KPI called %(key)s.") % {"key": entry.key[:60]}
            )
        if len(entry.section) > MOST_HEADING or "\0" in entry.section:
            raise DomainError(
                "bad_heading",
                _("A heading has at most %(most)s characters.") % {"most": MOST_HEADING},
            )
    return _stored(found)


def _stored(entries: Sequence[Any]) -> list[list[str]]:
    return [[entry.key, entry.section] for entry in entries]
