"""A client leaves with everything, and comes in again: written, checked by rebuilding, brought in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    models,
    transaction,
)
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Agency, Client
from accounts.services.clients import client_create
from accounts.tenancy import tenant_scope, tenant_transaction, writing_because
from campaigns.definition_keys import forget_definitions
from campaigns.statistics import TABLES, statistics_renew
from kpis.archive.meeting import Met, definitions_meet, rates_differ
from kpis.archive.numbers import totals_of
from kpis.archive.packing import CLIENT, archive_write
from kpis.archive.pointing import filters_follow, lines_follow
from kpis.archive.reading import Archive, ArchiveInvalid, archive_open
from kpis.archive.tables import CARRIED, RESTORED, RESTORED_LAST
from kpis.archive.unpacking import client_values, later_fill, stages_drop, table_fill, table_stage
from kpis.book import book_of
from kpis.chosen import chosen_of
from kpis.goal_setting.queries import goals_of
from kpis.goal_standing.judging import goals_judge
from kpis.models import SnapshotState
from kpis.snapshots import snapshot_refresh

#: Told how far bringing in is: a stage ("reading", "filling", "numbers") and its share, None if unknown.
Say = Callable[[str, float | None], None]
#: What rows raise that no Rumbo wrote.
_STRANGE = (
    IntegrityError, DataError, ValidationError, ValueError, TypeError, LookupError, AttributeError,
    ArithmeticError,
)  # fmt: skip
#: PostgreSQL's class of errors for what is too deep or too long to be taken.
_TOO_MUCH = "54"


@dataclass(frozen=True)
class Checked:
    """What an archive was found to be: rows by table, and how many totals came out as stated."""

    client: str
    rows: dict[str, int]
    totals: int


def client_export(client: Client, path: Path, export_id: int | None = None) -> dict[str, Any]:
    """Write everything of a client to a file; the manifest. Outside any scope: two transactions.

    export_id: the row of a wished export, whose lock says that somebody is at it.
    """
    with tenant_transaction(client.agency_id):
        _at_it(export_id)
        snapshot_refresh(client)
        state = SnapshotState.objects.get(agency_id=client.agency_id, client=client)
        through = str(state.stock_through)
    with transaction.atomic(), _as_of_now(), tenant_scope(client.agency_id):
        _at_it(export_id)
        return archive_write(client, path, through)


def _at_it(export_id: int | None) -> None:
    if export_id is not None:
        lock(Work.EXPORT, export_id)


@dataclass(frozen=True)
class BroughtIn:
    """The new client, what of its archive was in the agency before it, and how many exchange rates the
    agency has otherwise: with them, converted amounts may be others than where it came from."""

    client: Client
    met: list[Met]
    rates_differ: int


def client_import(agency: Agency, path: Path, name: str = "") -> BroughtIn:
    """Bring an archive in as a new client of an agency: all of it or nothing; outside any scope.

    name: what to call the client, if not as in the archive. Raises DomainError `archive_invalid`,
    `client_there` if the agency has one of that name, `totals_differ` if the numbers do not come out
    as stated.
    """
    with tenant_transaction(agency.pk), archive_open(path) as archive:
        return archive_bring_in(agency, archive, name)


def archive_check(path: Path) -> Checked:
    """Hashes, counts, references, and the numbers, rebuilt in an agency that nobody ever sees."""
    with transaction.atomic():
        number = _next_agency()
        with tenant_scope(number), archive_open(path) as archive:
            agency = Agency.objects.create(pk=number, name="check", slug=f"check-{uuid4().hex}")
            for table in CARRIED:
                for _line in archive.lines(f"{table}.jsonl"):
                    pass
            archive_bring_in(agency, archive)
            files = archive.manifest["files"]
            found = Checked(
                str(archive.manifest["client"]),
                {name.removesuffix(".jsonl"): said["rows"] for name, said in files.items()},
                len(archive.manifest["totals"]),
            )
        transaction.set_rollback(True)
    return found


def _silent(stage: str, share: float | None) -> None:
    """Nobody waits for it on a page."""


def archive_bring_in(
    agency: Agency, archive: Archive, name: str = "", say: Say = _silent
) -> BroughtIn:
    """As `client_import`, within the transaction and scope of the agency that the caller holds.

    1. Rows are staged, and what they name is made ours.
    2. The tables are filled and the snapshot is worked out; then what needs one to stand on.
    3. The totals are compared; goals are judged at once, so that nobody waits for the night.
    """
    try:
        with transaction.atomic():
            lock(Work.DEFINITIONS, agency.pk)
            client = _client(agency, archive, name)
            with writing_because("import", 0):
                _stage(archive, say)
                met = definitions_meet(agency.pk, client.name)
                rates = rates_differ(agency.pk)
                _fill(RESTORED, archive, client, say)
                later_fill(client.pk)
                forget_definitions()
                say("numbers", None)
                snapshot_refresh(client)
                _fill(RESTORED_LAST, archive, client, say)
                stages_drop((*RESTORED, *RESTORED_LAST))
            _compare(archive, agency, client)
            goals_judge(client, list(goals_of(client)))
            chosen_of(client, book_of(client))  # what every page of it reads can be read
            return BroughtIn(client, met, rates)
    except _STRANGE as error:
        raise _not_whole(error) from error
    except OperationalError as error:
        if not str(getattr(error.__cause__, "sqlstate", "")).startswith(_TOO_MUCH):
            raise
        raise _not_whole(error) from error


def _not_whole(error: Exception) -> ArchiveInvalid:
    return ArchiveInvalid(
        "archive_invalid",
        _("This is no whole archive of a client. %s") % str(error).partition("\n")[0],
    )


def _stage(archive: Archive, say: Say) -> None:
    files = archive.manifest["files"]
    whole = sum(each["bytes"] for each in files.values()) or 1
    done = 0
    for table in (*RESTORED, *RESTORED_LAST):
        say("reading", done / whole)
        table_stage(archive, table)
        done += files.get(f"{table}.jsonl", {"bytes": 0})["bytes"]
    filters_follow()
    lines_follow()


def _fill(tables: tuple[str, ...], archive: Archive, client: Client, say: Say) -> None:
    schema = archive.manifest["schema"]
    for number, table in enumerate(tables):
        say("filling", number / len(tables))
        rows = table_fill(table, client.agency_id, client.pk, schema)
        if table in TABLES:
            statistics_renew(table, rows)


def _client(agency: Agency, archive: Archive, name: str) -> Client:
    rows = list(archive.rows(CLIENT))
    if len(rows) != 1:
        raise ArchiveInvalid(
            "archive_invalid", _("This is no whole archive of a client. It is not of one client.")
        )
    said = client_values(rows[0])
    if name:
        said["name"] = name
    if Client.objects.filter(agency=agency, name=said.get("name")).exists():
        raise DomainError(
            "client_there",
            _("The agency has a client %(client)s already. To have this one beside it, give it another"
              " name.") % {"client": said.get("name")},
        )  # fmt: skip
    fields = {each.name: each for each in Client._meta.concrete_fields}
    values = {
        key: fields[key].to_python(value)
        for key, value in said.items()
        if key in fields and not isinstance(fields[key], models.GeneratedField)
    }
    client = client_create(agency, values)
    for key, value in values.items():
        setattr(client, key, value)
    client.full_clean(exclude=["agency"])
    client.save()
    return client


def _compare(archive: Archive, agency: Agency, client: Client) -> None:
    stated = archive.manifest["totals"]
    found = totals_of(agency.pk, client.pk, str(archive.manifest["through"]))
    if found != stated:
        names = sorted(name for name in {*found, *stated} if found.get(name) != stated.get(name))
        raise DomainError(
            "totals_differ",
            _("The numbers do not come out as the archive states them: %s.") % ", ".join(names[:5]),
            {"totals": {name: [stated.get(name), found.get(name)] for name in names[:50]}},
        )


@contextmanager
def _as_of_now() -> Iterator[None]:
    """Every table as it is at one instant, where the transaction is ours to say so."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    yield


def _next_agency() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_agency', 'id'))")
        return int(cursor.fetchone()[0])
