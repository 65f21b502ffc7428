"""What is due, over all agencies: the one file that goes through the scheduler's door.

It sees ids, time zones and days only, and starts nothing: the tasks do.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from accounts.locks import Work, held, row_key
from accounts.tenancy import as_clock
from webhooks.handing import KEPT

NIGHT_HOUR = 2
NIGHT_ATTEMPTS = 5
#: How long a batch may wait before a lost message is assumed, and a night before it is tried again.
PATIENCE_SECONDS = 5
NIGHT_RETRY_SECONDS = 20


@dataclass(frozen=True)
class Due:
    """What is to be enqueued: (agency, client) and a day, a batch or a model where it needs one.

    untold, unmailed: agencies with notices to be handed out, and with e-mails that are due.
    """

    refreshes: tuple[tuple[int, int], ...]
    nights: tuple[tuple[int, int, date], ...]
    imports: tuple[tuple[int, int, int], ...]
    values: tuple[tuple[int, int, int], ...] = ()
    invitations: tuple[tuple[int, int], ...] = ()  # (agency, invitation) whose e-mail is due
    exports: tuple[tuple[int, int, int], ...] = ()  # to be made, or past their day
    arrivals: tuple[tuple[int, int], ...] = ()  # archives to be checked, brought in, or removed
    erasures: tuple[tuple[int, int], ...] = ()
    last_erasures: tuple[int, ...] = ()  # agencies without a client left
    untold: tuple[int, ...] = ()
    unmailed: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()  # e-mails about logins, of no agency
    events_new: tuple[int, ...] = ()  # agencies whose webhooks have not been handed an event yet
    events_due: tuple[tuple[int, int], ...] = ()  # (agency, endpoint)
    events_old: tuple[int, ...] = ()


def due(at: datetime) -> Due:
    """Everything that waits at an instant and that no live worker holds the lock of."""
    with transaction.atomic(), as_clock():
        refreshes = _rows(_DIRTY, {})
        nights = _rows(
            _NIGHTS,
            {
                "at": at,
                "hour": f"{NIGHT_HOUR} hours",
                "attempts": NIGHT_ATTEMPTS,
                "retry": f"{NIGHT_RETRY_SECONDS} seconds",
            },
        )
        imports = _rows(_IMPORTS, {"at": at, "patience": f"{PATIENCE_SECONDS} seconds"})
        values = _rows(_VALUES, {"at": at, "patience": f"{PATIENCE_SECONDS} seconds"})
        mails = _rows(_INVITATIONS, {"at": at, "patience": f"{PATIENCE_SECONDS} seconds"})
        exports = _rows(_EXPORTS, {"at": at, "patience": f"{PATIENCE_SECONDS} seconds"})
        arrivals = _rows(_ARRIVALS, {"at": at, "patience": f"{PATIENCE_SECONDS} seconds"})
        erasures = _rows(_ERASURES, {"at": at})
        last_erasures = _rows(_LAST_ERASURES, {"at": at})
        untold = _rows(_UNTOLD, {"at": at})
        unmailed = _rows(_UNMAILED, {"at": at})
        letters = _rows(_LETTERS, {"at": at, "patience": f"{PATIENCE_SECONDS} seconds"})
        events_new = _rows(_EVENTS_NEW, {})
        events_due = _rows(_EVENTS_DUE, {"at": at})
        events_old = _rows(_EVENTS_OLD, {"before": at - KEPT})
        busy = {work: held(work) for work in Work}
    return Due(
        tuple(row for row in refreshes if row_key(row[1]) not in busy[Work.REFRESH]),
        tuple(row for row in nights if row_key(row[1]) not in busy[Work.NIGHT]),
        tuple(row for row in imports if row_key(row[2]) not in busy[Work.IMPORT]),
        tuple(row for row in values if row_key(row[2]) not in busy[Work.VALUE]),
        tuple(mails),
        tuple(row for row in exports if row_key(row[2]) not in busy[Work.EXPORT]),
        tuple(row for row in arrivals if row_key(row[1]) not in busy[Work.ARRIVAL]),
        tuple(row for row in erasures if row_key(row[1]) not in busy[Work.ERASE]),
        tuple(row[0] for row in last_erasures),
        tuple(row[0] for row in untold),
        tuple(row[0] for row in unmailed),
        tuple(row[0] for row in letters),
        tuple(row[0] for row in events_new),
        tuple(row for row in events_due if row_key(row[1]) not in busy[Work.WEBHOOK]),
        tuple(row[0] for row in events_old),
    )


# One probe of the log's index per client, however long the log is.
_DIRTY = """
SELECT agency_id, id FROM accounts_client AS client
 WHERE EXISTS (SELECT FROM kpis_dirtyday AS mark
                WHERE mark.agency_id = client.agency_id AND mark.client_id = client.id)
 ORDER BY id
"""
# The night of a local day begins at 02:00 by its clock; before that, the night before is due.
_NIGHTS = """
SELECT client.agency_id, client.id, night.day
  FROM accounts_client AS client
 CROSS JOIN LATERAL (
    SELECT (%(at)s AT TIME ZONE client.time_zone - %(hour)s::interval)::date AS day) AS night
  LEFT JOIN kpis_nightrun AS run
    ON run.agency_id = client.agency_id AND run.client_id = client.id AND run.day = night.day
 WHERE client.archived_at IS NULL
   AND (run.id IS NULL OR run.state = 'due' AND run.attempts < %(attempts)s
        AND run.queued_at <= %(at)s - run.attempts * %(retry)s::interval)
 ORDER BY client.id
