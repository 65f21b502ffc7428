"""A source that nobody delivers any more: later days have nothing of it, until it delivers again."""

from datetime import date

from django.test import Client as Browser

from accounts.models import User
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import SourceSync
from campaigns.quiet import quiet_sources
from kpis.coverage import SourceSpan
from kpis.queries import spans_for
from tests.campaigns.imports.sending import send
from tests.cast import Cast

ADS = {"kind": "daily", "preset": "generic_daily", "source": "meta_ads"}
MARCH_1 = "day,campaign,clicks,cost\n2026-03-01,A,5,1.50\n"
END = "/a/aurora/c/bodega/data/sources/end/"
YESTERDAY = date(2026, 3, 20)


def through(cast: Cast) -> set[date | None]:
    """Up to where the families of the source are complete."""
    with tenant_transaction(cast.aurora.pk):
        spans: tuple[SourceSpan, ...] = spans_for(cast.bodega, YESTERDAY)
        return {each.complete_through for each in spans if each.source == "meta_ads"}


def post(user: User, **data: str) -> int:
    browser = Browser()
    browser.force_login(user)
    return browser.post(END, {"source": "meta_ads", **data}).status_code


def test_it_is_no_longer_waited_for(committed_cast: Cast) -> None:
    cast = committed_cast
    send(cast.bodega, MARCH_1, ADS)
    assert through(cast) == {date(2026, 3, 1)}
    assert post(cast.marta) == 302
    assert through(cast) == {YESTERDAY}
    with tenant_transaction(cast.aurora.pk):
        assert quiet_sources(cast.bodega, date(2030, 1, 1)) == []
    assert post(cast.marta, again="1") == 302
    assert through(cast) == {date(2026, 3, 1)}


def test_a_delivery_takes_it_back(committed_cast: Cast) -> None:
    cast = committed_cast
    send(cast.bodega, MARCH_1, ADS)
    post(cast.marta)
    send(cast.bodega, MARCH_1.replace("03-01", "03-02"), ADS)
    assert through(cast) == {date(2026, 3, 2)}


def test_who_imports_nothing_decides_nothing(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="ads", source="meta_ads"
        )
    assert [post(user) for user in (cast.ana, cast.vera, cast.malena)] == [403, 403, 404]
    with tenant_scope(cast.aurora.pk):
        assert SourceSync.objects.get().retired_at is None
