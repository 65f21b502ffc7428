"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, timestamp and body. Pure."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from secrets import token_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    return PREFIX + b64encode(token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, number: str, timestamp: int, body: bytes) -> str:
    signed = b".".join((number.encode(), str(timestamp).encode(), body))
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()


def headers(secrets: Sequence[str], number: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; one signature per secret, so that a receiver may change to the new one late.

    number: the webhook-id, without a dot. timestamp: of this try, in seconds since 1970.
    """
    if "." in number:
        raise ValueError("an id with a dot could be read as another id and time")
    return {
        "webhook-id": number,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            signature(secret, number, timestamp, body) for secret in secrets
        ),
    }
