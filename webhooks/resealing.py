"""Sealing the secrets of endpoints again with the newest key, for `manage.py rotate_secrets`."""

from django.db import transaction

from accounts.queries import agency_ids
from accounts.sealing import SealBroken, is_current, seal, unseal
from accounts.services.secrets import SEALED, Rotation
from accounts.tenancy import tenant_transaction
from webhooks.keys import SECRETS, place_of
from webhooks.models import Endpoint


def endpoints_rotate(is_trial: bool = False) -> Rotation:
    """Every secret of every agency, an agency at a time; a trial counts and writes nothing."""
    found = Rotation()
    with transaction.atomic():
        numbers = agency_ids()
    for agency_id in numbers:
        with tenant_transaction(agency_id):
            for row in Endpoint.objects.select_for_update().order_by("pk"):
                changed = [name for name in SECRETS if _again(row, name, found)]
                if changed and not is_trial:
                    row.save(update_fields=changed)
    return found


def _again(row: Endpoint, name: str, found: Rotation) -> bool:
    """Seal one column of a row again; whether it changed. The caller saves."""
    sealed = getattr(row, name)
    if not sealed:
        return False
    if is_current(sealed):
        found.current += 1
        return False
    try:
        setattr(row, name, seal(unseal(sealed, place_of(row)), place_of(row)))
    except SealBroken:
        found.broken += 1
        return False
    found.sealed += 1
    return True


SEALED["Secrets of webhooks"] = endpoints_rotate
