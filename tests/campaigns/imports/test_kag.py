"""KAG: ads without dates, kept on one stated day; its money has float noise, so cents are per ad."""

import csv
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Sum

from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, DailyFact, Lead, Sale
from tests.campaigns.imports.sending import DATA, example, needs_data, send
from tests.cast import Cast

pytestmark = needs_data
FILE = DATA / "kag_facebook_ads" / "KAG_conversion_data.csv"


def test_it_adds_up_in_cents_per_campaign(cast: Cast) -> None:
    batch = send(cast.bodega, FILE, example("kag"))
    assert batch.state == "done", batch.error
    assert batch.counts == {"rows": 1143, "new": 1143, "changed": 0, "same": 0, "refused": 0}
    assert batch.notes == [{"code": "period_last_day", "count": 1143}]
    with tenant_scope(cast.aurora.pk):
        stored = {
            name: totals
            for name, *totals in DailyFact.objects.values_list("campaign__external_id").annotate(
                Count("id"), Sum("ad_spend"), Sum("impressions"), Sum("clicks"),
                Sum("platform_leads"), Sum("platform_sales"),
            )
        }  # fmt: skip
        assert Campaign.objects.count() == 3
        assert {fact.period_rule for fact in DailyFact.objects.all()} == {"last_day"}
        assert {str(fact.day) for fact in DailyFact.objects.all()} == {"2017-08-31"}
        assert {fact.channel for fact in DailyFact.objects.all()} == {"paid_social"}
        # The platform's leads and sales are its own claims, no rows of a CRM.
        assert (Lead.objects.count(), Sale.objects.count()) == (0, 0)
    assert stored == _from_file()
    # 58,705.23 / 3,264 = 17.9857…, / 1,079 = 54.4071…
    spend = sum(totals[1] for totals in stored.values())
    assert spend == Decimal("58705.23")
    assert round(spend / sum(totals[4] for totals in stored.values()), 4) == Decimal("17.9857")
    assert round(spend / sum(totals[5] for totals in stored.values()), 4) == Decimal("54.4071")


def _from_file() -> dict[str, list[Decimal]]:
    sums: dict[str, list[Decimal]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            total = sums.setdefault(row["xyz_campaign_id"], [Decimal(0)] * 6)
            cents = Decimal(row["Spent"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
            names = ("Impressions", "Clicks", "Total_Conversion", "Approved_Conversion")
            figures = [Decimal(1), cents, *(Decimal(row[name]) for name in names)]
            sums[row["xyz_campaign_id"]] = [a + b for a, b in zip(total, figures, strict=True)]
    return sums


def test_twice_is_once(cast: Cast) -> None:
    send(cast.bodega, FILE, example("kag"))
    again = send(cast.bodega, FILE, example("kag"))
    assert again.counts == {"rows": 1143, "new": 0, "changed": 0, "same": 1143, "refused": 0}
