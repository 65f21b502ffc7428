"""A client with a million leads, and sales, costs and daily facts in proportion, made by SQL.

Deterministic: every draw is a hash of the row's number, so that runs on any machine have the same
facts. Its dimensions are a real client's: eight campaigns, each with its channel and landing page,
two devices, three sellers; the snapshot then has about a fifth of a row per lead.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, connections
from django.utils import timezone

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction, writing_because
from campaigns.measures import FAMILIES
from campaigns.models import Campaign, ImportBatch, LandingPage, Salesperson, SourceSync
from tests.bench.timing import step

CHANNELS = (
    "paid_search", "paid_social", "organic_search", "direct",
    "email", "display", "referral", "organic_social",
)  # fmt: skip
SELLERS = 3


@dataclass(frozen=True)
class Million:
    """The client, how many leads it has and over which days they came."""

    agency_id: int
    client: Client
    leads: int
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def days_for(leads: int) -> int:
    """Three years for a million; less for less, so that a day is as busy."""
    return max(100, leads * 1095 // 1_000_000)


def make_million(
    agency: Agency, leads: int, name: str = "million", days: int = 0, is_quiet: bool = False
) -> Million:
    """Committed, as rumbo_app, through every trigger that the application's writers meet.

    One of many is made quietly: whoever makes many says so, and gathers statistics once.
    """
    days = days or days_for(leads)
    with tenant_transaction(agency.pk):
        client = Client.objects.create(agency=agency, name=name.title(), slug=name)
        yesterday = timezone.now().date() - timedelta(days=1)
        million = Million(agency.pk, client, leads, yesterday - timedelta(days=days - 1), yesterday)
        _write_parents(million)
    for what, statements in STATEMENTS.items():
        with nullcontext() if is_quiet else step(f"{what} by SQL"):
            _write(million, statements)
            if not is_quiet:
                vacuum()
    return million


def vacuum(*tables: str) -> None:
    """As autovacuum would have by the next night, of some tables or all; outside what is timed."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")


def _write(million: Million, statements: tuple[str, ...]) -> None:
    """As one batch, else every row would be audited."""
    with tenant_transaction(million.agency_id), connection.cursor() as cursor:
        batch = ImportBatch.objects.create(
            agency_id=million.agency_id, client=million.client, kind="leads", source="bench"
        )
        with writing_because("bench", batch.pk):
            for statement in statements:
                cursor.execute(statement, _parameters(million))


def _write_parents(million: Million) -> None:
    owned = {"agency_id": million.agency_id, "client": million.client}
    numbers = range(len(CHANNELS))
    Campaign.objects.bulk_create(
        Campaign(**owned, external_id=f"c{number}", name=f"Campaign {number}") for number in numbers
    )
    LandingPage.objects.bulk_create(LandingPage(**owned, path=f"/{number}") for number in numbers)
    Salesperson.objects.bulk_create(
        Salesperson(**owned, external_id=f"s{number}", name=f"Seller {number}")
        for number in range(SELLERS)
    )
    for family in FAMILIES:
        SourceSync.objects.create(**owned, family=family, source="bench", is_live=True)


def _parameters(million: Million) -> dict[str, Any]:
    return {
        "agency": million.agency_id, "client": million.client.pk, "leads": million.leads,
        "first": million.first, "days": million.days, "channels": list(CHANNELS),
        "sellers": SELLERS,
    }  # fmt: skip


def _draw(key: int) -> str:
    """A number from 0 to below 1, the same for the same row."""
    return f"((hashint8extended(i, {key}) & 16777215) / 16777216.0)"


# Numbers per lead: when, which touch (the first ones far more often), how far it went.
_DRAWN = f"""
CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
SELECT i, (%(first)s::date + (%(days)s * (i - 1) / %(leads)s)::int) + interval '1 hour' * 24 * {_draw(1)} AS at,
       floor({len(CHANNELS)} * {_draw(2)} * {_draw(2)})::int AS touch, {_draw(3)} AS device,
       floor(%(sellers)s * {_draw(4)})::int AS seller, {_draw(5)} AS far, {_draw(6)} AS pace,
       {_draw(7)} AS worth
  FROM generate_series(1, %(leads)s::bigint) AS i"""

_CUSTOMERS = """
INSERT INTO campaigns_customer (agency_id, client_id, external_id, name, country)
SELECT %(agency)s, %(client)s, 'c' || i, '', 'ES' FROM drawn WHERE far < 0.08"""

_PARENTS = """
    (SELECT array_agg(id ORDER BY external_id) AS campaigns FROM campaigns_campaign
      WHERE client_id = %(client)s) AS c,
    (SELECT array_agg(id ORDER BY path) AS pages FROM campaigns_landingpage
      WHERE client_id = %(client)s) AS p,
    (SELECT array_agg(id ORDER BY external_id) AS sellers FROM campaigns_salesperson
      WHERE client_id = %(client)s) AS s"""

