"""A measurement plan as it is read: each objective with its KPIs, targets and where the data stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.goal_standing.progress import progress_of
from kpis.models import Cadence, Goal
from kpis.pages.board import scope_of
from kpis.pages.pledges import Pledge, pledge
from kpis.pages.reader import Reader
from kpis.question import Question
from kpis.services import answer, last_complete_of
from steering.models import PlanState, PlanVersion
from steering.plan_queries import planned_goals
from steering.plans.acting import plan_approve
from steering.plans.lines import Line, grouped, lines_from

#: Days looked back over to tell whether a KPI has data.
LOOKED_BACK = timedelta(days=27)


@dataclass(frozen=True)
class PlanLine:
    """One KPI. target: the goal's words or the plan's own; gap: why there is no data, "" if there is."""

    name: str
    key: str
    meaning: str
    target: str
    cadence: str
    data: str
    gap: str
    is_partial: bool
    goal: Goal | None
    status: str
    now: str


@dataclass(frozen=True)
class PlanObjective:
    name: str
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True)
class PlanPage:
    """A version, in the reader's words. `gaps`: the KPIs of the plan that have no data."""

    plan: PlanVersion
    state: str
    tone: str
    objectives: tuple[PlanObjective, ...]
    gaps: tuple[str, ...]


TONES: Mapping[str, str] = {
    PlanState.DRAFT: "quiet",
    PlanState.PROPOSED: "warn",
    PlanState.RETURNED: "warn",
    PlanState.APPROVED: "good",
    PlanState.REPLACED: "quiet",
}


def plan_page(client: Client, plan: PlanVersion, reader: Reader) -> PlanPage:
    """Inside a scope that holds the client. The goals and the data are as they stand now."""
    lines = lines_from(plan.lines)
    goals = planned_goals(client)
    named = [goals[line.goal] for line in lines if line.goal in goals]
    pledges = {each.goal.pk: pledge(each, reader) for each in progress_of(client, named)}
    values = _values(client, {line.kpi for line in lines})
    objectives = tuple(
        PlanObjective(
            name or _("Without an objective yet"),
            tuple(_line(client, each, pledges, values, reader) for each in some),
        )
        for name, some in grouped(lines).items()
    )
    gaps = {line.name for objective in objectives for line in objective.lines if line.gap}
    return PlanPage(
        plan,
        str(PlanState(plan.state).label),
        TONES[plan.state],
        objectives,
        tuple(sorted(gaps)),
    )


def goal_names(client: Client, reader: Reader) -> dict[int, str]:
    """The goals that a line may name, by id: "Leads: 900 by 30 Jun 2026"."""
    book = book_of(client)
    known = [goal for goal in planned_goals(client).values() if goal.kpi in book]
    pledges = [pledge(each, reader, scope_of(each.goal)) for each in progress_of(client, known)]
    return {each.progress.goal.pk: f"{each.name}: {each.target}" for each in pledges}


def _values(client: Client, keys: Iterable[str]) -> Mapping[str, Value]:
    """Each KPI over the last four weeks, of which only matters whether there is something."""
    known = tuple(sorted(set(keys) & set(book_of(client))))
    if not known:
        return {}
    last = last_complete_of(client)
    question = Question(known, Period(last - LOOKED_BACK, last))
    return answer(client, question, sees_costs=False).only.values


def _line(
    client: Client,
    line: Line,
    pledges: Mapping[int, Pledge],
    values: Mapping[str, Value],
    reader: Reader,
) -> PlanLine:
    kpi, value = book_of(client).get(line.kpi), values.get(line.kpi)
    its = pledges.get(line.goal or 0)
    has_gap = value is None or value.reason in ("no_source", "not_reported", "no_data")
    return PlanLine(
        str(kpi.name) if kpi else line.kpi,
        line.kpi,
        str(kpi.meaning) if kpi else "",
        its.target if its else line.target,
        str(Cadence(line.cadence).label) if line.cadence else _("By its volume"),
        line.data,
        _("No source delivers it") if has_gap else "",
        value is not None and value.state == "partial" and not has_gap,
        its.progress.goal if its else None,
        its.status if its else "",
        its.now if its else (reader.value(kpi, value) if kpi and value else ""),
    )


def plan_text(client: Client, page: PlanPage) -> str:
    """The plan word for word, to be kept with its approval. Numbers of today are not part of it."""
    head = _("Measurement plan of %(client)s, version %(number)s") % {
        "client": client.name,
        "number": page.plan.number,
    }
    parts = [head, *([page.plan.summary] if page.plan.summary else [])]
    for objective in page.objectives:
        rows = [
            f"- {line.name}: {line.target} ({line.cadence})"
            + (f"; {line.data}" if line.data else "")
            for line in objective.lines
        ]
        parts.append("\n".join([objective.name, *rows]))
    return "\n\n".join(parts)


def plan_approve_read(
    client: Client, plan: PlanVersion, person: Membership, reader: Reader, read: str, at: datetime
) -> PlanVersion:
    """Approve the words that were read, by their mark, or nothing: a goal may have changed since.

    DomainError `plan_changed` then, and as `plan_approve`.
    """
    text = plan_text(client, plan_page(client, plan, reader))
    if plan.state != PlanState.APPROVED and read != read_mark(text):
        words = _("The plan has changed since you opened it. Read it again.")
        raise DomainError("plan_changed", words)
    return plan_approve(client, plan, person, text, at)


def read_mark(text: str) -> str:
    """By which an approval says which words it approves."""
    return sha256(text.encode()).hexdigest()[:32]
