"""Audit entries in words: who did what to which row, column by column. Reads nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry

ACTIONS = {
    "insert": gettext_lazy("added"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("removed"),
}
#: Tables by what a person calls a row of them; others by their model's own name.
THINGS = {
    "accounts_agency": gettext_lazy("agency"),
    "accounts_client": gettext_lazy("client"),
    "accounts_membership": gettext_lazy("member"),
    "accounts_membershipclient": gettext_lazy("client of a member"),
    "accounts_invitation": gettext_lazy("invitation"),
    "accounts_invitationclient": gettext_lazy("client of an invitation"),
    "accounts_apitoken": gettext_lazy("API token"),
    "campaigns_campaign": gettext_lazy("campaign"),
    "campaigns_salesperson": gettext_lazy("salesperson"),
    "campaigns_customer": gettext_lazy("customer"),
    "campaigns_lead": gettext_lazy("lead"),
    "campaigns_sale": gettext_lazy("sale"),
    "campaigns_refund": gettext_lazy("refund"),
    "campaigns_cost": gettext_lazy("cost"),
    "campaigns_dailyfact": gettext_lazy("daily fact"),
    "campaigns_importbatch": gettext_lazy("import"),
    "campaigns_importmapping": gettext_lazy("saved mapping"),
    "campaigns_sourcesync": gettext_lazy("source"),
    "kpis_export": gettext_lazy("export"),
    "kpis_goal": gettext_lazy("goal"),
    "kpis_goalversion": gettext_lazy("version of a goal"),
    "kpis_milestone": gettext_lazy("milestone"),
    "kpis_annotation": gettext_lazy("note"),
    "kpis_anomalydismissal": gettext_lazy("dismissal of an unusual figure"),
}
#: Columns that say nothing to a reader.
SILENT = ("id", "agency_id", "client_id")


@dataclass(frozen=True)
class Difference:
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditLine:
    at: datetime
    actor: str
    action: str
    thing: str
    row_id: int
    differences: tuple[Difference, ...]


def audit_lines(entries: Iterable[AuditEntry], names: Mapping[int, str]) -> list[AuditLine]:
    """`names`: of the memberships that acted; an unknown one is shown by its number."""
    return [_line(entry, names) for entry in entries]


def _line(entry: AuditEntry, names: Mapping[int, str]) -> AuditLine:
    model = next((m for m in apps.get_models() if m._meta.db_table == entry.table_name), None)
    labels = {} if model is None else _labels(model._meta.get_fields())
    columns = [name for name in {**entry.before, **entry.after} if name not in SILENT]
    return AuditLine(
        at=entry.at,
        actor=_actor(entry.actor_id, names),
        action=str(ACTIONS.get(entry.action, entry.action)),
        thing=str(THINGS.get(entry.table_name) or (model and model._meta.verbose_name) or "?"),
        row_id=entry.row_id,
        differences=tuple(
            Difference(
                labels.get(name, name), _text(entry.before.get(name)), _text(entry.after.get(name))
            )
            for name in columns
        ),
    )


def _actor(number: int | None, names: Mapping[int, str]) -> str:
    if number is None:
        return _("The system")
    return names.get(number) or _("Member %(number)s") % {"number": number}


def _labels(fields: Iterable[Any]) -> dict[str, str]:
    return {
        field.column: str(field.verbose_name)
        for field in fields
        if isinstance(field, Field) and field.column
    }


def _text(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
