"""The presets read what the platforms export: titles, totals, thousands, indicators, headers' currency."""

from datetime import date
from decimal import Decimal

from accounts.tenancy import tenant_scope
from campaigns.models import DailyFact
from tests.campaigns.imports.sending import DATA, needs_data, send
from tests.cast import Cast

GOOGLE = {"kind": "daily", "preset": "google_ads_campaign"}
META = {"kind": "daily", "preset": "meta_ads_manager"}
LAYOUTS = DATA / "connector_samples" / "ui_export_layouts"


def facts(cast: Cast, *fields: str) -> list[tuple[object, ...]]:
    with tenant_scope(cast.aurora.pk):
        return list(
            DailyFact.objects.order_by("day", "item", "campaign__name").values_list(*fields)
        )


@needs_data
def test_google_ads_campaign_report(cast: Cast) -> None:
    batch = send(cast.bodega, LAYOUTS / "google_ads_campaign_report.csv", GOOGLE)
    assert batch.state == "done", batch.error
    assert batch.notes == [{"code": "skipped_totals", "count": 2, "lines": [7, 8]}]
    assert facts(
        cast, "day", "campaign__name", "channel", "currency", "ad_spend", "impressions", "clicks",
        "platform_conversions", "platform_conversion_value",
    ) == [
        (date(2026, 9, 1), "Search - Brand", "paid_search", "USD", Decimal("172.45"), 1204, 41, 2, 240),
        (date(2026, 9, 2), "Search - Brand", "paid_search", "USD", Decimal("165.10"), 1180, 39, 1, 120),
        (date(2026, 9, 3), "Search - Generic", "paid_search", "USD", Decimal("1054.20"), 410, 52, Decimal("3.5"), 0),
    ]  # fmt: skip
    assert batch.source == "google_ads"


def test_google_in_utf_16_with_tabs_and_missing_figures(cast: Cast) -> None:
    text = (
        "Campaign report\r\nSeptember 2026\r\n"
        "Day\tCampaign\tCampaign type\tCurrency code\tCost\tImpr.\tClicks\tConversions\r\n"
        "2026-09-01\tBrand – ñ\tPerformance Max\tEUR\t€1,204.50\t\"1,204\"\t41\t --\r\n"
        "2026-09-01\tTube\tVideo\tEUR\t€4.50\t12\t4\t1.25\r\n"
        "Total: Account\t\t\tEUR\t€1,209.00\t\"1,216\"\t45\t1.25\r\n"
    )  # fmt: skip
    batch = send(cast.bodega, text.encode("utf-16"), GOOGLE)
    assert batch.state == "done", batch.error
    assert facts(cast, "campaign__name", "channel", "ad_spend", "platform_conversions") == [
        ("Brand – ñ", "cross_network", Decimal("1204.50"), None),
        ("Tube", "paid_video", Decimal("4.50"), Decimal("1.25")),
    ]
    assert (batch.mapping["encoding"], batch.mapping["delimiter"]) == ("utf-16", "\t")


@needs_data
def test_meta_ads_manager_by_day(cast: Cast) -> None:
    batch = send(cast.bodega, LAYOUTS / "meta_ads_manager_daily.csv", META)
    assert batch.state == "done", batch.error
    # Link clicks are the clicks; results are leads by their indicator.
    assert facts(
        cast, "day", "campaign__external_id", "campaign__name", "item", "channel", "currency",
        "ad_spend", "impressions", "clicks", "platform_leads", "platform_sales", "platform_conversions",
    ) == [
        (date(2026, 9, 1), "120210000000000001", "Winter Sale", "Video A", "paid_social", "USD",
         Decimal("12.50"), 3400, 51, 2, None, 2),
        (date(2026, 9, 2), "120210000000000001", "Winter Sale", "Video A", "paid_social", "USD",
         Decimal("1010.00"), 3100, 40, 1, None, 1),
    ]  # fmt: skip


META_HEAD = (
    "Reporting starts,Reporting ends,Campaign name,Ad name,Amount spent (EUR),Impressions,Link clicks,"
    "Results,Result indicator\n"
)


def test_meta_results_go_where_their_indicator_says(cast: Cast) -> None:
    day = "2026-09-01,2026-09-01"
    batch = send(
        cast.bodega,
        META_HEAD
        + f"{day},A,ad 1,1.00,10,1,3,actions:offsite_conversion.fb_pixel_purchase\n"
        + f"{day},A,ad 2,1.00,10,1,4,actions:onsite_conversion.lead_grouped\n"
        + f"{day},A,ad 3,1.00,10,1,5,actions:link_click\n"
        + ",,,,3.00,30,3,,\n",
        META,
    )
    assert batch.state == "done", batch.error
    assert batch.notes == [{"code": "skipped_totals", "count": 1, "lines": [5]}]
    assert facts(cast, "item", "platform_sales", "platform_leads", "platform_conversions") == [
        ("ad 1", 3, None, 3), ("ad 2", None, 4, 4), ("ad 3", None, None, None),
    ]  # fmt: skip


