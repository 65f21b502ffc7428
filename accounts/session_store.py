"""Sessions of which the database has only a hash: a copy of it lets nobody in.

`session_key` is what the cookie says, as everywhere in Django; only the rows, here and in allauth's
list of sessions, are known by its hash. Web and workers are synchronous, and so is this.
"""

from hashlib import sha256
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models.lookups import Exact
from django.utils import timezone


class RowKey(str):
    """A hash as a row has it. Equal to itself, and to the secret that it is the hash of.

    Only what is read from a row is one. A cookie is plain text, whatever stands in it, and is
    always hashed: who has read a hash in the database gets nowhere with it.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str(self) == str(row_key(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def row_key(key: str) -> RowKey:
    """How the row of a session is named: 160 bits of the SHA-256 of its secret."""
    return key if isinstance(key, RowKey) else RowKey(sha256(key.encode()).hexdigest()[:40])


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> AbstractBaseSession | None:
        key = row_key(self.session_key or "")
        row = self.model.objects.filter(pk=key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(row_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(row_key(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = row_key(row.session_key)
        return row


class HashedExact(Exact):
    """allauth looks its list of sessions up by what the cookie says."""

    def get_prep_lookup(self) -> Any:
        return str(row_key(self.rhs)) if isinstance(self.rhs, str) else super().get_prep_lookup()


def hash_listed(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """Before a row of allauth's list is saved."""
    instance.session_key = row_key(instance.session_key)


def mark_listed(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """As a row of allauth's list is read: its key is a hash already."""
    if instance.pk is not None and "session_key" in instance.__dict__:
        instance.session_key = RowKey(instance.session_key)
