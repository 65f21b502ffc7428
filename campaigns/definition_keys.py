"""Keys of what people define: made of a name, unique for whoever may meet them."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import current_scope
from campaigns.own_measures import LONGEST_KEY

_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")


def key_for(
    rows: QuerySet[Any], prefix: str, client: Client | None, name: str, asked: str = ""
) -> str:
    """A key made of a name: "Calls booked" is own_calls_booked; taken, own_calls_booked_2.

    `rows` are all definitions of the agency that can be seen. A key that was asked for is refused
    if it is taken or is no key. Under the agency's lock.
    """
    if asked and not _is_key(asked, prefix):
        raise DomainError(
            "bad_key",
            _("A key begins with %(prefix)s and has lower-case words joined by _.")
            % {"prefix": prefix},
            {"fields": ["key"]},
        )
    key = asked or (prefix + _slug(name))[:LONGEST_KEY].strip("_")
    # An agency's key must not hide a client's, nor the other way round; clients do not meet.
    if client is not None:
        rows = rows.filter(Q(client=client) | Q(client=None))
    taken = set(rows.filter(key__startswith=prefix).values_list("key", flat=True))
    if key not in taken:
        return key
    if asked:
        raise DomainError(
            "key_taken",
            _("There is already one with the key %(key)s.") % {"key": key},
            {"fields": ["key"]},
        )
    return key_beside(key, taken)


def key_beside(key: str, taken: Collection[str]) -> str:
    """The first of own_calls_2, own_calls_3, … that is not taken."""
    return next(found for found in _numbered(key) if found not in taken)


def forget_definitions() -> None:
    """What this scope remembers of definitions is out of date."""
    scope = current_scope()
    if scope is not None:
        scope.remembered.clear()


def _is_key(text: str, prefix: str) -> bool:
    return bool(_KEY.match(text)) and text.startswith(prefix) and len(text) <= LONGEST_KEY


def _numbered(key: str) -> Iterator[str]:
    number = 1
    while True:
        number += 1
        yield f"{key[: LONGEST_KEY - 5].rstrip('_')}_{number}"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "_".join(re.findall(r"[a-z0-9]+", plain)) or "measure"
