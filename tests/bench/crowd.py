"""A house full of clients for the chapter "load": one made as by an import, the others its copies.

Every copy has the same facts, snapshot, sources and goals under its own ids, so that a page of the
first client has the same work to do however many stand beside it.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction, writing_because
from kpis.calendar import Period
from kpis.goal_services import GoalWish, goal_set
from tests.bench.million import Million, make_million, vacuum
from tests.bench.rebuild import rebuild
from tests.bench.timing import step

DAYS, LEADS = 548, 1_500
#: Copied without their ids and with another client; `campaigns_lead` loses what points at parents.
COPIED = (
    "campaigns_sourcesync", "kpis_snapshotstate", "kpis_dailytotal", "kpis_dailysnapshot", "kpis_goal",
)  # fmt: skip
LEAD_COLUMNS = (
    "source, external_id, tz, name, email, phone, status, utm_source, utm_medium, channel, device, country,"
    " created_at, answered_at, mql_at, sql_at, opp_at, closed_at, outcome, lost_reason, amount, currency,"
    " first_sale_on, was_customer"
)


def make_first(agency: Agency) -> Million:
    """A client of 18 months with two goals that run."""
    with step("a client of 18 months"):
        first = make_million(agency, LEADS, name="load", days=DAYS)
        rebuild(first)
        _set_goals(first)
    return first


def fill_up(first: Million, clients: int) -> None:
    """Other clients up to this number, the first one counted."""
    with step(f"{clients} clients"):
        with tenant_transaction(first.agency_id), connection.cursor() as cursor:
            there = Client.objects.filter(slug__startswith="load-").count()
            others = Client.objects.bulk_create(
                Client(agency_id=first.agency_id, name=f"Load {number}", slug=f"load-{number}")
                for number in range(there, clients - 1)
            )
            ids = [each.pk for each in others]
            with writing_because("bench", 0):  # as a batch writes, else every row would be audited
                for table in COPIED:
                    columns = _columns(table)
                    cursor.execute(
                        f"INSERT INTO {table} (client_id, {columns}) SELECT other, {columns}"
                        f" FROM {table}, unnest(%s::bigint[]) AS other WHERE client_id = %s",
                        [ids, first.client.pk],
                    )
                cursor.execute(
                    f"INSERT INTO campaigns_lead (agency_id, client_id, {LEAD_COLUMNS})"
                    f" SELECT agency_id, other, {LEAD_COLUMNS}"
                    " FROM campaigns_lead, unnest(%s::bigint[]) AS other WHERE client_id = %s",
                    [ids, first.client.pk],
                )
            # The copies are up to date: they have the first one's snapshot.
            cursor.execute("DELETE FROM kpis_dirtyday WHERE client_id = ANY(%s)", [ids])
        vacuum(*COPIED, "campaigns_lead", "accounts_client", "kpis_dirtyday")


def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attname NOT IN ('id', 'client_id')",
            [table],
        )
        (columns,) = cursor.fetchone()
    return str(columns)


def _set_goals(first: Million) -> None:
    today = timezone.now().date()
    half = Period(today.replace(day=1) - timedelta(days=92), today + timedelta(days=60))
    with tenant_transaction(first.agency_id):
        for kpi, kind, target in (("leads", "increase", "400"), ("ad_spend", "cap", "90000")):
            goal_set(first.client, GoalWish(kpi, half, kind, "cumulative", target=Decimal(target)))
