"""Goals from a file: each line set, changed or left alone, with a verdict on it. Twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from campaigns.channels import CODES
from campaigns.facts.queries import campaign_named
from kpis.book import book_of
from kpis.calendar import Period
from kpis.goal_setting.bulk import goal_put
from kpis.goal_setting.files import CellRefused, FileLine, choice_in, day_in, number_in
from kpis.goal_setting.services import GoalWish
from kpis.models import Accumulation, EnteredAs, GoalKind, Grain, Shape

REFUSED = "refused"


@dataclass(frozen=True)
class LineVerdict:
    """new, changed, same or refused; `column` and `message` of what was wrong first."""

    line: FileLine
    verdict: str
    column: str = ""
    message: str = ""


class _Undone(Exception):
    """Nothing of this is to stay."""


def goals_import(
    client: Client,
    lines: Sequence[FileLine],
    author_id: int | None = None,
    is_all: bool = False,
    is_trial: bool = False,
) -> list[LineVerdict]:
    """Put the goals of these lines. A trial writes nothing; `is_all`: nothing unless all are good."""
    found: list[LineVerdict] = []
    try:
        with transaction.atomic():
            found = [_put(client, line, author_id) for line in lines]
            if is_trial or (is_all and any(each.verdict == REFUSED for each in found)):
                raise _Undone
    except _Undone:
        pass
    return found


def _put(client: Client, line: FileLine, author_id: int | None) -> LineVerdict:
    try:
        wish = wish_of_line(client, line)
        with transaction.atomic():
            verdict, _goal = goal_put(client, wish, line.cells.keys(), author_id)
    except CellRefused as refused:
        return LineVerdict(line, REFUSED, refused.column, str(refused))
    except DomainError as error:
        fields = error.data.get("fields") or [("", str(error))]
        return LineVerdict(line, REFUSED, str(fields[0][0]), str(fields[0][1]))
    return LineVerdict(line, verdict)


def wish_of_line(client: Client, line: FileLine) -> GoalWish:
    """The goal that a line says. CellRefused at the first cell that says nothing."""
    cells = line.cells
    kpi = book_of(client).get(cells.get("kpi", ""))
    if kpi is None:
        raise CellRefused("kpi", _("There is no KPI called %(key)s.") % {"key": cells.get("kpi", "")[:60]})  # fmt: skip
    first, last = day_in(cells, "from"), day_in(cells, "to")
    if last < first:
        raise CellRefused("to", _("The last day lies before the first."))
    campaign = None
    if "campaign" in cells:
        campaign = campaign_named(client, cells["campaign"])
        if campaign is None:
            raise CellRefused("campaign", _("The client has no such campaign."))
    usual_kind, usual_way = kpi.goal or ("increase", "cumulative")
    kind = choice_in(cells, "kind", GoalKind.values, usual_kind)
    way = next((each for one, each in kpi.goal_modes if one == kind), usual_way)
    return GoalWish(
        kpi=kpi.key,
        period=Period(first, last),
        kind=kind,
        accumulation=choice_in(cells, "accumulation", Accumulation.values, way),
        target=number_in(cells, "target"),
        target_as=choice_in(cells, "target_as", EnteredAs.values, "absolute"),
        low=number_in(cells, "low"),
        high=number_in(cells, "high"),
        baseline=number_in(cells, "baseline"),
        channel=choice_in(cells, "channel", list(CODES), ""),
        campaign=campaign,
        shape=choice_in(cells, "shape", [each for each in Shape.values if each != "manual"], "linear"),
        grain=choice_in(cells, "grain", Grain.values, "month"),
        note=cells.get("note", "")[:300],
    )  # fmt: skip
