"""An endpoint's secret at rest: sealed for its row, open only where it is shown once or signs."""

from datetime import datetime, timedelta

from accounts.sealing import Place, seal, unseal
from webhooks.models import Endpoint
from webhooks.signing import new_secret

#: For so long after a rotation both secrets sign.
OVERLAP = timedelta(days=1)
SECRETS = ("secret", "old_secret")


def place_of(endpoint: Endpoint) -> Place:
    return Place(Endpoint._meta.db_table, endpoint.uid, endpoint.agency_id)


def secret_make(endpoint: Endpoint) -> str:
    """Give it a new secret and answer it; the caller saves."""
    secret = new_secret()
    endpoint.secret = seal(secret, place_of(endpoint))
    return secret


def secret_replace(endpoint: Endpoint, at: datetime) -> str:
    """A new secret; the present one signs beside it for a day. An older one is over at once."""
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, at + OVERLAP
    return secret_make(endpoint)


def secrets_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """What signs now, the newest first. SealBroken if the key that sealed them is gone."""
    place = place_of(endpoint)
    found = [unseal(endpoint.secret, place)]
    if endpoint.old_secret and endpoint.old_secret_until and at < endpoint.old_secret_until:
        found.append(unseal(endpoint.old_secret, place))
    return found
