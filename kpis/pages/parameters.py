"""What a client's parameters were when, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Client
from kpis.models import ParameterChange
from kpis.models.parameters import CHOICES
from kpis.pages.reader import Reader


@dataclass(frozen=True)
class Version:
    """`number` is the change's, None for what holds since ever; `lines` are (label, value)."""

    number: int | None
    since: str
    lines: tuple[tuple[str, str], ...]
    note: str


def spoken_history(
    client: Client, changes: Iterable[ParameterChange], reader: Reader
) -> list[Version]:
    """The newest first; of a change only what it changes."""
    found = [Version(None, _("Since ever"), _lines(client, reader), "")]
    for change in changes:
        since = reader.day(change.since)
        found.insert(0, Version(change.pk, since, _lines(change, reader), change.note))
    return found


def _lines(held: Client | ParameterChange, reader: Reader) -> tuple[tuple[str, str], ...]:
    lines = []
    for name in CHOICES:
        value = getattr(held, name)
        if value in (None, ""):
            continue
        field: Any = held._meta.get_field(name)
        if field.choices:
            said = str(getattr(held, f"get_{name}_display")())
        elif isinstance(value, str | time):
            said = str(value) if isinstance(value, str) else f"{value:%H:%M}"
        else:
            said = reader.number(value, "percent" if name == "margin" else "count")
        lines.append((str(field.verbose_name), said))
    return tuple(lines)
