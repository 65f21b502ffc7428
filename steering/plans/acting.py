"""What becomes of a plan: written, proposed to the client, approved or sent back, replaced."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from inbox.services import notice_send
from kpis.book import book_of
from kpis.calendar import zone
from steering.models import PlanState, PlanVersion
from steering.plan_queries import next_number, plan_in_force, plan_open, planned_goals, versions_of
from steering.plans.lines import Line, lines_from, problems

EDITABLE = (PlanState.DRAFT, PlanState.RETURNED)


def plan_write(
    client: Client,
    summary: str,
    lines: Sequence[Line],
    author_id: int | None,
    is_complete: bool = False,
    number: int | None = None,
) -> PlanVersion:
    """Keep a draft: the open version where it may be changed, else a new one. A complete one must
    have all that a proposal needs. `number`: the version that is meant, 0 for a new one.

    DomainError `plan_waits` while the client has it, `plan_begun` if somebody else was first,
    `plan_changed` if another than the meant one is open, `plan_invalid` with what is wrong per line.
    """
    _refuse(client, lines, is_complete)
    with transaction.atomic():
        plan = _open_locked(client)
        if plan is not None and plan.state not in EDITABLE:
            raise DomainError(
                "plan_waits", _("The client is reading this version. Take it back to change it.")
            )
        if number not in (None, plan.number if plan else 0):
            raise _changed() if number else _begun()
        if plan is None:
            plan = PlanVersion(
                agency_id=client.agency_id, client=client, number=next_number(client)
            )
        plan.summary, plan.lines = summary, [line.kept() for line in lines]
        plan.author_id = author_id
        try:
            with transaction.atomic():
                plan.save()
        except IntegrityError as error:  # a colleague began the same version at this moment
            raise _begun() from error
    return plan


def plan_propose(client: Client, at: datetime, number: int | None = None) -> PlanVersion:
    """Give the draft to the client's users to approve. DomainError `plan_invalid`, `no_plan`; and as
    below `plan_changed` if that `number` is no draft any more."""
    plan = _expected(client, EDITABLE, number)
    _refuse(client, lines_from(plan.lines), is_complete=True)
    plan.state, plan.proposed_at, plan.answer = PlanState.PROPOSED, at, ""
    plan.decided_at = plan.decided_by_id = None
    plan.decided_name = ""
    plan.save()
    _tell(client, plan, "plan_proposed", at)
    return plan


def plan_take_back(client: Client, number: int | None = None) -> PlanVersion:
    """From the client's desk to the agency's, to be changed. DomainError `no_plan`, `plan_changed`."""
    plan = _expected(client, (PlanState.PROPOSED,), number)
    plan.state, plan.proposed_at = PlanState.DRAFT, None
    plan.save(update_fields=["state", "proposed_at"])
    return plan


def plan_discard(client: Client, number: int | None = None) -> None:
    """Throw a draft away; the audit keeps it. DomainError `no_plan`, `plan_changed`."""
    _expected(client, EDITABLE, number).delete()


def plan_approve(
    client: Client, read: PlanVersion, person: Membership, text: str, at: datetime
) -> PlanVersion:
    """The client says yes to the version that it read, as it was proposed then; its `text` is kept.

    The one in force so far is replaced. Twice is once, two people at a time too; another version
    than the one that waits, or one that was taken back and proposed anew since, is refused with
    DomainError `plan_changed`.
    """
    plan = versions_of(client).filter(pk=read.pk).select_for_update(of=("self",)).first()
    if plan is not None and plan.state == PlanState.APPROVED:
        return plan
    if plan is None or plan.state != PlanState.PROPOSED or plan.proposed_at != read.proposed_at:
        raise _changed()
    today = at.astimezone(zone(client.time_zone)).date()
    standing = plan_in_force(client)  # no other can come: they all wait for the lock above
    if standing is not None:
        standing.state, standing.replaced_on = PlanState.REPLACED, today
        standing.save(update_fields=["state", "replaced_on"])
    plan.state, plan.in_force_on, plan.text, plan.answer = PlanState.APPROVED, today, text, ""
    _decide(plan, person, at)
    _tell(client, plan, "plan_approved", at)
    return plan


def plan_return(
    client: Client, number: int, person: Membership, answer: str, at: datetime
) -> PlanVersion:
    """The client asks for changes. DomainError `answer_missing` without words, `plan_changed`."""
    if not answer.strip():
        raise DomainError("answer_missing", _("Say what should change."))
    plan = _expected(client, (PlanState.PROPOSED,), number)
    plan.state, plan.answer = PlanState.RETURNED, answer.strip()
    _decide(plan, person, at)
    _tell(client, plan, "plan_returned", at)
    return plan


def _decide(plan: PlanVersion, person: Membership, at: datetime) -> None:
    plan.decided_at, plan.decided_by = at, person
    plan.decided_name = f"{person.user} <{person.user.email}>"
    plan.save()


def _open_locked(client: Client) -> PlanVersion | None:
    """Locked, so that the agency does not write what the client approves at that moment."""
    found = plan_open(client)
    if found is None:
        return None
    return PlanVersion.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _expected(
    client: Client, states: Sequence[PlanState], number: int | None = None
) -> PlanVersion:
    plan = _open_locked(client)
    if number is not None and (plan is None or plan.number != number or plan.state not in states):
        raise _changed()
    if plan is None or plan.state not in states:
        raise DomainError("no_plan", _("There is no version of the plan in that state."))
    return plan


def _begun() -> DomainError:
    words = _("A colleague has just begun this version. Look at it first.")
    return DomainError("plan_begun", words)


def _changed() -> DomainError:
    words = _("This version is no longer the one to decide on. Read the new one.")
    return DomainError("plan_changed", words)


def _refuse(client: Client, lines: Sequence[Line], is_complete: bool) -> None:
    goals = {number: goal.kpi for number, goal in planned_goals(client).items()}
    wrong = problems(lines, book_of(client), goals, is_complete)
    if wrong:
        listed = [(each.place, each.field, each.message) for each in wrong]
        raise DomainError("plan_invalid", wrong[0].message, {"lines": listed})


def _tell(client: Client, plan: PlanVersion, kind: str, at: datetime) -> None:
    data = {"version": plan.number, "person": plan.decided_name.partition(" <")[0]}
    notice_send(
        client.agency_id,
        client,
        kind,
        f"{kind}:{plan.pk}:{at.isoformat()}",
        data | {"answer": plan.answer},
    )
