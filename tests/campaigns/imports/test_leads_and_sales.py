"""Leads with stages and outcome, the sales that they make, and files of sales."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, Customer, LandingPage, Lead, Refund, Sale, Salesperson
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads", "source": "crm", "time_zone": "Europe/Madrid"}
SALES = {"kind": "sales", "preset": "generic_sales", "source": "shop"}


def leads(client: Client, head: str, *rows: str) -> dict[str, int]:
    batch = send(client, "\n".join([head, *rows]) + "\n", LEADS)
    assert batch.state == "done", batch.error
    return batch.counts


def sales(client: Client, head: str, *rows: str) -> dict[str, int]:
    batch = send(client, "\n".join([head, *rows]) + "\n", SALES)
    assert batch.state == "done", batch.error
    return batch.counts


def dirty(cast: Cast) -> int:
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kpis_dirtyday")
        return cursor.fetchone()[0]


def stages(lead: Lead) -> dict[str, date | None]:
    return {name: getattr(lead, f"{name}_on") for name in ("mql", "sql", "opp", "closed")}


def test_a_lead_keeps_all_that_its_row_says(cast: Cast) -> None:
    leads(
        cast.bodega,
        "id,created,name,email,phone,status,source,medium,campaign id,campaign,landing page,"
        "device,country,salesperson,salesperson name,answered,amount",
        '7,2026-03-29 01:30,Eva Sol,eva@example.com,+34 600,ok,Google,CPC,c9,"Brand, ES",'
        "https://bodega.example/vinos/tinto?utm=1#a,Móvil,es,s1,Sara,2026-03-29 03:10,1250",
    )
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.select_related("campaign", "landing_page", "salesperson").get()
        assert (lead.name, lead.email, lead.phone, lead.status) == (
            "Eva Sol", "eva@example.com", "+34 600", "valid",
        )  # fmt: skip
        # Madrid goes to summer time at 02:00 on 29 March: 01:30 is +01:00, 03:10 is +02:00.
        assert lead.created_at == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
        assert lead.answered_at == datetime(2026, 3, 29, 1, 10, tzinfo=UTC)
        assert lead.created_on == date(2026, 3, 29)
        assert (lead.utm_source, lead.utm_medium, lead.channel) == ("google", "cpc", "paid_search")
        assert (lead.campaign.external_id, lead.campaign.name) == ("c9", "Brand, ES")
        assert lead.landing_page.path == "/vinos/tinto"
        assert (lead.device, lead.country) == ("mobile", "ES")
        assert (lead.salesperson.external_id, lead.salesperson.name) == ("s1", "Sara")
        assert lead.first_salesperson_id == lead.salesperson_id
        assert (lead.amount, lead.currency, lead.outcome) == (Decimal(1250), "EUR", "")
        assert (lead.source, lead.external_id, lead.tz) == ("crm", "7", "Europe/Madrid")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # a later stage counts as having entered every earlier one on that date
        (",,2026-03-05,,", {"mql": 5, "sql": 5, "opp": 5, "closed": None}),
        (",2026-03-04,,,", {"mql": 4, "sql": 4, "opp": None, "closed": None}),
        ("2026-03-02,,2026-03-05,,", {"mql": 2, "sql": 5, "opp": 5, "closed": None}),
        # of its own date and a later stage's the earlier holds: first entry
        ("2026-03-09,,2026-03-05,,", {"mql": 5, "sql": 5, "opp": 5, "closed": None}),
        (",,,2026-03-08,", {"mql": 8, "sql": 8, "opp": 8, "closed": 8}),
        # lost is no stage on the way
        ("2026-03-02,,,,2026-03-08", {"mql": 2, "sql": None, "opp": None, "closed": 8}),
    ],
)
def test_stages_are_filled_downward(cast: Cast, row: str, expected: dict[str, int | None]) -> None:
    leads(cast.bodega, "id,created,mql,sql,opportunity,won,lost", f"1,2026-03-01,{row}")
    with tenant_scope(cast.aurora.pk):
        assert stages(Lead.objects.get()) == {
            name: date(2026, 3, day) if day else None for name, day in expected.items()
        }


def test_a_won_lead_makes_one_customer_and_one_sale(cast: Cast) -> None:
    counts = leads(
        cast.bodega,
        "id,created,channel,outcome,closed,amount,salesperson,customer,customer name",
        "1,2026-03-01,email,won,2026-03-08 18:30,99.50,s1,acme,Acme SA",
        "2,2026-03-02,email,won,2026-03-09,,s2,acme,Acme SA",
        "3,2026-03-03,display,lost,2026-03-09,10,s2,,",
        "4,2026-03-03,display,,,,,,",
    )
    assert (counts["new"], counts["sales_new"]) == (4, 2)
    with tenant_scope(cast.aurora.pk):
        customer = Customer.objects.get()
        assert (customer.external_id, customer.name) == ("acme", "Acme SA")
        first, second = Sale.objects.select_related("lead", "salesperson").order_by("sold_on")
        assert (first.amount, first.sold_on, first.is_first) == (
            Decimal("99.50"),
            date(2026, 3, 8),
            True,
        )
        assert first.sold_at == datetime(2026, 3, 8, 17, 30, tzinfo=UTC)
        # a blank amount is 0.00; only the first sale of a customer is first
        assert (second.amount, second.sold_date, second.is_first) == (0, date(2026, 3, 9), False)
        assert [sale.lead.external_id for sale in (first, second)] == ["1", "2"]
        assert [sale.salesperson.external_id for sale in (first, second)] == ["s1", "s2"]
        assert {sale.channel for sale in (first, second)} == {"email"}
        assert list(Lead.objects.order_by("external_id").values_list("outcome", "first_sale_on", "was_customer")) == [
            ("won", date(2026, 3, 8), False), ("won", date(2026, 3, 8), False),
            ("lost", None, False), ("", None, False),
        ]  # fmt: skip


def test_a_lead_no_longer_won_loses_sale_and_customer(cast: Cast) -> None:
    head = "id,created,won,amount"
    leads(cast.bodega, head, "1,2026-03-01,2026-03-08,50", "2,2026-03-01,2026-03-09,60")
    counts = leads(cast.bodega, head, "1,2026-03-01,,50", "2,2026-03-01,2026-03-09,60")
    assert (counts["changed"], counts["same"], counts["sales_removed"]) == (1, 1, 1)
    with tenant_scope(cast.aurora.pk):
        assert Sale.objects.get().lead.external_id == "2"
        lead = Lead.objects.get(external_id="1")
        assert (lead.outcome, lead.customer_id, lead.first_sale_on, lead.closed_on) == (
            "",
            None,
            None,
            None,
        )


def test_a_refunded_sale_stays(cast: Cast) -> None:
    leads(cast.bodega, "id,created,won,amount", "1,2026-03-01,2026-03-08,50")
    with tenant_scope(cast.aurora.pk):
        sale = Sale.objects.get()
        Refund.objects.create(
            agency_id=sale.agency_id, client_id=sale.client_id, sale=sale, source="x", tz=sale.tz,
            external_id="r", refunded_date=date(2026, 3, 20), amount=5, currency="EUR",
        )  # fmt: skip
    batch = send(cast.bodega, "id,created,won,amount\n1,2026-03-01,,50\n", LEADS)
    assert (batch.state, batch.error["code"]) == ("refused", "refunded")
    assert "Line 2" in batch.error["message"] and "“1”" in batch.error["message"]
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.get().outcome == "won" and Sale.objects.count() == 1


def test_a_file_changes_only_what_it_names(cast: Cast) -> None:
    leads(
        cast.bodega, "id,created,email,salesperson,mql", "1,2026-03-01,a@example.com,s1,2026-03-02"
    )
    with tenant_scope(cast.aurora.pk):
        Lead.objects.update(phone="by hand", sql_date=date(2026, 3, 3))
    counts = leads(cast.bodega, "id,created,email,outcome,closed", "1,2026-03-01,b@example.com,,")
    assert counts["changed"] == 1
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.get()
        assert (lead.email, lead.phone, lead.salesperson.external_id) == (
            "b@example.com", "by hand", "s1",
        )  # fmt: skip
        assert stages(lead) == {
            "mql": date(2026, 3, 2), "sql": date(2026, 3, 3), "opp": None, "closed": None,
        }  # fmt: skip


def test_a_later_owner_takes_no_past_stage(cast: Cast) -> None:
    head = "id,created,salesperson,mql,sql"
    leads(cast.bodega, head, "1,2026-03-01,s1,2026-03-02,")
    leads(cast.bodega, head, "1,2026-03-01,s2,2026-03-02,2026-03-05")
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.get()
        who = dict(Salesperson.objects.values_list("pk", "external_id"))
    assert [who[number] for number in (
        lead.first_salesperson_id, lead.mql_salesperson_id, lead.sql_salesperson_id, lead.salesperson_id,
    )] == ["s1", "s1", "s2", "s2"]  # fmt: skip


def test_a_changed_channel_reaches_sales_and_refunds(cast: Cast) -> None:
    leads(cast.bodega, "id,created,channel,won,amount", "1,2026-03-01,email,2026-03-08,50")
    with tenant_scope(cast.aurora.pk):
        sale = Sale.objects.get()
        Refund.objects.create(
            agency_id=sale.agency_id, client_id=sale.client_id, sale=sale, source="x", tz=sale.tz,
            external_id="r", refunded_date=date(2026, 3, 20), amount=5, currency="EUR", channel="email",
        )  # fmt: skip
    leads(cast.bodega, "id,created,channel", "1,2026-03-01,display")
    with tenant_scope(cast.aurora.pk):
        assert {
            Lead.objects.get().channel, Sale.objects.get().channel, Refund.objects.get().channel,
        } == {"display"}  # fmt: skip


def test_source_and_medium_win_over_a_channel_column(cast: Cast) -> None:
    leads(
        cast.bodega,
        "id,created,source,medium,channel",
        "1,2026-03-01,facebook,cpc,email",
        "2,2026-03-01,,,email",
        "3,2026-03-01,,,",
    )
    with tenant_scope(cast.aurora.pk):
        assert list(Lead.objects.order_by("external_id").values_list("channel", flat=True)) == [
            "paid_social", "email", "unassigned",
        ]  # fmt: skip


def test_a_campaign_is_its_id_and_its_label_the_newest_name(cast: Cast) -> None:
    leads(
        cast.bodega, "id,created,campaign id,campaign", "1,2026-03-01,c1,Spring", "2,2026-03-01,c2,"
    )
    leads(cast.bodega, "id,created,campaign id,campaign", "3,2026-03-01,c1,Spring sale")
    # A name alone is the campaign so called.
    leads(cast.bodega, "id,created,campaign", "4,2026-03-01,Spring sale", "5,2026-03-01,Summer")
    with tenant_scope(cast.aurora.pk):
        assert list(Campaign.objects.order_by("external_id").values_list("external_id", "name")) == [
            ("Summer", "Summer"), ("c1", "Spring sale"), ("c2", "c2"),
        ]  # fmt: skip
        assert dict(Lead.objects.values_list("external_id", "campaign__external_id")) == {
            "1": "c1", "2": "c2", "3": "c1", "4": "c1", "5": "Summer",
        }  # fmt: skip
        assert LandingPage.objects.count() == 0


def test_sales_take_what_they_lack_from_their_lead(cast: Cast) -> None:
    leads(cast.bodega, "id,created,channel,device,campaign", "L1,2026-03-01,email,mobile,Spring")
    batch = send(
        cast.bodega,
        "order id,date,amount,customer,lead id,channel,type\n"
        'o1,2026-03-04 10:00,"1.234,56",acme,L1,,nueva\n'
        "o2,2026-03-05,20,acme,,display,recompra\n"
        "o3,2026-03-06,30,zeta,L9,,\n",
        SALES,
    )
    assert batch.state == "done", batch.error
    assert batch.notes == [{"code": "unknown_leads", "count": 1}]
    with tenant_scope(cast.aurora.pk):
        rows = Sale.objects.order_by("external_id").values_list(
            "amount", "channel", "device", "campaign__name", "kind", "is_first", "lead__external_id"
        )
        assert list(rows) == [
            (Decimal("1234.56"), "email", "mobile", "Spring", "new", True, "L1"),
            (Decimal(20), "display", "", None, "repeat", False, None),
            (Decimal(30), "unassigned", "", None, "", True, None),
        ]


def test_an_earlier_sale_that_comes_later_is_first(cast: Cast) -> None:
    head = "id,date,amount,customer"
    sales(cast.bodega, head, "b,2026-03-05,20,acme")
    sales(cast.bodega, head, "a,2026-03-01,10,acme")
    with tenant_scope(cast.aurora.pk):
        assert dict(Sale.objects.values_list("external_id", "is_first")) == {"a": True, "b": False}


def test_a_won_lead_with_a_sale_of_its_own_makes_no_second(cast: Cast) -> None:
    leads(cast.bodega, "id,created", "L1,2026-03-01")
    sales(cast.bodega, "id,date,amount,customer,lead", "o1,2026-03-04,20,acme,L1")
    counts = leads(
        cast.bodega, "id,created,won,amount,customer", "L1,2026-03-01,2026-03-04,20,acme"
    )
    assert counts["sales_new"] == 0
    with tenant_scope(cast.aurora.pk):
        assert Sale.objects.get().external_id == "o1"


@pytest.mark.parametrize(
    ("mapping", "file"),
    [
        (LEADS, "id,created,salesperson,won,amount,campaign\n1,2026-03-01 10:00,s,2026-03-02,5,A\n"),
        (SALES, "id,date,amount,customer,channel\n1,2026-03-01,5,acme,email\n"),
        ({"kind": "costs", "preset": "generic_costs"}, "month,layer,amount\n2026-03,fee,5\n"),
        ({"kind": "daily", "preset": "generic_daily"}, "day,campaign,clicks,cost\n2026-03-01,A,5,1.50\n"),
    ],
    ids=["leads", "sales", "costs", "daily"],
)  # fmt: skip
def test_twice_is_once_and_marks_no_day(cast: Cast, mapping: dict[str, str], file: str) -> None:
    first = send(cast.bodega, file, mapping)
    assert (first.counts["new"], first.counts["same"]) == (1, 0), first.error
    assert dirty(cast) > 0
    with connection.cursor() as cursor, tenant_scope(cast.aurora.pk):
        cursor.execute("DELETE FROM kpis_dirtyday")
    again = send(cast.bodega, file, mapping)
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 1)
    assert dirty(cast) == 0
