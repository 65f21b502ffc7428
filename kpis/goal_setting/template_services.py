"""Goals in bulk: templates of the agency, what one comes to at each client, and setting it there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Agency, Client
from accounts.services.archiving import row_archive
from kpis.book import books_prepare
from kpis.calendar import ONE_DAY, CalendarRules, Period, add_months, unit_of
from kpis.goal_setting.queries import goals_of
from kpis.goal_setting.services import GoalDraft, GoalWish, goal_draft, goal_set
from kpis.models import Goal, GoalTemplate, PeriodInWords
from kpis.services import calendar_of, last_complete_of

#: Each of them is asked for its history before anything is set.
MOST_CLIENTS = 50
NEW, SAME, REFUSED = "new", "same", "refused"


@dataclass(frozen=True)
class Prospect:
    """What a template comes to at one client: a draft, or the goal that is there, or why not."""

    client: Client
    period: Period
    draft: GoalDraft | None = None
    existing: Goal | None = None
    reasons: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.draft is not None and not self.reasons


@dataclass(frozen=True)
class Given:
    """What became of one client: `verdict` new, same (`goal` was there) or refused (`reason`)."""

    client: Client
    verdict: str
    goal: Goal | None = None
    reason: str = ""


def goal_templates_of(agency: Agency, is_archived: bool = False) -> QuerySet[GoalTemplate]:
    """By name. Only for who may see all clients: others get none."""
    rows = all_goal_templates_of(agency).filter(archived_at__isnull=not is_archived)
    return rows.order_by("name", "pk")


def all_goal_templates_of(agency: Agency) -> QuerySet[GoalTemplate]:
    """Archived ones included, in no order."""
    return GoalTemplate.objects.filter(agency=agency)


def goal_template_in(agency: Agency, number: int) -> GoalTemplate | None:
    return GoalTemplate.objects.filter(agency=agency, pk=number).first()


def goal_template_save(template: GoalTemplate) -> GoalTemplate:
    """New or changed. Raises DomainError name_taken."""
    template.changed_at = timezone.now()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        words = _("There is a template of this name already.")
        raise DomainError("name_taken", words, {"fields": [("name", words)]}) from error
    return template


def goal_template_archive(template: GoalTemplate) -> GoalTemplate:
    """Out of the list; the goals that were set from it stay."""
    return row_archive(template)


def goal_template_restore(template: GoalTemplate) -> GoalTemplate:
    """Raises DomainError name_taken if another template has its name meanwhile."""
    template.archived_at = None
    return goal_template_save(template)


def period_for(client: Client, words: str) -> Period:
    """The days of the client's own calendar, from its own today on."""
    return period_of(words, last_complete_of(client) + ONE_DAY, calendar_of(client))


def period_of(words: str, today: date, rules: CalendarRules) -> Period:
    """The next 6 months begin with the first day of the next month."""
    if words == PeriodInWords.NEXT_6_MONTHS:
        first = add_months(today.replace(day=1), 1)
        return Period(first, add_months(first, 6) - ONE_DAY)
    which, _underscore, unit = words.partition("_")
    period = unit_of(today, unit, rules)
    return unit_of(period.last + ONE_DAY, unit, rules) if which == "next" else period


def wish_for(template: GoalTemplate, client: Client) -> GoalWish:
    return GoalWish(
        kpi=template.kpi,
        channel=template.channel,
        period=period_for(client, template.period),
        kind=template.kind,
        accumulation=template.accumulation,
        target=template.target,
        target_as=template.target_as,
        low=template.low,
        high=template.high,
        shape=template.shape,
        grain=template.grain,
        guard_kpi=template.guard_kpi,
        guard_operator=template.guard_operator,
        guard_limit=template.guard_limit,
        note=template.note,
    )


def prospects(template: GoalTemplate, clients: Iterable[Client]) -> list[Prospect]:
    """What setting it would do at each client. Writes nothing."""
    wanted = list(clients)
    books_prepare(wanted)
    return [_prospect(template, client) for client in wanted]


def _prospect(template: GoalTemplate, client: Client) -> Prospect:
    wish = wish_for(template, client)
    existing = _goal_there(client, wish)
    if existing is not None:
        return Prospect(client, wish.period, existing=existing)
    try:
        draft = goal_draft(client, wish)
    except DomainError as error:
        return Prospect(client, wish.period, reasons=(str(error),))
    wrong = tuple(str(each.message) for each in draft.wrong)
    return Prospect(client, wish.period, draft, reasons=wrong)


def goal_template_apply(
    template: GoalTemplate, clients: Iterable[Client], author_id: int | None = None
) -> list[Given]:
    """Set the goal at each client where it can be. Twice changes nothing; in the order given."""
    wanted = list(clients)
    books_prepare(wanted)
    # Locks are taken in one order, so that two people who apply at once wait and do not block.
    found = {
        client.pk: _give(template, client, author_id)
        for client in sorted(wanted, key=lambda each: each.pk)
    }
    return [found[client.pk] for client in wanted]


def _give(template: GoalTemplate, client: Client, author_id: int | None) -> Given:
    lock(Work.GOALS, client.pk)
    wish = wish_for(template, client)
    existing = _goal_there(client, wish)
    if existing is not None:
        return Given(client, SAME, existing)
    try:
        with transaction.atomic():
            return Given(client, NEW, goal_set(client, wish, author_id))
    except DomainError as error:
        return Given(client, REFUSED, reason=str(error))


def _goal_there(client: Client, wish: GoalWish) -> Goal | None:
    """The client's goal of the same KPI, kind and period over the same channel, whatever it asks for."""
    rows = goals_of(client).filter(
        kpi=wish.kpi,
        kind=wish.kind,
        channel=wish.channel,
        campaign=None,
        filters={},
        starts_on=wish.period.first,
        ends_on=wish.period.last,
    )
    return rows.order_by("pk").first()
