"""A client's line of the portfolio as it is shown: drawn when it is made, and kept drawn.

Hundreds of them stand on one page, and nothing in them depends on who reads it beside what they are
kept by. So a page puts finished rows one under the other.
"""

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import Client
from kpis.pages.line import Content, Part
from kpis.pages.picker import Choice
from kpis.pages.pledges import URGENCY


@dataclass(frozen=True)
class Drawn:
    """`cells`: the row after the client's name; `need`: why it needs someone today, or empty. HTML.

    `status`: of the most urgent goal; `notes`: how many sources are late and notices stand.
    """

    cells: SafeString
    need: SafeString
    status: str
    notes: int
    part: Part


@dataclass(frozen=True)
class Line:
    """One client, the days it was asked about, and what there is to say."""

    client: Client
    choice: Choice
    last_complete: date
    drawn: Drawn

    @property
    def urgency(self) -> tuple[int, int, str]:
        its = self.drawn
        rank = URGENCY.index(its.status) if its.status else len(URGENCY)
        return rank, -its.notes, self.client.name


def drawn(content: Content) -> Drawn:
    """In the language that is active, as the content is."""
    said = {"content": content}
    return Drawn(
        cells=render_to_string("kpis/parts/line_cells.html", said),
        need=render_to_string("kpis/parts/line_need.html", said)
        if content.reasons
        else SafeString(),
        status=content.status,
        notes=len(content.late) + len(content.notices),
        part=content.part,
    )
