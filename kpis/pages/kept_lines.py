"""Lines of the portfolio kept in the cache, for as long as everything they are made of stands.

A kept line is never told that it is stale: its key holds how the client's rows stand
(`kpis.line_queries`), so whatever changes them makes another key, and the old line is forgotten in
time. Without the cache every line is made anew, which is slower and says the same.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache as once
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language

from accounts.models import Client
from accounts.outages import VALKEY_AWAY
from accounts.shell import Listed
from kpis.line_queries import line_versions
from kpis.pages.picker import Choice

log = logging.getLogger(__name__)
SECONDS_KEPT = 36 * 3600
#: What computes, words and draws a line: another release never reads what this one has kept.
CODE = (
    "accounts/**/*.py", "campaigns/**/*.py", "kpis/**/*.py", "locale/**/*.mo",
    "templates/kpis/parts/*.html", "static/vendor/icons/*.svg",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A client, the days it is asked about and the words of the key that its readers share."""

    client: Client
    choice: Choice
    last_complete: date


@dataclass
class Kept:
    """What is kept of some clients, for one kind of reader. Made anew for every page.

    `words` are all things beside the client that what is kept depends on: language, country, role.
    """

    versions: Mapping[int, str]
    words: tuple[str, ...]
    is_away: bool = field(default=False)

    @classmethod
    def of(cls, clients: Sequence[Client | Listed], *words: str) -> "Kept":
        """One statement, whatever the number of clients. Inside a scope that holds them.

        To be asked before anything that is kept is computed: what changes in between is then kept
        under a version that nobody asks for any more.
        """
        versions = line_versions(clients[0].agency_id, clients) if clients else {}
        return cls(versions, (get_language() or "", *words))

    def lines(
        self,
        kind: str,
        asked: Sequence[Asked],
        compute: Callable[[Asked], tuple[Any, bool]],
    ) -> list[Any]:
        """What is kept of each, as JSON; of the others what `compute` answers, and whether to keep it.

        One look into the cache for all, and one writing for all that were missing.
        """
        keys = [self._key(kind, each) for each in asked]
        found = self._get(keys)
        fresh: dict[str, Any] = {}
        lines = []
        for key, each in zip(keys, asked, strict=True):
            if key in found:
                lines.append(found[key])
                continue
            line, is_lasting = compute(each)
            lines.append(line)
            if is_lasting:
                fresh[key] = line
        self._set(fresh)
        return lines

    def _key(self, kind: str, asked: Asked) -> str:
        client, choice = asked.client, asked.choice
        said = (
            code_digest(),
            self.versions[client.pk],
            choice.period.first,
            choice.period.last,
            choice.question.compare,
            choice.unit,
            asked.last_complete,
            *self.words,
        )
        digest = blake2b(repr(said).encode(), digest_size=16).hexdigest()
        return f"portfolio:{kind}:{client.agency_id}:{client.pk}:{digest}"

    def _get(self, keys: Sequence[str]) -> Mapping[str, Any]:
        try:
            return cache.get_many(keys) if keys else {}
        except VALKEY_AWAY as error:
            self._note(error)
            return {}

    def _set(self, fresh: dict[str, Any]) -> None:
        if self.is_away or not fresh:
            return
        try:
            cache.set_many(fresh, SECONDS_KEPT)
        except VALKEY_AWAY as error:
            self._note(error)

    def _note(self, error: Exception) -> None:
        self.is_away = True
        log.warning("Lines of the portfolio are not kept: %s", error)


@once
def code_digest() -> str:
    """Tells releases apart: a digest of the code, the templates and the catalogues of words, read once a process."""
    digest = blake2b(digest_size=8)
    for pattern in CODE:
        for path in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
