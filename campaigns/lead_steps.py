"""The steps of a lead: where it may go, which dates that sets, and the line in its history.

Nothing here knows of sales: those are `facts.wins`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.models import Lead, Salesperson, StageChange
from campaigns.models.leads import Stage

#: The dated stages in their order; each has columns x_at, x_date, x_on and x_salesperson.
DATED = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)
#: What a step, or its taking back, may change on a lead.
COLUMNS_OF_A_STEP = (
    "salesperson_id", "first_salesperson_id", "amount", "currency", "outcome", "lost_reason",
    "closed_at", "closed_date", "closed_salesperson_id", "customer_id",
    *(f"{stage}_{column}" for stage in DATED for column in ("date", "salesperson_id")),
)  # fmt: skip


@dataclass(frozen=True)
class Move:
    """A step of a lead on a local date. `amount`: of the opportunity or of the sale."""

    stage: str
    on: date
    salesperson: Salesperson | None = None
    amount: Decimal | None = None
    reason: str = ""
    note: str = ""


def today_of(client: Client) -> date:
    """The client's own date."""
    return timezone.now().astimezone(ZoneInfo(client.time_zone)).date()


def move_check(lead: Lead, client: Client, move: Move) -> None:
    """Raises DomainError if the lead cannot go there on that day."""
    if move.stage not in (*DATED, Stage.CUSTOMER, Stage.LOST):
        raise DomainError("unknown_stage", _("Choose one of the offered stages."))
    if lead.outcome:
        raise DomainError("closed", _("This lead is closed. Reopen it first."))
    if move.on > today_of(client):
        raise DomainError("in_the_future", _("The date lies in the future."), {"field": "on"})
    if lead.created_on and move.on < lead.created_on:
        raise DomainError(
            "before_creation",
            _("The lead came in on %(day)s: no stage can be earlier.")
            % {"day": lead.created_on.isoformat()},
            {"field": "on"},
        )
    if move.stage in DATED and getattr(lead, f"{move.stage}_on"):
        raise DomainError(
            "reached",
            _("The lead reached this stage on %(day)s; the first date counts.")
            % {"day": getattr(lead, f"{move.stage}_on").isoformat()},
            {"field": "stage"},
        )


def reach(lead: Lead, move: Move) -> list[str]:
    """Set the dates of the stage and of the earlier ones without a date; answer which were set."""
    reached: list[str] = []
    if move.stage != Stage.LOST:  # a lost lead has not passed the stages it did not reach
        upto = len(DATED) if move.stage == Stage.CUSTOMER else DATED.index(Stage(move.stage)) + 1
        for stage in DATED[:upto]:
            if getattr(lead, f"{stage}_on") is None:
                setattr(lead, f"{stage}_date", move.on)
                setattr(lead, f"{stage}_salesperson_id", lead.salesperson_id)
                reached.append(stage)
    if move.stage in (Stage.CUSTOMER, Stage.LOST):
        lead.outcome = "won" if move.stage == Stage.CUSTOMER else "lost"
        lead.closed_date, lead.closed_salesperson_id = move.on, lead.salesperson_id
        lead.lost_reason = move.reason if move.stage == Stage.LOST else ""
        reached.append(move.stage)
    return reached


def furthest(lead: Lead) -> str:
    """The last dated stage that the lead has reached."""
    return next((stage for stage in reversed(DATED) if getattr(lead, f"{stage}_on")), Stage.LEAD)


def reopen(lead: Lead, actor: Membership | None, on: date) -> None:
    """Take back the outcome and write it into the history; its sale is the caller's business."""
    lead.outcome = lead.lost_reason = ""
    lead.closed_at = lead.closed_date = lead.closed_salesperson = None
    lead.save()
    step_write(lead, furthest(lead), actor, on=on, is_reopening=True)


def step_write(
    lead: Lead,
    stage: str,
    actor: Membership | None,
    on: date | None,
    at: datetime | None = None,
    note: str = "",
    is_reopening: bool = False,
) -> None:
    """A line of the lead's history."""
    step = _step(lead, stage, actor, on, note)
    step.at, step.is_reopening = at, is_reopening
    step.save()


def steps_write(
    client: Client, actor: Membership | None, on: date, steps: Iterable[tuple[Lead, str, str]]
) -> None:
    """Lines of the histories of many leads: the lead, the stage it entered that day, a note."""
    StageChange.objects.bulk_create(
        _step(lead, stage, actor, on, note) for lead, stage, note in steps
    )


def _step(
    lead: Lead, stage: str, actor: Membership | None, on: date | None, note: str
) -> StageChange:
    return StageChange(
        agency_id=lead.agency_id,
        client_id=lead.client_id,
        lead=lead,
        stage=stage,
        on_date=on,
        salesperson_id=lead.salesperson_id,
        written_by=actor.pk if actor else None,
        note=note,
    )
