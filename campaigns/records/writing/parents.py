"""Campaigns, salespeople and customers: what facts point at. Removed only when nothing does."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Client, Membership
from campaigns.records.errors import RecordConflict, field_error
from campaigns.records.hanging import hanging_on, refuse_hanging
from campaigns.records.kinds import KINDS, RecordKind
from campaigns.records.values import Values, identity, lay, required
from campaigns.records.writing.writer import Removed, Writer


class ParentWriter(Writer):
    """A label over an identity that never changes."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind

    def create(self, client: Client, actor: Membership | None, values: Values) -> Any:
        required(values, "name")
        given = self._laid(None, values)
        whole = identity(client, given)
        owned = {name: whole[name] for name in ("agency_id", "client", "external_id")}
        row = self.kind.model(**owned, **given)
        self._check(row)
        row.save(force_insert=True)
        return row

    def change(
        self, client: Client, actor: Membership | None, rows: list[Any], values: Values
    ) -> int:
        changed = 0
        for row in rows:
            names = lay(row, self._laid(row, values))
            if names:
                self._check(row)
                row.save(update_fields=names)
                changed += 1
        return changed

    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        ids = [row.pk for row in rows]
        refuse_hanging(hanging_on(client, self.kind.model, ids), self._advice())
        try:
            with transaction.atomic():
                self.kind.model.objects.filter(pk__in=ids).delete()
        except IntegrityError as error:  # something that is not of this client's rows
            raise RecordConflict("in_use", _("It cannot be removed: it is in use.")) from error
        return {}

    def _laid(self, row: Any, values: Values) -> Values:
        return dict(values)

    def _check(self, row: Any) -> None:
        """Raises DomainError if the row as a whole cannot be."""

    def _advice(self) -> str:
        return ""


class CampaignWriter(ParentWriter):
    """Archived, a campaign is out of the lists to choose from; its facts stay."""

    def _laid(self, row: Any, values: Values) -> Values:
        laid = dict(values)
        if "is_archived" in laid:
            held = row.archived_at if row is not None else None
            laid["archived_at"] = (held or timezone.now()) if laid.pop("is_archived") else None
        return laid

    def _check(self, row: Any) -> None:
        if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
            raise field_error("ends_on", "ends_before", _("It ends before it begins."))

    def _advice(self) -> str:
        return _("Archive it instead: then nobody can choose it, and its numbers stay.")


class SalespersonWriter(ParentWriter):
    """Past results stay with a salesperson who has left."""

    def _advice(self) -> str:
        return _("Write the day they left instead: their results stay theirs.")


class CustomerWriter(ParentWriter):
    def _advice(self) -> str:
        return _("Remove those first, or give them another customer.")


def parent_writers() -> dict[str, Writer]:
    return {
        "campaigns": CampaignWriter(KINDS["campaigns"]),
        "salespeople": SalespersonWriter(KINDS["salespeople"]),
        "customers": CustomerWriter(KINDS["customers"]),
    }
