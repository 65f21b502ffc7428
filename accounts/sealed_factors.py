"""Second factors at rest: allauth's rows hold sealed texts only, each bound to its person and kind.

allauth hands its adapter a text without saying whose it is. So `encrypt` only marks a text as open,
and the row seals it as it is saved, when it is known where it will stand; reading a row turns its
sealed texts into ones that know their place, and `decrypt` opens those.
"""

from typing import Any

from allauth.mfa.models import Authenticator

from accounts.sealing import MARK, Place, SealBroken, seal, unseal

TABLE = Authenticator._meta.db_table


class Open(str):
    """A secret that is not at rest yet. It must not reach the database."""


class Sealed(str):
    """A sealed text that knows where it stands."""

    place: Place


def place_of(row: Authenticator) -> Place:
    """A person has one row of each kind with secrets, and keeps it: the pair is its name."""
    return Place(TABLE, f"{row.user_id}/{row.type}")


def factor_open(text: str) -> Open:
    return Open(text)


def factor_read(text: str) -> str:
    """The secret itself; SealBroken for anything but a sealed text in its own place."""
    if not isinstance(text, Sealed):
        raise SealBroken("a second factor is not sealed")
    return unseal(text, text.place)


def seal_factor(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """Before a row is saved: seal what is open."""
    place = place_of(instance)

    def close(value: Any) -> Any:
        return placed(seal(value, place), place) if isinstance(value, Open) else value

    instance.data = each_text(instance.data, close)


def place_factor(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """As a row is read: its sealed texts learn where they stand."""
    if "data" not in instance.__dict__:  # deferred
        return
    place = place_of(instance)

    def put(value: Any) -> Any:
        is_sealed = type(value) is str and value.startswith(f"{MARK}:")
        return placed(value, place) if is_sealed else value

    instance.data = each_text(instance.data, put)


def placed(sealed: str, place: Place) -> Sealed:
    found = Sealed(sealed)
    found.place = place
    return found


def each_text(data: Any, change: Any) -> Any:
    """The same data with each text of its first two levels changed (a secret, or a list of codes)."""
    if not isinstance(data, dict):
        return data
    return {
        key: [change(item) for item in value] if isinstance(value, list) else change(value)
        for key, value in data.items()
    }
