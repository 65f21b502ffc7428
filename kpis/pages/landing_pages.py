"""What the landing page list shows: each page with its visits, leads, rates and their change.

Pure view models on one answer split by landing page; nothing is computed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from accounts.models import Client
from kpis.calculate import Value
from kpis.catalogue.kpi import Words
from kpis.pages.cards import ChangeNote, Figure, figure
from kpis.pages.picker import Choice
from kpis.pages.reader import Reader
from kpis.question import Answer, Row
from kpis.services import answer, standing_of

KEYS = ("sessions", "leads", "landing_conversion_rate", "bounce_rate")
#: Those of which the change is shown beside.
COMPARED = ("sessions", "landing_conversion_rate")
SHORT: Mapping[str, Words] = {
    "sessions": gettext_lazy("Visits"),
    "leads": gettext_lazy("Leads"),
    "landing_conversion_rate": gettext_lazy("Conversion"),
    "bounce_rate": gettext_lazy("Bounce"),
}
RATE = "landing_conversion_rate"


@dataclass(frozen=True)
class PageCell:
    """A figure in a row; `change` only where one is shown."""

    figure: Figure
    change: ChangeNote | None
    is_compared: bool


@dataclass(frozen=True)
class PageRow:
    """A landing page. `code` filters by it; "" is where no page was recorded."""

    code: str
    path: str
    cells: tuple[PageCell, ...]
    is_small: bool


@dataclass(frozen=True)
class PageHead:
    """`short` stands in the head, `name` is the KPI's own."""

    short: str
    name: str
    is_compared: bool


@dataclass(frozen=True)
class LandingPages:
    """All pages, those with most visits first; `total` is the answer without the split."""

    reply: Answer
    heads: tuple[PageHead, ...]
    rows: tuple[PageRow, ...]
    total: PageRow
    is_compared: bool

    @property
    def keys(self) -> str:
        return ",".join(KEYS)


def landing_pages_of(
    client: Client, choice: Choice, sees_costs: bool, reader: Reader
) -> LandingPages:
    """Two questions: split by page, and whole. Inside a scope that holds the client."""
    standing = standing_of(client)
    reply = answer(client, choice.ask(*KEYS, split="landing_page"), sees_costs, standing)
    whole = answer(client, choice.ask(*KEYS), sees_costs, standing).only
    rows = sorted(
        (row for row in reply.rows if _is_seen(row)), key=lambda row: -_visits(row.values)
    )
    heads = tuple(
        PageHead(str(SHORT[key]), str(reply.kpis[key].name), key in COMPARED) for key in KEYS
    )
    return LandingPages(
        reply,
        heads,
        tuple(_row(row, reply, reader) for row in rows),
        _row(whole, reply, reader),
        choice.comparison.period is not None,
    )


def _is_seen(row: Row) -> bool:
    """Somebody came, now or in the period compared with."""
    return any(value.value for held in (row.values, row.previous or {}) for value in held.values())


def _visits(values: dict[str, Value]) -> float:
    return float(values["sessions"].value or 0)


def _row(row: Row, reply: Answer, reader: Reader) -> PageRow:
    cells = []
    for key in KEYS:
        previous = row.previous[key] if row.previous else None
        found = figure(reply.kpis[key], row.values[key], previous, reader, reply.parameters)
        change = found.change.brief if found.change and key in COMPARED else None
        cells.append(PageCell(found, change, key in COMPARED))
    rate = row.values[RATE]
    return PageRow(
        row.split or "", row.label, tuple(cells), rate.is_small_sample and rate.value is not None
    )