# Half become MQL, three in ten SQL, two in ten an opportunity, of which most are decided.
_LEADS = f"""
INSERT INTO campaigns_lead (
    agency_id, client_id, source, external_id, tz, name, email, phone, status, utm_source, utm_medium,
    channel, campaign_id, landing_page_id, device, country, first_salesperson_id, salesperson_id,
    created_at, answered_at, mql_at, mql_salesperson_id, sql_at, sql_salesperson_id,
    opp_at, opp_salesperson_id, closed_at, closed_salesperson_id, outcome, lost_reason, amount,
    currency, customer_id, first_sale_on, was_customer)
SELECT %(agency)s, %(client)s, 'bench', i, 'Europe/Madrid', 'Lead ' || i, i || '@example.com', '', 'valid',
       'source' || touch, 'medium', (%(channels)s::text[])[touch + 1], campaigns[touch + 1], pages[touch + 1],
       CASE WHEN device < 0.65 THEN 'mobile' ELSE 'desktop' END, 'ES', sellers[seller + 1], sellers[seller + 1],
       at, CASE WHEN pace < 0.9 THEN at + pace * interval '1 day' END,
       CASE WHEN far < 0.5 THEN at + pace * interval '4 days' END, CASE WHEN far < 0.5 THEN sellers[seller + 1] END,
       CASE WHEN far < 0.3 THEN at + pace * interval '12 days' END, CASE WHEN far < 0.3 THEN sellers[seller + 1] END,
       CASE WHEN far < 0.2 THEN at + pace * interval '20 days' END, CASE WHEN far < 0.2 THEN sellers[seller + 1] END,
       CASE WHEN far < 0.18 THEN at + pace * interval '60 days' END,
       CASE WHEN far < 0.18 THEN sellers[seller + 1] END,
       CASE WHEN far < 0.08 THEN 'won' WHEN far < 0.18 THEN 'lost' ELSE '' END, '',
       CASE WHEN far < 0.2 THEN round(100 + 5000 * worth, 2) END, 'EUR', customer.id,
       CASE WHEN far < 0.08 THEN ((at + pace * interval '60 days') AT TIME ZONE 'Europe/Madrid')::date END, false
  FROM drawn LEFT JOIN campaigns_customer AS customer
              ON customer.client_id = %(client)s AND far < 0.08 AND customer.external_id = 'c' || i, {_PARENTS}"""

_SALES = """
INSERT INTO campaigns_sale (
    agency_id, client_id, source, external_id, tz, customer_id, lead_id, sold_at, amount, currency, kind,
    is_first, has_lines, channel, utm_source, utm_medium, campaign_id, device, country, salesperson_id)
SELECT agency_id, client_id, source, external_id || '-' || number, tz, customer_id, id,
       closed_at + number * interval '70 days', amount, currency, '', number = 0, false, channel,
       utm_source, utm_medium, campaign_id,
       device, country, closed_salesperson_id
  FROM campaigns_lead, generate_series(0, CASE WHEN id %% 3 = 0 THEN 1 ELSE 0 END) AS number
 WHERE client_id = %(client)s AND outcome = 'won'"""

_DAILY = f"""
INSERT INTO campaigns_dailyfact (
    agency_id, client_id, source, external_id, tz, family, day, campaign_id, channel, utm_source, utm_medium,
    device, landing_page_id, country, item, currency, platform, period_rule, sessions, engaged_sessions,
    session_seconds, pageviews, sessions_with_lead, impressions, clicks, ad_spend, platform_conversions, platform_leads)
SELECT %(agency)s, %(client)s, 'bench', family || i, 'Europe/Madrid', family, %(first)s::date + (i / 16)::int,
       campaigns[touch + 1], (%(channels)s::text[])[touch + 1], '', '',
       CASE WHEN i %% 2 = 0 THEN 'mobile' ELSE 'desktop' END, CASE family WHEN 'web' THEN pages[touch + 1] END,
       'ES', '', CASE family WHEN 'ads' THEN 'EUR' ELSE '' END, '', '',
       web * number, web * number / 2, web * number * 90, web * number * 3, web * number / 20,
       ads * number * 60, ads * number, ads * round(number * 0.37, 2), ads * number / 12.0, ads * number / 15
  FROM (SELECT i, (i / 2 %% 8)::int AS touch, 40 + (400 * {_draw(8)})::bigint AS number
          FROM generate_series(0, 16 * %(days)s::bigint - 1) AS i) AS one,
       (VALUES ('web', 1, NULL::int), ('ads', NULL, 1)) AS kind (family, web, ads), {_PARENTS}
 WHERE family = 'web' OR touch IN (0, 1, 5)"""

_COSTS = """
INSERT INTO campaigns_cost (
    agency_id, client_id, source, external_id, tz, layer, is_shared, starts_on, ends_on, amount, currency,
    channel, description)
SELECT %(agency)s, %(client)s, 'bench', layer || month::date, 'Europe/Madrid', layer, false,
       month::date, (month + interval '1 month')::date - 1, 1000, 'EUR', '', ''
  FROM generate_series(date_trunc('month', %(first)s::date), %(first)s::date + %(days)s - 1, '1 month') AS month,
       unnest(ARRAY['fee', 'tools', 'people', 'other']) AS layer"""

STATEMENTS = {
    "leads": (_DRAWN, _CUSTOMERS, _LEADS),
    "sales": (_SALES,),
    "daily facts and costs": (_DAILY, _COSTS),
}
