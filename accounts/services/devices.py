"""In which browsers a person logs in; a new one is noted and told."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone

from accounts.models import Device, User
from accounts.services.people import identity_event_record
from accounts.signals import new_login
from accounts.tenancy import digest


def device_seen(user: User, secret: str, agent: str, address: str) -> str:
    """Note a login; the secret that the browser is to keep.

    A browser without one, or with one that this person never had, is new: an identity event, and
    new_login unless it is the person's first login of all.
    """
    now = timezone.now()
    known = Device.objects.filter(user=user, secret_hash=digest(secret)) if secret else None
    if known is not None and known.update(last_seen_at=now):
        return secret
    return _device_add(user, secret or token_urlsafe(32), agent, address, now)


def _device_add(user: User, secret: str, agent: str, address: str, now: datetime) -> str:
    is_first = not Device.objects.filter(user=user).exists()
    with transaction.atomic():
        device, is_new = Device.objects.get_or_create(
            user=user,
            secret_hash=digest(secret),
            defaults={"agent": agent[:200], "first_seen_at": now, "last_seen_at": now},
        )
    if is_new and not is_first:
        identity_event_record("new_login", user)
        new_login.send(sender=Device, person=user, device=device, address=address, at=now)
    return secret