def test_meta_rows_of_a_period_are_spread_exactly(cast: Cast) -> None:
    row = "2026-09-01,2026-09-03,A,ad 1,10.00,11,2,,\n"
    batch = send(cast.bodega, META_HEAD + row, META | {"period": "spread"})
    assert batch.state == "done", batch.error
    assert batch.notes == [{"code": "period_spread", "count": 1}]
    # 10.00 / 3: 3.34 + 3.33 + 3.33; 11 / 3: 4 + 4 + 3; 2 / 3: 1 + 1 + 0
    assert facts(
        cast, "day", "ad_spend", "impressions", "clicks", "covers_from", "covers_to", "period_rule"
    ) == [
        (date(2026, 9, 1), Decimal("3.34"), 4, 1, date(2026, 9, 1), date(2026, 9, 3), "spread"),
        (date(2026, 9, 2), Decimal("3.33"), 4, 1, date(2026, 9, 1), date(2026, 9, 3), "spread"),
        (date(2026, 9, 3), Decimal("3.33"), 3, 0, date(2026, 9, 1), date(2026, 9, 3), "spread"),
    ]


def test_meta_rows_of_a_period_kept_on_their_last_day(cast: Cast) -> None:
    row = "2026-09-01,2026-09-03,A,ad 1,10.00,11,2,,\n"
    batch = send(cast.bodega, META_HEAD + row, META | {"period": "last_day"})
    assert batch.notes == [{"code": "period_last_day", "count": 1}]
    assert facts(cast, "day", "ad_spend", "covers_from", "covers_to", "period_rule") == [
        (date(2026, 9, 3), Decimal("10.00"), date(2026, 9, 1), date(2026, 9, 3), "last_day"),
    ]


@needs_data
def test_kag_as_a_meta_export_adds_up(cast: Cast) -> None:
    file = DATA / "kag_facebook_ads" / "derived_kag_as_meta_export.csv"
    batch = send(cast.bodega, file, META | {"period": "last_day"})
    assert batch.state == "done", batch.error
    with tenant_scope(cast.aurora.pk):
        spend = sum(fact.ad_spend for fact in DailyFact.objects.all())
        leads = sum(fact.platform_leads for fact in DailyFact.objects.all())
    assert (spend, leads) == (Decimal("58705.23"), 3264)


def test_rows_with_one_key_are_added_up(cast: Cast) -> None:
    batch = send(
        cast.bodega,
        "day,campaign,cost,clicks,conversions\n"
        "2026-09-01,A,1.25,3,\n2026-09-02,A,9.00,9,1\n2026-09-01,A,2.50,4,\n2026-09-01,B,1.00,,2.5\n",
        {"kind": "daily", "preset": "generic_daily"},
    )
    assert batch.state == "done", batch.error
    assert batch.counts == {
        "rows": 4,
        "new": 3,
        "changed": 0,
        "same": 0,
        "added_up": 1,
        "refused": 0,
    }
    # A measure that no row reports stays unknown; it does not become 0.
    assert facts(cast, "day", "campaign__name", "ad_spend", "clicks", "platform_conversions") == [
        (date(2026, 9, 1), "A", Decimal("3.75"), 7, None),
        (date(2026, 9, 1), "B", Decimal("1.00"), None, Decimal("2.5")),
        (date(2026, 9, 2), "A", Decimal("9.00"), 9, 1),
    ]
    again = send(
        cast.bodega,
        "day,campaign,cost,clicks,conversions\n2026-09-01,A,2.50,4,\n2026-09-01,A,1.25,3,\n",
        {"kind": "daily", "preset": "generic_daily"},
    )
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 1)


def test_another_column_in_the_export_makes_no_other_rows(cast: Cast) -> None:
    head, row = "Day,Campaign,Cost,Impr.,Clicks", "2026-09-01,Shop,1.50,10,1"
    send(cast.bodega, f"{head}\n{row}\n", GOOGLE)
    again = send(cast.bodega, f"{head},Campaign type\n{row},Shopping\n", GOOGLE)
    assert (again.counts["new"], again.counts["changed"]) == (0, 1)
    assert facts(cast, "channel", "clicks") == [("paid_shopping", 1)]


@needs_data
def test_ga4_by_channel_needs_a_day_and_then_comes_in(cast: Cast) -> None:
    file = LAYOUTS / "ga4_traffic_acquisition.csv"
    generic = {"kind": "daily", "preset": "generic_daily", "source": "ga4"}
    assert send(cast.bodega, file, generic).error["code"] == "missing_column"
    stated = generic | {"columns": {"day": {"constant": "2026-09-30"}}, "period": "last_day"}
    batch = send(cast.bodega, file, stated)
    assert batch.state == "done", batch.error
    with tenant_scope(cast.aurora.pk):
        rows = DailyFact.objects.order_by("channel").values_list(
            "family", "channel", "sessions", "engaged_sessions", "key_events"
        )
        assert list(rows) == [
            ("web", "direct", 400, 200, 10), ("web", "organic_search", 600, 400, 20),
            ("web", "unassigned", 3, 0, 0),
        ]  # fmt: skip
