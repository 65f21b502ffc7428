"""Markup and code in every text that a row of the stage holds, as somebody could have typed or sent it."""

from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from accounts.models import Agency, TenantModel
from accounts.tenancy import tenant_scope

#: Longest first; the first that fits a field is put there. Each would say so in window.ran if it ran.
TEXTS = (
    """<img src=x onerror="window.ran='img'"><svg/onload="window.ran='svg'">{{7*7}}{% now %}"""
    """</script><script>window.ran='script'</script>'"><a href="javascript:window.ran=1">x</a>""",
    """</script><script>window.ran='script'</script><img src=x onerror=window.ran=1>""",
    "<img src=x onerror=window.ran=1>",
    "<svg onload=ran=1>",
    """'"><b>""",
)
#: Texts that are addresses, keys of a closed list or secrets: nobody types into them.
CLOSED = (
    "slug", "secret_hash", "prefix", "logo_type", "time_zone", "tz", "currency", "language", "kpi",
    "state", "role", "family", "layer", "kind", "file_path", "file_hash", "week_start", "formula",
    "key", "keys", "base_key", "unit", "link_base", "mail", "mail_problem", "table_name", "action",
    "status", "candidate", "committed", "closed_status",
)  # fmt: skip


def make_hostile(agency: Agency) -> dict[str, set[str]]:
    """Fill every open text field of the agency's rows. Table → the columns that took it."""
    taken: dict[str, set[str]] = {}
    with tenant_scope(agency.pk):
        for model in apps.get_models():
            if issubclass(model, TenantModel | Agency):
                for field in _open_fields(model):
                    if _fill(model, field):
                        taken.setdefault(model._meta.db_table, set()).add(field.name)
    return taken


def _open_fields(model: type[models.Model]) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field._validators)  # what is checked before it is stored
        and field.name not in CLOSED
        and not getattr(field, "generated", False)
    ]


def _fill(model: type[models.Model], field: Any) -> bool:
    """Whether all rows took a hostile text. What a constraint refuses, nobody could have stored."""
    room = field.max_length or 10_000
    # With the model's name before it, so that two parts of one page are not called the same.
    named = [f"{model.__name__} {text}" for text in TEXTS[:-1]] + [TEXTS[-1]]
    text = next((text for text in named if len(text) <= room), None)
    if text is None:
        return False
    try:
        with transaction.atomic():
            return bool(model._default_manager.update(**{field.attname: text}))
    except DatabaseError:
        return False
