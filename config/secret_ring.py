"""The keys that seal secrets at rest, newest first: settings.SECRET_RING. Pure."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from hashlib import sha256
from re import fullmatch

from config.env import EnvironmentInvalid

KEY_BYTES = 32


def secret_ring(stated: Sequence[str], secret_keys: Sequence[str]) -> dict[str, bytes]:
    """Keys by id, the one that seals first.

    `stated` are id:base64 of 32 random bytes, newest first. Keys made from `secret_keys` follow, so
    that what was sealed before a ring was stated still opens; without a stated key they seal as well.
    """
    ring: dict[str, bytes] = {}
    for item in stated:
        key_id, _, encoded = item.partition(":")
        try:
            key = b64decode(encoded, validate=True)
        except (NotBase64, ValueError):
            key = b""
        if not fullmatch(r"[a-z0-9]{1,16}", key_id) or len(key) != KEY_BYTES or key_id in ring:
            raise EnvironmentInvalid(
                "SECRET_RING must be a list of id:key, each id once, of small letters and digits,"
                " each key 32 random bytes in base64, the newest first."
            )
        ring[key_id] = key
    for secret in secret_keys:
        key = sha256(b"rumbo.sealing:" + secret.encode()).digest()
        ring["s" + sha256(b"rumbo.sealing.id:" + key).hexdigest()[:8]] = key
    return ring
