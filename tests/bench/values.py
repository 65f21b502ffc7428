"""The values API as the number of clients grows, a year of days of every KPI, and distinct recounts."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, connections
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Agency, Client, User
from accounts.tenancy import tenant_transaction, writing_because
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.question import Question
from kpis.services import answer
from tests.bench.million import Million, make_million, vacuum
from tests.bench.rebuild import empty, rebuild
from tests.bench.timing import Timing, alternated, heading, rows_text, say, say_ratio, step, timed

TWELVE = (
    "sessions,leads,mqls,cpl,ad_spend,ctr,new_customers,cac,revenue,sales_count,aov,roas"
)  # fmt: skip
LEADS, DAYS = 15_000, 800
CROWDS = (1, 300, 3000)
WARMING = 5
TWIN = "bench_sale_twin"


def measure(agency: Agency, person: User, requests: int) -> None:
    """12 KPIs × 13 months, compared and by channel, while the house fills with other clients."""
    with step("a client of 15 000 leads"):
        million = make_million(agency, LEADS, name="one", days=DAYS)
        rebuild(million)
        vacuum("kpis_dailysnapshot", "kpis_dailytotal")
    logging.disable(logging.INFO)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    heading(f"Values API, 12 KPIs × 13 months, compared, by channel; {requests} requests each")
    ask = _asker(browser, million)
    first: Timing | None = None
    for clients in CROWDS:
        with step(f"{clients} clients"):
            _fill_up(million, clients)
        timed(ask, WARMING)
        found = timed(ask, requests)
        first = first or found
        say_ratio(f"with {clients} clients / with 1", found, first, 1.1)
    _say_year(million)
    logging.disable(logging.NOTSET)


def _asker(browser: Browser, million: Million) -> Callable[[], None]:
    last = million.last.replace(day=1) - timedelta(days=1)
    first = (last - timedelta(days=380)).replace(day=1)
    query = {
        "keys": TWELVE, "by": "month", "split": "channel", "compare": "last_year",
        "from": str(first), "to": str(last),
    }  # fmt: skip

    def ask() -> None:
        path = f"/api/v1/clients/{million.client.slug}/kpis/values/"
        reply = browser.get(path, query, headers={"Rumbo-Agency": "aurora"})
        if reply.status_code != 200:
            raise AssertionError(f"{path}: {reply.status_code} {reply.content[:300]!r}")

    return ask


def _fill_up(million: Million, clients: int) -> None:
    """Other clients up to this number, each with this one's rows of one day in twenty."""
    with tenant_transaction(million.agency_id), connection.cursor() as cursor:
        there = Client.objects.filter(slug__startswith="other-").count()
        others = Client.objects.bulk_create(
            Client(agency_id=million.agency_id, name=f"Other {number}", slug=f"other-{number}")
            for number in range(there, clients - 1)
        )
        for table in ("kpis_dailytotal", "kpis_dailysnapshot"):
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attname NOT IN ('id', 'client_id')",
                [table],
            )
            (columns,) = cursor.fetchone()
            cursor.execute(
                f"INSERT INTO {table} (client_id, {columns}) SELECT other, {columns} FROM {table},"
                " unnest(%s::bigint[]) AS other"
                " WHERE client_id = %s AND (day - date '2000-01-01') %% 20 = 0",
                [[each.pk for each in others], million.client.pk],
            )
    vacuum("kpis_dailysnapshot", "kpis_dailytotal", "accounts_client")


def _say_year(million: Million) -> None:
    """Not by HTTP: the API bounds one question; a page asks this many values at most."""
    year = Period(million.last - timedelta(days=364), million.last)
    question = Question(tuple(KPIS), year, by="day")

    def ask() -> None:
        with tenant_transaction(million.agency_id):
            answer(million.client, question, sees_costs=True)

    timed(ask, 1)
    found = timed(ask, 5)
    values = len(KPIS) * 365
    heading(f"A year of days of all {len(KPIS)} KPIs: {rows_text(values)} values")
    say(
        "one answer", f"{found.typical:.2f} s", "", f"{1e6 * found.typical / values:.0f} µs a value"
    )


