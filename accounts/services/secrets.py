"""Sealing again with the newest key what older keys have sealed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.sealed_factors import Sealed, each_text, factor_open, factor_read
from accounts.sealing import SealBroken, is_current


@dataclass
class Rotation:
    """How many secrets were sealed again, had the newest key already, or do not open at all."""

    sealed: int = 0
    current: int = 0
    broken: int = 0


#: What is sealed, by its name, and what seals it again (True: count only). Apps add their own.
SEALED: dict[str, Callable[[bool], Rotation]] = {}


def factors_rotate(is_trial: bool = False) -> Rotation:
    """Every second factor, row by row under a lock; a trial counts and writes nothing."""
    found = Rotation()

    def again(value: Any) -> Any:
        if not isinstance(value, Sealed):
            return value
        if is_current(value):
            found.current += 1
            return value
        try:
            opened = factor_open(factor_read(value))
        except SealBroken:
            found.broken += 1
            return value
        found.sealed += 1
        return opened

    for number in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=number).first()
            before = found.sealed
            if row is not None:
                row.data = each_text(row.data, again)
            if row is not None and found.sealed > before and not is_trial:
                row.save(update_fields=["data"])
    return found


SEALED["Second factors"] = factors_rotate
