"""The bracket around what a person does in one go: everything the audit sees within belongs to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from accounts.models import Client, Membership
from accounts.tenancy import current_scope, writing_in_act
from campaigns.models import Act

_open: ContextVar[Act | None] = ContextVar("rumbo_act", default=None)


@contextmanager
def act(client: Client, actor: Membership | None, kind: str, verb: str) -> Iterator[Act]:
    """Open an act, inside a transaction and the client's scope; on an error nothing of it stays.

    Inside another act it is part of that one. Without an actor it is the scope's: a token's maker.
    """
    held = _open.get()
    if held is not None:
        yield held
        return
    scope = current_scope()
    actor_id = actor.pk if actor else scope and scope.actor_id
    with transaction.atomic():
        opened = Act.objects.create(
            agency_id=client.agency_id, client=client, kind=kind, verb=verb, actor_id=actor_id
        )
        token = _open.set(opened)
        try:
            with writing_in_act(opened.pk):
                yield opened
        finally:
            _open.reset(token)
        opened.save(update_fields=["count"])
