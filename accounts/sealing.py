"""Secrets at rest: AES-256-GCM, bound to the table, the agency and the row they stand in. Pure.

A copy of the database alone opens none of them, and a sealed text that is copied to another row,
table or agency opens there neither. Whatever does not open raises SealBroken: no plain text is ever
taken for a sealed one, and none is written because a key is missing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

MARK = "sealed"  # sealed:<version>:<key id>:<nonce and ciphertext, base64>
VERSION = "1"
NONCE_BYTES = 12


class SealBroken(Exception):
    """The text is not sealed, was moved or changed, or its key is not in the ring."""


@dataclass(frozen=True)
class Place:
    """Where a secret stands. `row` names it for good; `agency_id` is None for identity tables."""

    table: str
    row: str
    agency_id: int | None = None

    def bound(self, key_id: str) -> bytes:
        agency = "-" if self.agency_id is None else str(self.agency_id)
        return "|".join((MARK, VERSION, key_id, self.table, agency, self.row)).encode()


def seal(text: str, place: Place) -> str:
    """Sealed with the first key of settings.SECRET_RING."""
    key_id, key = next(iter(settings.SECRET_RING.items()))
    nonce = urandom(NONCE_BYTES)
    closed = nonce + AESGCM(key).encrypt(nonce, text.encode(), place.bound(key_id))
    return ":".join((MARK, VERSION, key_id, urlsafe_b64encode(closed).decode()))


def unseal(sealed: str, place: Place) -> str:
    """The text that was sealed for this place, by any key of the ring."""
    try:
        mark, version, key_id, closed = sealed.split(":")
        key, content = settings.SECRET_RING[key_id], urlsafe_b64decode(closed)
        if (mark, version) != (MARK, VERSION):
            raise SealBroken("not a sealed text")
        opened = AESGCM(key).decrypt(
            content[:NONCE_BYTES], content[NONCE_BYTES:], place.bound(key_id)
        )
    except (ValueError, KeyError, NotBase64, InvalidTag) as error:
        # Neither the text nor the key id is quoted: both may reach a log.
        raise SealBroken(f"a secret of {place.table} does not open") from error
    return opened.decode()


def is_current(sealed: str) -> bool:
    """Whether the newest key has sealed it; else it wants to be sealed again."""
    return sealed.split(":")[:3] == [MARK, VERSION, next(iter(settings.SECRET_RING))]
