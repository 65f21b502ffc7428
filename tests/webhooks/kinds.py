"""Kinds of events for tests, known while one runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from webhooks.kinds import KINDS, EventKind, declare

HAPPENED, ENDED, MOVED = (
    EventKind("thing.happened", _("Something happened."), {"value": "1.50"}),
    EventKind("thing.ended", _("Something ended."), {"value": "1.50"}),
    EventKind("house.moved", _("The house moved."), {}, is_of_client=False),
)


@contextmanager
def declared() -> Iterator[None]:
    declare(HAPPENED, ENDED, MOVED)
    yield
    for kind in (HAPPENED, ENDED, MOVED):
        del KINDS[kind.key]
