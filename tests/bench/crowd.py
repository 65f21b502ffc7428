"""A house full of clients for the chapters "load" and "people": one made as by an import, the others
its copies.

The first one is made by the product's own triggers, refill and night. Every copy has the same rows
under ids of its own: parents, facts, snapshot, closed days, sources, goals; so that a page of the
first client has the same work to do however many stand beside it, and each line of the portfolio
as much as any other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connection, connections
from django.utils import timezone

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction, writing_because
from kpis.calendar import Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.night import night_run
from tests.bench.million import Million, make_million, vacuum
from tests.bench.rebuild import rebuild
from tests.bench.timing import step

DAYS, LEADS = 548, 1_500
#: Everything that a client of the bench has rows in; parents before what points at them.
COPIED = (
    "campaigns_campaign", "campaigns_landingpage", "campaigns_salesperson", "campaigns_customer",
    "campaigns_sourcesync", "campaigns_lead", "campaigns_sale", "campaigns_dailyfact",
    "campaigns_cost", "kpis_snapshotstate", "kpis_dailytotal", "kpis_dailysnapshot",
    "kpis_dayclose", "kpis_nightrun", "kpis_goal", "kpis_milestone",
)  # fmt: skip
#: Column -> the table that it points into, for those that say so by their name alone.
PARENTS = {
    "campaign_id": "campaigns_campaign",
    "landing_page_id": "campaigns_landingpage",
    "customer_id": "campaigns_customer",
    "lead_id": "campaigns_lead",
    "goal_id": "kpis_goal",
}


def make_first(agency: Agency) -> Million:
    """A client of 18 months with two goals that run, after its first night."""
    with step("a client of 18 months, and its night"):
        first = make_million(agency, LEADS, name="load", days=DAYS, is_quiet=True)
        vacuum()
        rebuild(first)
        _set_goals(first)
        run = night_run(first.agency_id, first.client.pk, first.last + timedelta(days=1))
        if run is None or run.state != "done":
            raise AssertionError(f"the night ended as {run and (run.state, run.error)}")
    return first


def fill_up(first: Million, clients: int, copied: Sequence[str] = COPIED) -> None:
    """Other clients up to this number, the first one counted, with rows in these tables."""
    with step(f"{clients} clients"):
        with tenant_transaction(first.agency_id):
            there = Client.objects.filter(slug__startswith="load-").count()
            others = Client.objects.bulk_create(
                Client(agency_id=first.agency_id, name=f"Load {number}", slug=f"load-{number}")
                for number in range(there, clients - 1)
            )
        tables = [_table(name, first) for name in copied]
        steps = {table.name: table.highest for table in tables}
        with _without_guards(table.name for table in tables):
            for table in tables:
                _copy(table, first, [each.pk for each in others], there, steps)
        vacuum(*copied, "accounts_client")


@dataclass(frozen=True)
class _Table:
    """`highest` is the first client's greatest id: the n-th copy of a row is that much further, n times."""

    name: str
    columns: tuple[str, ...]
    highest: int

    def select(self, steps: Mapping[str, int]) -> str:
        return ", ".join(
            f"{column} + %(number)s * {steps[parent]}" if parent else column
            for column in self.columns
            for parent in [_parent(column)]
        )


def _parent(column: str) -> str | None:
    return "campaigns_salesperson" if column.endswith("salesperson_id") else PARENTS.get(column)


def _table(name: str, first: Million) -> _Table:
    with tenant_transaction(first.agency_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(quote_ident(attname)) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attname NOT IN ('id', 'client_id')",
            [name],
        )
        (columns,) = cursor.fetchone()
        cursor.execute(f"SELECT COALESCE(max(id), 0) FROM {name}")
        (highest,) = cursor.fetchone()
    return _Table(name, tuple(columns), highest)


def _copy(
    table: _Table, first: Million, others: Sequence[int], there: int, steps: Mapping[str, int]
) -> None:
    """Client by client, so that a client's rows lie together as its refresh would have left them."""
    columns = ", ".join(table.columns)
    statement = (
        f"INSERT INTO {table.name} (id, client_id, {columns})"
        f" SELECT id + %(number)s * {table.highest}, %(other)s, {table.select(steps)} FROM original"
    )
    with tenant_transaction(first.agency_id), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE original ON COMMIT DROP AS"
            f" SELECT * FROM {table.name} WHERE agency_id = %s AND client_id = %s ORDER BY id",
            [first.agency_id, first.client.pk],
        )
        with writing_because("bench", 0):
            for number, other in enumerate(others, there + 1):
                cursor.execute(statement, {"number": number, "other": other})
    with connections["owner"].cursor() as cursor:
        last = (there + len(others) + 1) * table.highest + 1
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")


@contextmanager
def _without_guards(names: Iterable[str]) -> Iterator[None]:
    """Without the triggers, whose work the copied rows show already, and with the indexes that are
    no constraints made once at the end: copying row by row would take five times as long."""
    names = tuple(names)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT indexdef, indexrelid::regclass::text FROM pg_index"
            " JOIN pg_indexes ON indexrelid = format('%%I.%%I', schemaname, indexname)::regclass"
            " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique",
            [list(names)],
        )
        indexes = cursor.fetchall()
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        for _definition, index in indexes:
            cursor.execute(f"DROP INDEX {index}")
    yield
    with connections["owner"].cursor() as cursor:
        for definition, _index in indexes:
            cursor.execute(definition)
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def _set_goals(first: Million) -> None:
    today = timezone.now().date()
    half = Period(today.replace(day=1) - timedelta(days=92), today + timedelta(days=60))
    with tenant_transaction(first.agency_id):
        for kpi, kind, target in (("leads", "increase", "400"), ("ad_spend", "cap", "90000")):
            goal_set(first.client, GoalWish(kpi, half, kind, "cumulative", target=Decimal(target)))
