"""The dirty-day log: complete whoever writes, and silent where no number can change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope, writing_because
from campaigns.models import (
    Budget,
    Cost,
    CustomerTerm,
    DailyFact,
    Interaction,
    Lead,
    ManualMonth,
    Refund,
    Sale,
    SaleLine,
)
from kpis.marked import MARKED
from kpis.models import DirtyDay
from tests.cast import Cast
from tests.kpis.facts import marks, new_cost, new_daily, new_lead, new_refund, new_sale

D1, D2, D3, D5, D9 = (date(2026, 3, day) for day in (1, 2, 3, 5, 9))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


def clear() -> None:
    DirtyDay.objects.all().delete()


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_each_fact_marks_the_days_it_touches(bodega: Client) -> None:
    new_lead(bodega, D1, mql_date=D3)
    assert marks(bodega) == {("leads", D1, "2026-03-01"), ("leads", D3, "2026-03-03")}
    clear()
    sale = new_sale(bodega, D1, 10)
    assert marks(bodega) == {("sales", D1, "2026-03-01"), ("active", D1, "2026-03-01")}
    clear()
    new_refund(sale, D5, 1)
    assert marks(bodega) == {("sales", D5, "2026-03-05")}
    clear()
    new_cost(bodega, D1, D9, 10)
    assert marks(bodega) == {("costs", D1, "2026-03-09")}
    clear()
    new_daily(bodega, D2, family="web", sessions=1, currency="")
    assert marks(bodega) == {("web", D2, "2026-03-02")}


def test_an_opportunity_marks_a_stock_from_its_day_until_it_is_decided(bodega: Client) -> None:
    lead = new_lead(bodega, D1, opp_date=D2)
    assert ("stock", D2, "infinity") in marks(bodega)
    clear()
    Lead.objects.filter(pk=lead.pk).update(closed_date=D9, outcome="won")
    # Before and after: from 2 March for ever; and from 2 to 8 March, which is part of it.
    assert marks(bodega) == {("leads", D9, "2026-03-09"), ("stock", D2, "infinity")}
    clear()
    Lead.objects.filter(pk=lead.pk).update(amount=Decimal(5), currency="EUR")
    assert marks(bodega) == {("leads", D9, "2026-03-09"), ("stock", D2, "2026-03-08")}


def test_decided_before_it_was_opened_is_never_a_stock(bodega: Client) -> None:
    new_lead(bodega, D1, opp_date=D5, closed_date=D3, outcome="won")
    assert marks(bodega) == {
        ("leads", D1, "2026-03-01"),
        ("leads", D3, "2026-03-03"),
        ("leads", D5, "2026-03-05"),
    }


def test_neighbouring_days_are_one_mark(bodega: Client) -> None:
    rows = [
        DailyFact(
            agency_id=bodega.agency_id, client=bodega, source="t", external_id=str(day), tz="UTC",
            family="ads", day=date(2026, 3, day), clicks=1,
        )
        for day in (1, 2, 3, 5, 6, 9)
    ]  # fmt: skip
    DailyFact.objects.bulk_create(rows)
    assert marks(bodega) == {
        ("ads", D1, "2026-03-03"),
        ("ads", D5, "2026-03-06"),
        ("ads", D9, "2026-03-09"),
    }


def test_a_moved_fact_marks_the_old_day_and_the_new(bodega: Client) -> None:
    fact = new_daily(bodega, D1, clicks=1)
    clear()
    fact.day = D9
    fact.save()
    assert marks(bodega) == {("ads", D1, "2026-03-01"), ("ads", D9, "2026-03-09")}
    clear()
    fact.family = "web"
    fact.save()
    assert marks(bodega) == {("ads", D9, "2026-03-09"), ("web", D9, "2026-03-09")}


def test_a_deleted_fact_marks_its_days(bodega: Client) -> None:
    new_lead(bodega, D1)
    new_cost(bodega, D1, D2, 5)
    clear()
    Lead.objects.filter(client=bodega).delete()
    Cost.objects.filter(client=bodega).delete()
    assert marks(bodega) == {("leads", D1, "2026-03-01"), ("costs", D1, "2026-03-02")}


def test_only_days_that_read_the_changed_column_are_marked(bodega: Client) -> None:
    lead = new_lead(bodega, D1, mql_date=D2, opp_date=D3, closed_date=D5, outcome="won")
    clear()
    changes: list[tuple[dict[str, object], set[str]]] = [
        ({"name": "Other", "email": "a@b.c", "salesperson": None}, set()),
        ({"device": "mobile"}, {"2026-03-01", "2026-03-02"}),
        ({"first_sale_on": D9}, {"2026-03-01"}),
        ({"lost_reason": "price"}, set()),
        ({"country": "ES"}, {"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-05"}),
        # The outcome counts on the day it was decided; the stock ends there either way.
        ({"outcome": "lost"}, {"2026-03-05"}),
    ]
    for change, days in changes:
        Lead.objects.filter(pk=lead.pk).update(**change)
        expected = {
            str(D1.replace(day=day)) for day in range(1, 10) if str(D1.replace(day=day)) in days
        }
        assert _days("leads") == expected, change
        clear()


def _days(family: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT generate_series(day, until, '1 day')::date::text FROM kpis_dirtyday"
            " WHERE family = %s",
            [family],
        )
        return {row[0] for row in cursor.fetchall()}


def test_spam_marks_nothing_until_it_is_none(bodega: Client) -> None:
    lead = new_lead(bodega, D1, status="spam")
    Lead.objects.filter(pk=lead.pk).update(device="mobile")
    assert marks(bodega) == set()
    Lead.objects.filter(pk=lead.pk).update(status="valid")
    assert marks(bodega) == {("leads", D1, "2026-03-01")}
    clear()
    Lead.objects.filter(pk=lead.pk).update(status="test")
    assert marks(bodega) == {("leads", D1, "2026-03-01")}


def test_a_new_zone_marks_both_days(bodega: Client) -> None:
    lead = new_lead(bodega, created_at=datetime(2026, 3, 2, 2, 30, tzinfo=UTC), tz="UTC")
    clear()
    sql("UPDATE campaigns_lead SET tz = 'America/Mexico_City' WHERE id = %s", lead.pk)
    assert marks(bodega) == {("leads", D1, "2026-03-02")}


def test_raw_sql_and_copy_are_caught(bodega: Client) -> None:
    sql("CREATE TEMP TABLE incoming (external_id text, day date, clicks int) ON COMMIT DROP")
    with connection.cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
        copy.write_row(("a", D1, 3))
        copy.write_row(("b", D5, 4))
    sql(
        "INSERT INTO campaigns_dailyfact (agency_id, client_id, source, external_id, tz, family,"
        " day, channel, utm_source, utm_medium, device, country, item, currency, platform, period_rule,"
        " clicks)"
        " SELECT %s, %s, 'copy', external_id, 'UTC', 'ads', day, 'email', '', '', '', '', '', '', '', '',"
        " clicks FROM incoming",
        bodega.agency_id, bodega.pk,
    )  # fmt: skip
    assert marks(bodega) == {("ads", D1, "2026-03-01"), ("ads", D5, "2026-03-05")}
    clear()
    sql("DELETE FROM campaigns_dailyfact WHERE external_id = 'b'")
    assert marks(bodega) == {("ads", D5, "2026-03-05")}


UPSERT = """
INSERT INTO campaigns_sale AS old (agency_id, client_id, source, external_id, tz, customer_id,
    sold_date, amount, currency, kind, is_first, has_lines, channel, utm_source, utm_medium,
    device, country)