"""
_IMPORTS = """
SELECT agency_id, client_id, id FROM campaigns_importbatch
 WHERE state IN ('queued', 'undoing') AND queued_at <= %(at)s - %(patience)s::interval
 ORDER BY id
"""
# A fit that breaks off is tried again, each time after a longer wait.
_VALUES = """
SELECT agency_id, client_id, id FROM kpis_valuemodel
 WHERE state = 'queued' AND queued_at <= %(at)s - (1 + attempts) * %(patience)s::interval
 ORDER BY id
"""
_EXPORTS = """
SELECT agency_id, client_id, id FROM kpis_export
 WHERE state = 'waiting' AND queued_at <= %(at)s - (1 + attempts) * %(patience)s::interval
    OR expires_at <= %(at)s
 ORDER BY id
"""
_ARRIVALS = """
SELECT agency_id, id FROM kpis_arrival
 WHERE state IN ('checking', 'coming')
       AND queued_at <= %(at)s - (1 + attempts) * %(patience)s::interval
    OR expires_at <= %(at)s
 ORDER BY id
"""
# An hour into the day: a request that takes the deletion back before midnight is over by then.
_ERASURES = """
SELECT client.agency_id, client.id
  FROM accounts_client AS client JOIN accounts_agency AS agency ON agency.id = client.agency_id
 WHERE client.erase_on <= (%(at)s AT TIME ZONE client.time_zone - interval '1 hour')::date
    OR agency.erase_on <= (%(at)s AT TIME ZONE 'UTC' - interval '1 hour')::date
 ORDER BY client.id
"""
_LAST_ERASURES = """
SELECT id FROM accounts_agency AS agency
 WHERE erase_on <= (%(at)s AT TIME ZONE 'UTC' - interval '1 hour')::date
   AND NOT EXISTS (SELECT FROM accounts_client AS client WHERE client.agency_id = agency.id)
 ORDER BY id
"""
_INVITATIONS = """
SELECT agency_id, id FROM accounts_invitation
 WHERE mail_due_at <= %(at)s - %(patience)s::interval
 ORDER BY id
"""

_UNTOLD = """
SELECT DISTINCT agency_id FROM inbox_notice
 WHERE told_at IS NULL AND (due_at IS NULL OR due_at <= %(at)s) ORDER BY agency_id
"""
_UNMAILED = """
SELECT DISTINCT agency_id FROM inbox_delivery
 WHERE mail = 'due' AND mail_due_at <= %(at)s ORDER BY agency_id
"""
_LETTERS = """
SELECT id FROM accounts_letter WHERE due_at <= %(at)s - %(patience)s::interval ORDER BY id
"""
_EVENTS_NEW = (
    "SELECT DISTINCT agency_id FROM webhooks_event WHERE told_at IS NULL ORDER BY agency_id"
)
_EVENTS_DUE = """
SELECT agency_id, id FROM webhooks_endpoint AS endpoint
 WHERE disabled_at IS NULL AND (rests_until IS NULL OR rests_until <= %(at)s)
   AND EXISTS (SELECT FROM webhooks_delivery AS delivery
                WHERE delivery.agency_id = endpoint.agency_id AND delivery.endpoint_id = endpoint.id
                  AND delivery.state = 'due' AND delivery.due_at <= %(at)s)
 ORDER BY id
"""
_EVENTS_OLD = """
SELECT id FROM accounts_agency AS agency
 WHERE EXISTS (SELECT FROM webhooks_event AS event
                WHERE event.agency_id = agency.id AND event.at < %(before)s)
 ORDER BY id
"""


@dataclass(frozen=True)
class Backlog:
    """What waits and what has failed over all agencies: counts, and ages in seconds (0: nothing waits)."""

    dirty_clients: int
    dirty_seconds: float
    imports_waiting: int
    import_seconds: float
    nights_failed: int
    imports_failed: int
    fits_failed: int


_BACKLOG = """
SELECT (SELECT count(DISTINCT client_id) FROM kpis_dirtyday),
       (SELECT extract(epoch FROM %(at)s - min(marked_at)) FROM kpis_dirtyday),
       (SELECT count(*) FROM campaigns_importbatch WHERE state = 'queued'),
       (SELECT extract(epoch FROM %(at)s - min(queued_at)) FROM campaigns_importbatch
         WHERE state = 'queued'),
       (SELECT count(*) FROM kpis_nightrun WHERE state = 'failed' AND day >= %(at)s::date - 7),
       (SELECT count(*) FROM campaigns_importbatch
         WHERE state = 'failed' AND queued_at >= %(at)s - interval '7 days'),
       (SELECT count(*) FROM kpis_valuemodel
         WHERE state = 'failed' AND queued_at >= %(at)s - interval '7 days')
"""


def backlog(at: datetime) -> Backlog:
    """For monitoring. Failures are those of the last seven days."""
    with transaction.atomic(), as_clock():
        row = _rows(_BACKLOG, {"at": at})[0]
    return Backlog(
        row[0], max(float(row[1] or 0), 0.0), row[2], max(float(row[3] or 0), 0.0), *row[4:]
    )


def _rows(statement: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
