"""Lines of the portfolio made before anybody looks: after a client's night, and after a refresh.

Done by the worker, in a transaction of its own after the one that moved the figures; so the first
look of a morning finds every line kept, instead of making some hundreds while somebody waits. For
whom: a line is in words, so for the languages and countries that the agency's people have lately
read it in, which every look notes in the cache. Whatever is not made ahead is made at reading.
"""

import logging
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from django.core.cache import cache
from django.utils import translation

from accounts.models import Agency, Client
from accounts.outages import VALKEY_AWAY
from accounts.tenancy import tenant_transaction
from kpis.pages.portfolio import portfolio_keep
from kpis.pages.reader import Reader

log = logging.getLogger(__name__)
SECONDS_NOTED = 8 * 24 * 3600
MOST_READERS = 6


@dataclass(frozen=True)
class LineReader:
    """What of a person a line depends on."""

    language: str
    locale: str
    sees_costs: bool


def reader_note(agency_id: int, reader: LineReader) -> None:
    """Remember that somebody looked; two at once may lose one, who is noted at the next look."""
    try:
        known = _noted(agency_id)
        if known[:1] != [reader]:
            rest = [each for each in known if each != reader]
            said = [astuple(each) for each in (reader, *rest)][:MOST_READERS]
            cache.set(_key(agency_id), said, SECONDS_NOTED)
        else:
            cache.touch(_key(agency_id), SECONDS_NOTED)
    except VALKEY_AWAY as error:
        log.warning("Who looks at the portfolio is not noted: %s", error)


def lines_warm(agency_id: int, client_id: int) -> None:
    """Make a client's lines, for all who looked lately, unless they are kept and still stand.

    Outside a scope: opens a transaction of its own. Without the cache it does nothing.
    """
    try:
        readers = _noted(agency_id)
    except VALKEY_AWAY as error:
        log.warning("Lines of the portfolio are not made ahead: %s", error)
        return
    with tenant_transaction(agency_id):
        agency = Agency.objects.defer("logo").get(pk=agency_id)
        client = Client.objects.filter(pk=client_id, archived_at=None).first()
        if client is None:
            return
        for reader in readers or [_likely(agency)]:
            with translation.override(reader.language):
                portfolio_keep([client], reader.locale, agency.currency, reader.sees_costs)


def _likely(agency: Agency) -> LineReader:
    """Before anybody has looked: the agency's own language, in the country of all its clients."""
    zones = Client.objects.filter(archived_at=None).values_list("time_zone", flat=True).distinct()
    return LineReader(agency.language, Reader.of(agency.language, zones).locale, True)


def _noted(agency_id: int) -> Sequence[LineReader]:
    return [LineReader(*each) for each in cache.get(_key(agency_id)) or ()]


def _key(agency_id: int) -> str:
    return f"portfolio:readers:{agency_id}"
