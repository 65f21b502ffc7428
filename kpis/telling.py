"""What a client's night tells its members: sources that went quiet, closed figures that moved."""

from datetime import date
from decimal import Decimal

from accounts.models import Client
from campaigns.quiet import quiet_sources
from inbox.services import notice_send, notices_end
from kpis.event_kinds import RESTATED
from kpis.formats import exact_text
from kpis.models import NightRun
from kpis.pages.restated import moved_figures
from kpis.restatement_notices import moved_of
from kpis.restatements import Moved
from webhooks.services import event_send

#: A figure that goes on moving is told of again when it has moved by as much again.
STEP = Decimal("0.05")


def night_tell(client: Client, today: date) -> None:
    """In system scope. What has been told is not told again."""
    _tell_of_quiet(client, today)
    for moved in moved_figures(moved_of(client, None, sees_costs=True), client.currency):
        _tell_of_moved(client, moved)


def _tell_of_quiet(client: Client, today: date) -> None:
    standing = []
    for quiet in quiet_sources(client, today):
        key = f"quiet:{client.pk}:{quiet.source}:{quiet.since.isoformat()}"
        data = {
            "source": quiet.source,
            "since": quiet.since.isoformat(),
            "rhythm": quiet.rhythm_days or "",
        }
        notice_send(client.agency_id, client, "source_stale", key, data)
        standing.append(key)
    notices_end(client.agency_id, client, "source_stale", standing)


def _tell_of_moved(client: Client, moved: Moved) -> None:
    """The key says how many steps, so that a night that finds the same says nothing."""
    share = moved.difference / moved.reported if moved.reported else Decimal(1)
    steps = int(share / STEP)  # with its sign: up and then down are two pieces of news
    key = f"restated:{client.pk}:{moved.measure.key}:{moved.days.first.isoformat()}:{steps}"
    data = {
        "measure": moved.measure.key,
        "month": moved.days.first.isoformat(),
        "reported": str(moved.reported),
        "now": str(moved.now),
        "currency": client.currency,
    }
    notice_send(client.agency_id, client, "restated", key, data)
    figures = {"reported": moved.reported, "now": moved.now, "difference": moved.difference}
    event = {**data, "unit": moved.measure.unit}
    event |= {name: exact_text(number) or "" for name, number in figures.items()}
    event_send(client.agency_id, client, RESTATED, event, f"{RESTATED}:{key}")


def night_failed_tell(client: Client, run: NightRun) -> None:
    key = f"night:{client.pk}:{run.day.isoformat()}"
    data = {"day": run.day.isoformat(), "attempts": run.attempts}
    notice_send(client.agency_id, client, "night_failed", key, data)