VALUES (%s, %s, 'test', 'x', 'UTC', %s, %s, %s, 'EUR', '', false, false, 'email', '', '', '', '')
ON CONFLICT (agency_id, client_id, source, external_id) DO UPDATE
   SET sold_date = excluded.sold_date, amount = excluded.amount
 WHERE (old.sold_date, old.amount) IS DISTINCT FROM (excluded.sold_date, excluded.amount)
"""


def test_an_upsert_marks_what_it_changes_and_nothing_when_repeated(bodega: Client) -> None:
    customer = new_sale(bodega, D1, 1).customer_id
    clear()
    row = (bodega.agency_id, bodega.pk, customer)
    sql(UPSERT, *row, D2, 10)
    assert marks(bodega) == {("sales", D2, "2026-03-02"), ("active", D2, "2026-03-02")}
    clear()
    sql(UPSERT, *row, D2, 10)
    assert marks(bodega) == set()
    sql(UPSERT, *row, D5, 10)
    assert marks(bodega) == {
        (part, day, str(day)) for part in ("sales", "active") for day in (D2, D5)
    }


def test_an_upsert_of_equal_rows_marks_nothing_even_without_its_condition(bodega: Client) -> None:
    customer = new_sale(bodega, D1, 1).customer_id
    row = (bodega.agency_id, bodega.pk, customer)
    sql(UPSERT, *row, D2, 10)
    clear()
    sql(UPSERT.partition("WHERE")[0], *row, D2, 10)
    assert marks(bodega) == set()


def test_a_mark_says_why(bodega: Client) -> None:
    with writing_because("import", 7):
        new_lead(bodega, D1)
    new_lead(bodega, D2)
    rows = DirtyDay.objects.order_by("day").values_list("day", "reason", "batch_id")
    assert list(rows) == [(D1, "import", 7), (D2, "", None)]


def test_another_window_marks_all_days_of_leads(cast: Cast, bodega: Client) -> None:
    Client.objects.filter(pk=bodega.pk).update(name="Other", margin=Decimal("0.4"))
    assert marks(bodega) == set()
    Client.objects.filter(agency=cast.aurora).update(cohort_days=60)
    assert marks(bodega) == marks(cast.cafe) == {("leads", None, None)}
    assert set(DirtyDay.objects.values_list("reason", flat=True)) == {"parameters"}


def test_a_statement_over_two_clients_marks_each(cast: Cast, bodega: Client) -> None:
    new_lead(bodega, D1)
    new_lead(cast.cafe, D2)
    clear()
    Lead.objects.update(device="mobile")
    assert marks(bodega) == {("leads", D1, "2026-03-01")}
    assert marks(cast.cafe) == {("leads", D2, "2026-03-02")}


@pytest.mark.parametrize(
    "model",
    [DailyFact, Lead, Sale, SaleLine, Refund, Cost, Budget, Interaction, CustomerTerm, ManualMonth],
)
def test_every_column_is_either_read_or_known_to_change_no_number(model: type) -> None:
    """A new column of a fact must be put on one side before it is merged."""
    silent = {
        "id", "agency_id", "client_id", "source", "external_id", "batch_id", "tz",
        "item", "covers_from", "covers_to", "period_rule",
        "name", "email", "phone", "salesperson_id", "lost_reason", "customer_id",
        "updated_at", "words",  # what stamps and searches make of the others
        "lead_id", "is_inbound", "month", "is_shared", "description", "status",
        # What the generated days are made of.
        *(f"{stage}_{kind}" for stage in ("created", "mql", "sql", "opp", "closed", "sold", "refunded",
                        "happened")
          for kind in ("at", "date")),
    }  # fmt: skip
    (fact,) = (each for each in MARKED if each.table == model._meta.db_table)
    read = {name for span in fact.spans for name in (span.first, *span.reads)} | {"family"}
    columns = {field.column for field in model._meta.concrete_fields}
    if model in (Sale, SaleLine):
        silent |= {"kind"}  # as the shop calls it: recounted, never stored
    if model is Refund:
        silent |= {"units"}  # what came back is not unsold
    if model is not Lead:
        silent -= {"salesperson_id", "customer_id"}
    assert columns - read - silent == set()
    assert read - columns <= {"family"}
