"""What a kind of event is: its name in the API, what it means, and an example of what it carries.

Each app declares its own, beside what it tells of; here is the one that tries an endpoint out. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Lower-case words with dots between them, as the Standard Webhooks specification wants them.
KEY = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+\Z")
TEST = "webhook.test"


@dataclass(frozen=True)
class EventKind:
    """One kind of event. Its key never changes: programs wait for it.

    meaning: when it is sent. sample: what `data` looks like, with the same keys and types as in a
    real one. is_of_client: it happens to one client; else to the agency. is_chosen: an endpoint may
    want it or not (a test goes where it is asked for).
    """

    key: str
    meaning: Promise
    sample: Mapping[str, Any]
    is_of_client: bool = True
    is_chosen: bool = True

    def __post_init__(self) -> None:
        if not KEY.match(self.key) or len(self.key) > 40:
            raise ValueError(f"{self.key!r} is no name of an event")


KINDS: dict[str, EventKind] = {}


def declare(*kinds: EventKind) -> None:
    """Make kinds known, when the app that tells of them is ready."""
    KINDS.update((kind.key, kind) for kind in kinds)


def chosen_kinds() -> list[EventKind]:
    """Those that an endpoint may ask for, by name."""
    return sorted((kind for kind in KINDS.values() if kind.is_chosen), key=lambda kind: kind.key)


declare(
    EventKind(
        TEST,
        _("Somebody pressed “Send a test event”."),
        {"sent_by": "Alicia"},
        is_of_client=False,
        is_chosen=False,
    ),
)
