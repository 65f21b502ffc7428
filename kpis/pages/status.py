"""The status page: is everything running, which client waits, and for what. Words and tones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models.batches import BatchState
from kpis.heartbeat import SCHEDULER, WORKER, missing_processes
from kpis.pages.reader import Reader
from kpis.status_queries import Standing

#: A change is in the numbers within a minute; what waits longer than this is late.
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Process:
    """A process of the house, and whether it has shown signs of life."""

    name: str
    is_alive: bool


@dataclass(frozen=True)
class Line:
    """One client: the tone of the worst that is the matter, and all of it in words."""

    standing: Standing
    tone: str
    words: tuple[str, ...]
    night: str

    @property
    def is_fine(self) -> bool:
        return self.tone == "good"


@dataclass(frozen=True)
class StatusPage:
    """The processes; the clients, those with something the matter first; what waits, in all."""

    processes: tuple[Process, ...]
    lines: tuple[Line, ...]
    waiting: int
    oldest: datetime | None

    @property
    def is_fine(self) -> bool:
        return all(each.is_alive for each in self.processes) and all(
            line.is_fine for line in self.lines
        )


def status_page(found: Sequence[Standing], reader: Reader, at: datetime) -> StatusPage:
    lines = sorted(
        (_line(each, reader, at) for each in found),
        key=lambda line: ("bad", "warn", "good").index(line.tone),
    )
    waits = [each for each in map(_waits_since, found) if each]
    return StatusPage(_processes(), tuple(lines), len(waits), min(waits, default=None))


def _processes() -> tuple[Process, ...]:
    missing = missing_processes()
    return (
        Process(_("Worker"), WORKER not in missing),
        Process(_("Scheduler"), SCHEDULER not in missing),
    )


def _waits_since(found: Standing) -> datetime | None:
    return min(filter(None, (found.dirty_since, found.queued_since)), default=None)


def _line(found: Standing, reader: Reader, at: datetime) -> Line:
    bad, warn = [], []
    night, batch, since = found.night, found.batch, _waits_since(found)
    if night is not None and night.state == "failed":
        bad.append(_("The night of %(day)s failed") % {"day": reader.day(night.day)})
    if batch is not None and batch.state in (BatchState.FAILED, BatchState.REFUSED):
        warn.append(_("The last import, “%(file)s”, was refused") % {"file": batch.file_name})
    if since is not None and at - since > LATE:
        minutes = int((at - since).total_seconds() // 60)
        words = ngettext(
            "Changes wait for %(minutes)s minute", "Changes wait for %(minutes)s minutes", minutes
        )
        warn.append(words % {"minutes": minutes})
    for quiet in found.quiet:
        said = {"source": quiet.source, "since": reader.day(quiet.since)}
        warn.append(_("%(source)s: nothing since %(since)s") % said)
    tone = "bad" if bad else "warn" if warn else "good"
    return Line(found, tone, (*bad, *warn), reader.day(night.day) if night else "")
