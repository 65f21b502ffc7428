"""Campaigns as a whole and by ad, from one source: the second is refused, since both would be counted."""

from decimal import Decimal

from django.db.models import Sum

from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import DailyFact
from campaigns.services import batch_undo
from tests.campaigns.imports.sending import send
from tests.cast import Cast

META = {"kind": "daily", "preset": "meta_ads_manager"}
HEAD = "Reporting starts,Reporting ends,Campaign name,Day,Amount spent (EUR),Impressions"
_DAY = "2026-09-01,2026-09-01"
WHOLE = f"{HEAD}\n{_DAY},Autumn,2026-09-01,12.00,100\n{_DAY},Winter,2026-09-01,5.00,50\n"
BY_AD = f"{HEAD},Ad name\n{_DAY},Autumn,2026-09-01,7.00,60,Video A\n{_DAY},Autumn,2026-09-01,5.00,40,Video B\n"


def spend(cast: Cast) -> Decimal | None:
    with tenant_scope(cast.aurora.pk):
        return DailyFact.objects.aggregate(all=Sum("ad_spend"))["all"]


def test_ads_after_their_campaigns_are_refused(cast: Cast) -> None:
    whole = send(cast.bodega, WHOLE, META, name="campaigns.csv")
    batch = send(cast.bodega, BY_AD, META, name="ads.csv")
    assert (batch.state, batch.error["code"]) == ("refused", "other_grain")
    assert batch.error["message"] == (
        "ads.csv has a row for each ad, and “meta_ads” has figures of the same campaigns and days as a whole"
        " already (Autumn on 2026-09-01, from campaigns.csv). Both would be counted. Undo the other import"
        " first, or leave the column of the ad out."
    )
    assert spend(cast) == Decimal("17.00")
    with tenant_transaction(cast.aurora.pk):
        batch_undo(cast.bodega, whole)
    assert send(cast.bodega, BY_AD, META).state == "done"
    assert spend(cast) == Decimal("12.00")


def test_campaigns_after_their_ads_are_refused(cast: Cast) -> None:
    assert send(cast.bodega, BY_AD, META, name="ads.csv").state == "done"
    batch = send(cast.bodega, WHOLE, META, name="campaigns.csv")
    assert batch.error["message"] == (
        "campaigns.csv has campaigns as a whole, and “meta_ads” has the same campaigns and days by ad already"
        " (Autumn on 2026-09-01, from ads.csv). Both would be counted. Undo the other import first, or import"
        " the report by ad."
    )
    assert spend(cast) == Decimal("12.00")


def test_other_days_campaigns_and_sources_are_nobodys_double(cast: Cast) -> None:
    assert send(cast.bodega, WHOLE, META).state == "done"
    later = BY_AD.replace("2026-09-01", "2026-09-02")
    assert send(cast.bodega, later, META).state == "done"
    other = BY_AD.replace("Autumn", "Spring")
    assert send(cast.bodega, other, META).state == "done"
    assert send(cast.bodega, BY_AD, META | {"source": "meta_two"}).state == "done"
    # 17 + three times 12
    assert spend(cast) == Decimal("53.00")


def test_a_file_with_ads_and_campaigns_without_any_comes_twice(cast: Cast) -> None:
    mixed = BY_AD + f"{_DAY},Performance,2026-09-01,3.00,30,\n"
    assert send(cast.bodega, mixed, META).state == "done"
    again = send(cast.bodega, mixed, META)
    assert (again.state, again.counts["new"], again.counts["changed"]) == ("done", 0, 0)
    assert spend(cast) == Decimal("15.00")