SALES, CUSTOMERS = 1_000_000, 250_000

_SALES = """
INSERT INTO campaigns_sale (
    agency_id, client_id, source, external_id, tz, customer_id, sold_date, amount, currency, kind,
    is_first, channel, device, country)
SELECT %(agency)s, %(client)s, 'bench', i, 'Europe/Madrid',
       customers[1 + (hashint8extended(i, 1) & 1073741823) %% %(customers)s],
       %(first)s::date + ((hashint8extended(i, 2) & 1073741823) %% %(days)s)::int, 50 + i %% 100, 'EUR', '', false,
       (ARRAY['paid_search', 'email', 'direct'])[1 + i %% 3], '', 'ES'
  FROM generate_series(1, %(sales)s) AS i,
       (SELECT array_agg(id) AS customers FROM campaigns_customer WHERE client_id = %(client)s) AS c"""


def measure_recounts(agency: Agency, runs: int) -> None:
    """Distinct buyers of a million sales, against count(DISTINCT) of an unprotected twin."""
    days, last = 1095, timezone.now().date() - timedelta(days=1)
    first = last - timedelta(days=days - 1)
    with (
        step("a million sales"),
        tenant_transaction(agency.pk),
        writing_because("bench", 0),  # as a batch writes, else every row would be audited
        connection.cursor() as cursor,
    ):
        client = Client.objects.create(agency=agency, name="Shop", slug="shop-of-a-million")
        given = {
            "agency": agency.pk, "client": client.pk, "sales": SALES, "days": days,
            "first": first, "customers": CUSTOMERS,
        }  # fmt: skip
        cursor.execute(
            "INSERT INTO campaigns_customer (agency_id, client_id, external_id, name)"
            " SELECT %(agency)s, %(client)s, i, '' FROM generate_series(1, %(customers)s) AS i",
            given,
        )
        cursor.execute(_SALES, given)
        _live_sales(client)
    _make_twin(client)
    vacuum("campaigns_sale", TWIN)
    heading(f"Distinct buyers, {rows_text(SALES)} sales over three years")
    whole = Period(first, last)
    year = Period(last - timedelta(days=364), last)
    for text, period, by, split in (
        ("whole", whole, None, None),
        ("a year by month", year, "month", None),
        ("a year by month and channel", year, "month", "channel"),
    ):
        question = Question(("revenue_per_customer",), period, by=by, split=split)
        ours, bare = alternated(
            runs,
            (lambda asked=question: _ask(client, asked), None),
            (lambda p=period, b=by, s=split: _count(p, b, s), None),
        )
        say_ratio(f"{text} / the same count on a bare table", ours, bare)
    empty(TWIN)


def _live_sales(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_sourcesync (agency_id, client_id, family, source, is_live)"
            " VALUES (%s, %s, 'sales', 'bench', true)",
            [client.agency_id, client.pk],
        )


def _make_twin(client: Client) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TWIN} (customer_id bigint, sold_on date, channel text)")
        cursor.execute(f"GRANT ALL ON {TWIN} TO rumbo_app")
    with tenant_transaction(client.agency_id), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TWIN} SELECT customer_id, sold_on, channel FROM campaigns_sale"
            " WHERE agency_id = %s AND client_id = %s",
            [client.agency_id, client.pk],
        )


def _ask(client: Client, question: Question) -> None:
    with tenant_transaction(client.agency_id):
        answer(client, question, sees_costs=True)


def _count(period: Period, by: str | None, split: str | None) -> None:
    unit = f"date_trunc('{by}', sold_on)" if by else "1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {unit}, {split or '1'}, count(DISTINCT customer_id) FROM {TWIN}"
            " WHERE sold_on BETWEEN %s AND %s GROUP BY 1, 2",
            [period.first, period.last],
        )
        cursor.fetchall()
