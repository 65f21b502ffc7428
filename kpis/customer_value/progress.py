"""Which stage a running fit has reached. In Valkey: its own transaction shows nothing until it is over."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

_SECONDS_KEPT = 3600

#: The stages in order, in words.
STAGES: Mapping[str, Any] = {
    "reading": _("Reading the purchases"),
    "purchases": _("Finding out how often customers buy"),
    "spending": _("Finding out what they spend"),
    "expecting": _("Computing what is expected of each customer"),
}


def stage_reached(model_id: int, stage: str) -> None:
    """Note it. A silent Valkey does not stop a fit."""
    with suppress(RedisError, OSError):
        cache.set(_key(model_id), stage, _SECONDS_KEPT)


def stage_of(model_id: int) -> str:
    """The stage, or "" if nobody has said anything yet."""
    with suppress(RedisError, OSError):
        return str(cache.get(_key(model_id)) or "")
    return ""


def stages_over(model_id: int) -> None:
    with suppress(RedisError, OSError):
        cache.delete(_key(model_id))


def _key(model_id: int) -> str:
    return f"value:{model_id}"
