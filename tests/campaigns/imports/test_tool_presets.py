"""Each tool's preset with a small file of ours under that tool's headers: counts, days, money, refusals."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.tenancy import tenant_scope
from campaigns.imports.presets import PRESETS, presets_fitting
from campaigns.models import DailyFact, ImportBatch, Lead, Sale
from tests.campaigns.imports.sending import DATA, needs_data, send
from tests.cast import Cast

LAYOUTS = DATA / "connector_samples" / "ui_export_layouts"
D = Decimal


def preset(key: str, **more: object) -> dict[str, object]:
    return {"kind": PRESETS[key].kind, "preset": key, **more}


def facts(cast: Cast, *fields: str) -> list[tuple[object, ...]]:
    with tenant_scope(cast.aurora.pk):
        rows = DailyFact.objects.order_by("day", "campaign__name", "channel", "item")
        return list(rows.values_list(*fields))


def twice_is_once(cast: Cast, text: str, mapping: dict[str, object]) -> ImportBatch:
    """The file comes in; the same file again changes nothing. The first batch."""
    first = send(cast.bodega, text, mapping)
    assert first.state == "done", first.error
    again = send(cast.bodega, text, mapping)
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    return first


LINKEDIN = (
    "Campaign Performance Report (in UTC)\nReport Start: 9/1/2026\n\n"
    "Start Date (in UTC),Account Name,Campaign Group Name,Campaign Name,Campaign ID,Currency,Total Spent,"
    "Impressions,Clicks,Leads\n"
    "9/1/2026,Acme,Autumn,Hiring,501,EUR,12.30,900,7,1\n"
    '9/15/2026,Acme,Autumn,Hiring,501,EUR,"1,004.00","10,020",88,3\n'
)


def test_linkedin(cast: Cast) -> None:
    twice_is_once(cast, LINKEDIN, preset("linkedin_ads"))
    assert facts(
        cast, "day", "campaign__external_id", "channel", "ad_spend", "impressions", "clicks", "platform_leads"
    ) == [
        (date(2026, 9, 1), "501", "paid_social", D("12.30"), 900, 7, 1),
        (date(2026, 9, 15), "501", "paid_social", D("1004.00"), 10020, 88, 3),
    ]  # fmt: skip


def test_linkedin_days_that_may_be_months_are_asked_for(cast: Cast) -> None:
    batch = send(cast.bodega, LINKEDIN.replace("9/15/2026", "9/2/2026"), preset("linkedin_ads"))
    assert (batch.error["code"], batch.error["data"]["choices"]) == (
        "ambiguous_dates",
        ["dmy", "mdy"],
    )


def test_tiktok(cast: Cast) -> None:
    text = (
        "By Day,Campaign name,Campaign ID,Ad group name,Ad name,Ad ID,Cost,Impressions,Clicks (destination),"
        "Complete payment,Total complete payment value,Currency\n"
        "2026-09-20,Otoño,88,Interés,UGC 1,a1,8.00,5000,70,1,59.90,EUR\n"
        "2026-09-20,Otoño,88,Interés,UGC 2,a2,4.50,2000,30,0,0,EUR\n"
        "Total of 2 results,,,,,,12.50,7000,100,1,59.90,EUR\n"
    )
    batch = twice_is_once(cast, text, preset("tiktok_ads"))
    assert batch.notes[0] == {"code": "skipped_totals", "count": 1, "lines": [4]}
    assert facts(
        cast, "campaign__name", "item", "ad_spend", "clicks", "platform_sales", "platform_conversion_value"
    ) == [
        ("Otoño", "a1", D("8.00"), 70, 1, D("59.90")),
        ("Otoño", "a2", D("4.50"), 30, 0, D(0)),
    ]  # fmt: skip


def test_microsoft(cast: Cast) -> None:
    text = (
        '"Report Name: Campaign performance"\n"Report Time: 9/1/2026,9/30/2026"\n'
        '"Time Zone: (GMT+01:00) Madrid"\n"Last Completed Available Day: 9/30/2026"\n'
        '"Report Aggregation: Daily"\n\n'
        '"Gregorian date","Campaign name","Campaign ID","Campaign type","Currency code","Device type",'
        '"Impressions","Clicks","Spend","Conversions","Revenue"\n'
        '"9/16/2026","Marca","777","Search","EUR","Computer","900","22","31.50","1","80.00"\n'
        '"9/16/2026","Tienda","778","Shopping","EUR","Smartphone","1,200","30","40.00","2","150.00"\n'
        '"©2026 Microsoft Corporation. All rights reserved. "\n'
    )
    batch = twice_is_once(cast, text, preset("microsoft_ads"))
    assert batch.notes[0]["code"] == "skipped_comment"
    assert facts(cast, "day", "campaign__name", "channel", "device", "ad_spend", "impressions") == [
        (date(2026, 9, 16), "Marca", "paid_search", "desktop", D("31.50"), 900),
        (date(2026, 9, 16), "Tienda", "paid_shopping", "mobile", D("40.00"), 1200),
    ]


def test_hubspot_contacts(cast: Cast) -> None:
    text = (
        "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Create Date,Original Source,"
        "Contact owner,Became a Marketing Qualified Lead Date\n"
        "101,Inés,Prado,ines@example.com,+34 600 000 000,lead,2026-03-12 09:14,PAID_SEARCH,ana@example.com,\n"
        "102,,Vidal,,,customer,3/15/2026 2:30 PM,Organic Social,,2026-03-16 10:00\n"
        "103,Teo,,,,,2026-03-01 00:00,,,\n"
    )
    twice_is_once(cast, text, preset("hubspot_contacts"))
    with tenant_scope(cast.aurora.pk):
        leads = Lead.objects.order_by("external_id")
        assert list(
            leads.values_list("external_id", "name", "email", "channel", "created_at", "mql_at")
        ) == [
            # Madrid is one hour ahead of Greenwich in March, until its 29th.
            ("101", "Inés Prado", "ines@example.com", "paid_search",
             datetime(2026, 3, 12, 8, 14, tzinfo=UTC), None),
            ("102", "Vidal", "", "organic_social", datetime(2026, 3, 15, 13, 30, tzinfo=UTC),
             datetime(2026, 3, 16, 9, 0, tzinfo=UTC)),
            ("103", "Teo", "", "unassigned", datetime(2026, 2, 28, 23, 0, tzinfo=UTC), None),
        ]  # fmt: skip


DEALS = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Deal owner\n"
    "7001,Renewal,Closed Won,Sales,12500.00,2026-04-30 12:00,2026-03-12 10:02,ana@example.com\n"
    "7002,New site,Cerrado perdido,Sales,,2026-05-10 12:00,2026-03-20 10:02,\n"
    "7003,Shop,Presentation Scheduled,Sales,900.50,2026-12-01 12:00,2026-03-21 10:02,\n"
)


def test_hubspot_deals(cast: Cast) -> None:
    twice_is_once(cast, DEALS, preset("hubspot_deals"))
    with tenant_scope(cast.aurora.pk):
        fields = ("name", "opp_at", "outcome", "closed_at", "amount")
        assert list(Lead.objects.order_by("external_id").values_list(*fields)) == [
            # Madrid is one hour ahead of Greenwich in winter and two in summer.
            ("Renewal", datetime(2026, 3, 12, 9, 2, tzinfo=UTC), "won",
             datetime(2026, 4, 30, 10, 0, tzinfo=UTC), D("12500.00")),
            ("New site", datetime(2026, 3, 20, 9, 2, tzinfo=UTC), "lost",
             datetime(2026, 5, 10, 10, 0, tzinfo=UTC), None),
            ("Shop", datetime(2026, 3, 21, 9, 2, tzinfo=UTC), "", None, D("900.50")),
        ]  # fmt: skip
        assert list(Sale.objects.values_list("amount", "sold_at")) == [
            (D("12500.00"), datetime(2026, 4, 30, 10, 0, tzinfo=UTC))
        ]


MAILCHIMP = (
    "Title,Subject,List,Send Date,Send Weekday,Total Recipients,Successful Deliveries,Soft Bounces,"
    "Hard Bounces,Total Bounces,Times Forwarded,Forwarded Opens,Unique Opens,Open Rate,Total Opens,"
    "Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Abuse Complaints,Times Liked on Facebook,"
    "Folder Id,Unique Id,Total Orders,Total Gross Sales,Total Revenue\n"
    'Otoño,Novedades,Clientes,"Sep 05, 2026 10:00 am",Saturday,1000,980,15,5,20,0,0,400,40.82%,600,'
    "50,5.10%,70,3,0,0,,c1a2,0,0,0\n"
)


def test_mailchimp(cast: Cast) -> None:
    twice_is_once(cast, MAILCHIMP, preset("mailchimp_campaigns"))
    assert facts(
        cast, "day", "campaign__name", "item", "platform", "channel", "emails_sent", "emails_delivered",
        "hard_bounces", "soft_bounces", "unique_opens", "unique_clicks", "unsubscribes",
    ) == [
        (date(2026, 9, 5), "Otoño", "c1a2", "mailchimp", "email", 1000, 980, 5, 15, 400, 50, 3)
    ]  # fmt: skip


GA4 = (
    "# ----------------------------------------\n# Traffic acquisition\n# Account: Acme\n# Property: acme\n"
    "# ----------------------------------------\n#\n# Start date: 20260901\n# End date: 20260903\n"
)
GA4_HEAD = (
    "Session primary channel group (Default Channel Group),Sessions,Engaged sessions,Engagement rate,"
    "Key events\n"
)
GA4_ROWS = "Organic Search,10,5,0.5,2\nPaid Social,4,1,0.25,0\n,14,6,0.43,2\n"


def test_ga4_by_day(cast: Cast) -> None:
    text = GA4 + GA4_HEAD.replace(",Sessions,", ",Date,Sessions,", 1) + (
        "Organic Search,20260901,10,5,0.5,2\nPaid Social,20260901,4,1,0.25,0\n(not set),20260902,1,0,0,0\n"
    )  # fmt: skip
    twice_is_once(cast, text, preset("ga4_traffic"))
    assert facts(cast, "day", "channel", "sessions", "engaged_sessions", "key_events") == [
        (date(2026, 9, 1), "organic_search", 10, 5, 2),
        (date(2026, 9, 1), "paid_social", 4, 1, 0),
        (date(2026, 9, 2), "unassigned", 1, 0, 0),
    ]


def test_ga4_without_days_is_refused_and_its_period_offered(cast: Cast) -> None:
    batch = send(cast.bodega, GA4 + GA4_HEAD + GA4_ROWS, preset("ga4_traffic"), name="ga4.csv")
    assert (batch.state, batch.error["code"]) == ("refused", "period_unstated")
    assert batch.error["message"] == (
        "ga4.csv has no column with the day of each row: its figures are of a whole period. Add the dimension"
        " “Date” to the report and export it again, or say which days they cover and what to do with them:"
        " “spread” divides them by day, “last_day” keeps them on the last one."
    )
    data = batch.error["data"]
    assert (data["choices"], data["starts"], data["ends"]) == (
        ["spread", "last_day"], "2026-09-01", "2026-09-03",
    )  # fmt: skip
    assert facts(cast, "day") == []


def test_ga4_of_a_period_is_spread_over_the_days_that_it_states(cast: Cast) -> None:
    rows = GA4_ROWS.replace(",14,6,0.43,2", "Grand total,14,6,0.43,2")
    twice_is_once(cast, GA4 + GA4_HEAD + rows, preset("ga4_traffic", period="spread"))
    # 10 / 3 = 4 + 3 + 3; 5 / 3 = 2 + 2 + 1; 2 / 3 = 1 + 1 + 0; 4 / 3 = 2 + 1 + 1; 1 / 3 = 1 + 0 + 0
    assert facts(cast, "day", "channel", "sessions", "engaged_sessions", "key_events", "period_rule") == [
        (date(2026, 9, 1), "organic_search", 4, 2, 1, "spread"),
        (date(2026, 9, 1), "paid_social", 2, 1, 0, "spread"),
        (date(2026, 9, 2), "organic_search", 3, 2, 1, "spread"),
        (date(2026, 9, 2), "paid_social", 1, 0, 0, "spread"),
        (date(2026, 9, 3), "organic_search", 3, 1, 0, "spread"),
        (date(2026, 9, 3), "paid_social", 1, 0, 0, "spread"),
    ]  # fmt: skip


def test_ga4_of_a_period_that_its_sender_states(cast: Cast) -> None:
    stated = {"starts": {"constant": "2026-09-01"}, "ends": {"constant": "2026-09-30"}}
    mapping = preset("ga4_traffic", period="last_day", columns=stated)
    text = GA4_HEAD + "Organic Search,10,5,0.5,2\n"
    assert send(cast.bodega, text, mapping).state == "done"
    assert facts(cast, "day", "sessions", "covers_from", "covers_to") == [
        (date(2026, 9, 30), 10, date(2026, 9, 1), date(2026, 9, 30)),
    ]


def test_exchange_rates_are_sent_where_they_belong(cast: Cast) -> None:
    text = "Date,USD,JPY,BGN,CZK,DKK,EEK,GBP,\n2026-09-01,1.17,172.1,1.95,24.4,7.46,N/A,0.86,\n"
    batch = send(cast.bodega, text, preset("generic_costs"), name="eurofxref-hist.csv")
    assert (batch.state, batch.error["code"]) == ("refused", "exchange_rates")
    assert batch.error["message"] == (
        "eurofxref-hist.csv is a file of exchange rates, which belong to the agency and not to a client."
        " Bring it in on the page “Exchange rates”."
    )


#: (tool, language, a file)
LANGUAGES = [
    ("google_ads_campaign", "es", "Informe de campaña\n1 de septiembre de 2026 - 2 de septiembre de 2026\n"
     "Día;Campaña;Tipo de campaña;Código de moneda;Coste;Impr.;Clics;Conversiones;Valor de conv.\n"
     "2026-09-01;Marca;Búsqueda;EUR;1.204,50;1.204;41;2,00;240,00\nTotal: cuenta;;;EUR;1.204,50;1.204;41;2;240\n"),
    ("google_ads_campaign", "pt", "Relatório de campanha\n1 de setembro de 2026\n"
     "Dia;Campanha;Tipo de campanha;Código da moeda;Custo;Impr.;Cliques;Conversões;Valor conv.\n"
     "2026-09-01;Marca;Pesquisa;EUR;1.204,50;1.204;41;2,00;240,00\nTotal: conta;;;EUR;1.204,50;1.204;41;2;240\n"),
    ("google_ads_campaign", "fr", "Rapport sur les campagnes\n1 septembre 2026\n"
     "Jour;Campagne;Type de campagne;Code de devise;Coût;Impressions;Clics;Conversions;Valeur de conv.\n"
     "2026-09-01;Marca;Recherche;EUR;1 204,50;1 204;41;2,00;240,00\nTotal : compte;;;EUR;1 204,50;1 204;41;2;240\n"),
    ("google_ads_campaign", "de", "Kampagnenbericht\n1. September 2026\n"
     "Tag;Kampagne;Kampagnentyp;Währungscode;Kosten;Impressionen;Klicks;Conversions;Conv.-Wert\n"
     "2026-09-01;Marca;Suchnetzwerk;EUR;1.204,50;1.204;41;2,00;240,00\nGesamt: Konto;;;EUR;1.204,50;1.204;41;2;240\n"),
    ("meta_ads_manager", "es", "Inicio del informe,Fin del informe,Nombre de la campaña,Día,Importe gastado (EUR),"
     "Impresiones,Clics en el enlace,Compras,Valor de conversión de compras\n"
     '2026-09-01,2026-09-01,Marca,2026-09-01,"1204,50",1204,41,2,"240,00"\n'),
    ("meta_ads_manager", "pt", "Início dos relatórios,Encerramento dos relatórios,Nome da campanha,Dia,"
     "Valor usado (EUR),Impressões,Cliques no link,Compras,Valor de conversão da compra\n"
     '2026-09-01,2026-09-01,Marca,2026-09-01,"1204,50",1204,41,2,"240,00"\n'),
    ("meta_ads_manager", "fr", "Début des rapports;Fin des rapports;Nom de la campagne;Jour;Montant dépensé (EUR);"
     "Impressions;Clics sur le lien;Achats;Valeur de conversion des achats\n"
     "2026-09-01;2026-09-01;Marca;2026-09-01;1204,50;1204;41;2;240,00\n"),
    ("meta_ads_manager", "de", "Berichtsstart;Berichtsende;Kampagnenname;Tag;Ausgegebener Betrag (EUR);Impressionen;"
     "Link-Klicks;Käufe;Conversion-Wert von Käufen\n"
     "2026-09-01;2026-09-01;Marca;2026-09-01;1204,50;1204;41;2;240,00\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text"), [(key, text) for key, _name, text in LANGUAGES],
    ids=[f"{key}-{name}" for key, name, _text in LANGUAGES],
)  # fmt: skip
def test_the_same_report_in_another_language(cast: Cast, key: str, text: str) -> None:
    twice_is_once(cast, text, preset(key))
    assert facts(
        cast, "day", "campaign__name", "currency", "ad_spend", "impressions", "clicks",
        "platform_conversion_value", "channel",
    ) == [
        (date(2026, 9, 1), "Marca", "EUR", D("1204.50"), 1204, 41, D("240.00"),
         "paid_search" if key.startswith("google") else "paid_social"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "needed", "shown"),
    [
        ("linkedin_ads", "start date (in utc)", "Report,Total Spent,Campaign Name"),
        ("tiktok_ads", "by day", "Campaign name,Cost,Impressions"),
        ("microsoft_ads", "spend", "Gregorian date,Campaign name,Impressions,Clicks"),
        ("hubspot_contacts", "create date", "Record ID,First Name"),
        ("hubspot_deals", "create date", "Record ID,Deal Name"),
        ("mailchimp_campaigns", "send date", "Title,Subject,Total Recipients"),
        ("ga4_traffic", "session primary channel group (default channel group)", "Date,Sessions"),
    ],
)
def test_another_layout_is_refused_by_the_column_that_it_lacks(
    cast: Cast, key: str, needed: str, shown: str
) -> None:
    batch = send(
        cast.bodega, f"{shown}\n{','.join('1' for _each in shown.split(','))}\n", preset(key)
    )
    assert (batch.state, batch.error["code"]) == ("refused", "wrong_layout")
    assert batch.error["message"] == (
        f"file.csv is not a file of the preset “{PRESETS[key].label}”: it has no column “{needed}”."
        f" It has: {shown.replace(',', ', ')}."
    )
    assert facts(cast, "day") == []


@needs_data
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("google_ads_campaign_report", "google_ads_campaign"),
        ("meta_ads_manager_daily", "meta_ads_manager"),
        ("ga4_traffic_acquisition", "ga4_traffic"),
        ("linkedin_campaign_performance", "linkedin_ads"),
        ("tiktok_ads", "tiktok_ads"),
        ("microsoft_ads", "microsoft_ads"),
        ("hubspot_contacts", "hubspot_contacts"),
        ("hubspot_deals", "hubspot_deals"),
    ],
)
def test_each_tool_is_recognised_by_its_headers(name: str, key: str) -> None:
    lines = (LAYOUTS / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
    best = max((line.split(",") for line in lines), key=lambda row: PRESETS[key].fit(row))
    assert presets_fitting(best)[0].key == key


def test_mailchimp_is_recognised_and_a_stranger_is_not() -> None:
    assert presets_fitting(MAILCHIMP.splitlines()[0].split(","))[0].key == "mailchimp_campaigns"
    assert presets_fitting(["fecha", "importe", "concepto"]) == []
