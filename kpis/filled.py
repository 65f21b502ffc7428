"""Which parts of a client's snapshot have anything in them, which have nothing to be made of, and
which have closed days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import connection

from accounts.models import Client
from kpis.families import PARTS, listed
from kpis.models import SnapshotState


def idle_parts(
    client: Client, state: SnapshotState, asked: Collection[str] = PARTS.keys()
) -> frozenset[str]:
    """Those of the parts that the client has no fact for and no row of: there is nothing to refill.

    Most clients have a few of them only, and a statement for each of the others is the larger part
    of a small client's night. What is found to have facts is noted, in case they all go. To find
    out that there is none may take a scan of all there is: of a part that is noted nobody asks.
    """
    before = parts_with_rows(client) if state.filled is None else state.filled
    there = _parts_with_facts(client, [name for name in asked if name not in before])
    filled = sorted({*before, *there})
    if filled != state.filled:
        state.filled = filled
        SnapshotState.objects.filter(pk=state.pk).update(filled=filled)
    return frozenset(asked) - set(filled)


def filled_families(client: Client) -> list[str]:
    """The families that may have rows in the snapshot: no other has any."""
    rows = SnapshotState.objects.filter(agency_id=client.agency_id, client=client)
    known = rows.values_list("filled", flat=True).first()
    names = parts_with_rows(client) if known is None else known
    return sorted({PARTS[name].family for name in names})


def _parts_with_facts(client: Client, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    conditions = listed(f"({PARTS[name].presence()})" for name in names)
    with connection.cursor() as cursor:
        # The planner takes a client's facts for scattered: to read a table until the first of them
        # comes seems cheap, and is not, because they lie together.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"SELECT {conditions}", {"agency": client.agency_id, "client": client.pk})
        found = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return [name for name, is_there in zip(names, found, strict=True) if is_there]


def parts_with_rows(client: Client) -> list[str]:
    """The parts of the snapshot that have rows: one scan of the coarse grain."""
    columns = listed(
        f"bool_or(family = '{part.family}' AND {part.rows})" for part in PARTS.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM kpis_dailytotal WHERE agency_id = %s AND client_id = %s",
            [client.agency_id, client.pk],
        )
        return [name for name, has in zip(PARTS, cursor.fetchone(), strict=True) if has]


def parts_closed(client: Client, asked: Mapping[str, Collection[date] | None]) -> frozenset[str]:
    """Those of the parts that have a closed day among the asked ones; None is all days.

    One statement for all of them: most of what a worker computes in a night is asking.
    """
    conditions, days = [], {}
    for name, those in asked.items():
        condition = (
            f"agency_id = %(agency)s AND client_id = %(client)s AND family = '{PARTS[name].family}'"
        )
        if those is not None:
            condition += f" AND day = ANY(%({name})s)"
            days[name] = list(those)
        conditions.append(f"EXISTS (SELECT FROM kpis_dayclose WHERE {condition})")
    if not conditions:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed(conditions)}",
            {"agency": client.agency_id, "client": client.pk, **days},
        )
        found = cursor.fetchone()
    return frozenset(name for name, is_closed in zip(asked, found, strict=True) if is_closed)
