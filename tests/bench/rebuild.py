"""The snapshot's rebuild against the barest INSERT of the same rows, and a refresh against a rebuild."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, connections

from accounts.tenancy import tenant_transaction
from kpis.families import DIMENSIONS, PARTS, listed
from kpis.models import DirtyDay
from kpis.parameters import sql_versions
from kpis.snapshots import LAST_DAY, WORK_MEMORY, snapshot_refresh, snapshot_state
from tests.bench.million import Million, vacuum
from tests.bench.timing import (
    alternated,
    heading,
    rows_text,
    say,
    say_ratio,
    say_share,
    step,
    timed,
)

TWIN = "bench_snapshot_twin"


def measure(million: Million, runs: int) -> None:
    """Full rebuild, its two yardsticks, then the refresh of one day in a hundred."""
    heading(f"Snapshot of {rows_text(million.leads)} leads over {million.days} days")
    make_twin("kpis_dailysnapshot", TWIN)
    with step("first rebuild"):
        rebuild(million)
    vacuum(
        "campaigns_lead",
        "campaigns_sale",
        "campaigns_dailyfact",
        "kpis_dailysnapshot",
        "kpis_dailytotal",
    )
    _say_rows(million)
    full, twin, bare = alternated(
        runs,
        (lambda: rebuild(million), lambda: vacuum("kpis_dailysnapshot", "kpis_dailytotal")),
        (lambda: insert_into_twin(million), lambda: empty(TWIN)),
        (lambda: _select_only(million), None),
    )
    say_ratio(
        "full rebuild / one INSERT … SELECT … GROUP BY per family into a twin", full, twin, 1.5
    )
    say_ratio("full rebuild / the same SELECTs alone", full, bare)
    days = touched_days(million)
    refresh = timed(lambda: _refresh(million), max(runs, 5), lambda: _touch(million, days))
    say_share(
        f"refresh after touching {len(days)} of {million.days} days / full rebuild",
        refresh,
        full,
        3,
    )


def rebuild(million: Million) -> None:
    """Everything of the client is marked and refilled, in one committed transaction."""
    with tenant_transaction(million.agency_id):
        DirtyDay.objects.create(agency_id=million.agency_id, client=million.client)
        snapshot_refresh(million.client)


def _refresh(million: Million) -> None:
    with tenant_transaction(million.agency_id):
        snapshot_refresh(million.client)


def touched_days(million: Million) -> list[date]:
    """Every hundredth day, spread over the whole range."""
    return [
        date.fromordinal(million.first.toordinal() + 50 + 100 * n)
        for n in range(million.days // 100)
    ]


def _touch(million: Million, days: list[date]) -> None:
    """Change facts of all families on these days only, and check that no other day was marked."""
    with tenant_transaction(million.agency_id), connection.cursor() as cursor:
        for statement in (
            "UPDATE campaigns_lead SET country = CASE country WHEN 'ES' THEN 'PT' ELSE 'ES' END"
            " WHERE client_id = %s AND created_on = ANY(%s) AND mql_at IS NULL",
            "UPDATE campaigns_sale SET amount = amount + 1 WHERE client_id = %s AND sold_on = ANY(%s)",
            "UPDATE campaigns_dailyfact SET clicks = clicks + 1, sessions = sessions + 1"
            " WHERE client_id = %s AND day = ANY(%s)",
        ):
            cursor.execute(statement, [million.client.pk, days])
        marked = DirtyDay.objects.filter(client=million.client).values_list("day", flat=True)
        if set(marked) != set(days):
            raise AssertionError(f"marked {len(set(marked))} days, touched {len(days)}")


def _say_rows(million: Million) -> None:
    with tenant_transaction(million.agency_id), connection.cursor() as cursor:
        counts = []
        for table in ("kpis_dailysnapshot", "kpis_dailytotal"):
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE client_id = %s", [million.client.pk]
            )
            counts.append(cursor.fetchone()[0])
    fine, coarse = counts
    say("fine snapshot rows per lead", f"{fine / million.leads:.3f}", "at most 0.3",
        f"{rows_text(fine)} fine, {rows_text(coarse)} coarse rows")  # fmt: skip


def insert_into_twin(million: Million) -> None:
    def insert(part: Any, select: str) -> str:
        columns = listed(("agency_id", "client_id", "family", "day", *DIMENSIONS, *part.columns))
        given = (
            f"%(agency)s, %(client)s, '{part.family}', day, {listed((*DIMENSIONS, *part.columns))}"
        )
        return f"INSERT INTO {TWIN} ({columns}) SELECT {given} FROM ({select}) AS counted"

    _for_each_part(million, insert)


def _select_only(million: Million) -> None:
    _for_each_part(
        million, lambda part, select: f"SELECT count(*), max(day) FROM ({select}) AS counted"
    )


def _for_each_part(million: Million, statement: Callable[[Any, str], str]) -> None:
    """The selects of the rebuild, with its memory, as rumbo_app."""
    with tenant_transaction(million.agency_id), connection.cursor() as cursor:
        stock_through = snapshot_state(million.client).stock_through
        cursor.execute(WORK_MEMORY)
        for part in PARTS.values():
            parameters: dict[str, Any] = {
                "agency": million.agency_id, "client": million.client.pk,
                **sql_versions(million.client), "first": date.min,
                "last": stock_through if part.is_stock else LAST_DAY,
            }  # fmt: skip
            cursor.execute(statement(part, part.select(True)), parameters)


def make_twin(table: str, twin: str) -> None:
    """A table with the same columns, keys and indexes, and no policy, trigger or foreign key."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {twin} (LIKE {table} INCLUDING ALL)")
        cursor.execute(f"GRANT ALL ON {twin} TO rumbo_app")


def empty(table: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
