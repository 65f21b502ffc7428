"""Alert rules: made, changed, paused, archived and brought back. What they say is in rule_terms."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from campaigns.channels import CODES
from campaigns.models import Campaign
from kpis.book import book_of
from kpis.formats import MONEY_UNITS
from steering.alerts.acting import today_of
from steering.alerts.remembered import UNRESOLVED
from steering.alerts.saying import unsay
from steering.alerts.steps import resolve, steps_keep
from steering.models import Act, AlertRule, Incident, RuleStanding
from steering.models.rules import Against, Condition, Direction, Severity, Span

MOST_RULES = 100
NAME, NOTE = 80, 300


@dataclass(frozen=True)
class RuleWish:
    """A rule as a person says it. limit: a value of the KPI (0.04 is 4 %), or a share of change."""

    name: str
    kpi: str
    condition: str
    direction: str
    span: str
    limit: Decimal | None = None
    against: str = ""
    least_change: Decimal | None = None
    least_volume: Decimal | None = None
    severity: str = "warning"
    channel: str = ""
    campaign: Campaign | None = None
    note: str = ""


def rule_draft(client: Client, wish: RuleWish) -> AlertRule:
    """The rule as it would be, not saved. DomainError `rule_invalid` with what is wrong by field."""
    wrong = _problems(client, wish)
    if wrong:
        raise DomainError("rule_invalid", wrong[0][1], {"fields": wrong})
    is_history = wish.condition == Condition.HISTORY
    return AlertRule(
        agency_id=client.agency_id,
        client=client,
        name=wish.name.strip(),
        kpi=wish.kpi,
        channel=wish.channel,
        campaign=wish.campaign,
        condition=wish.condition,
        direction=wish.direction,
        span=Span.DAY if is_history else wish.span,
        limit=None if is_history else wish.limit,
        against=(wish.against or Against.BEFORE) if wish.condition == Condition.CHANGE else "",
        least_change=None if wish.condition == Condition.THRESHOLD else wish.least_change,
        least_volume=wish.least_volume,
        severity=wish.severity,
        note=wish.note.strip(),
        currency=client.currency if book_of(client)[wish.kpi].unit in MONEY_UNITS else "",
    )


def _problems(client: Client, wish: RuleWish) -> list[tuple[str, str]]:
    found = []
    if not wish.name.strip() or len(wish.name) > NAME:
        found.append(("name", _("Give it a name of at most 80 characters.")))
    if wish.kpi not in book_of(client):
        found.append(("kpi", _("There is no KPI called %(key)s.") % {"key": wish.kpi}))
    for field, value, known in (
        ("condition", wish.condition, Condition.values),
        ("direction", wish.direction, Direction.values),
        ("span", wish.span, Span.values),
        ("severity", wish.severity, Severity.values),
        ("against", wish.against, ["", *Against.values]),
        ("channel", wish.channel, ["", *CODES]),
    ):
        if value not in known:
            found.append((field, _("Choose one of those offered.")))
    if wish.channel and wish.campaign:
        found.append(("campaign", _("Choose a channel or a campaign, not both.")))
    if wish.condition != Condition.HISTORY and wish.limit is None:
        found.append(("limit", _("Write the limit.")))
    if wish.condition == Condition.CHANGE and wish.limit is not None and wish.limit <= 0:
        found.append(("limit", _("Write by how many per cent, without a sign.")))
    if wish.condition == Condition.THRESHOLD and wish.direction == Direction.EITHER:
        found.append(("direction", _("A limit is crossed upwards or downwards: choose one.")))
    for field, number in (
        ("least_change", wish.least_change),
        ("least_volume", wish.least_volume),
    ):
        if number is not None and number < 0:
            found.append((field, _("Write a number from 0 up.")))
    return found


def rule_create(client: Client, wish: RuleWish, member_id: int | None) -> AlertRule:
    rule = rule_draft(client, wish)
    mine = AlertRule.objects.filter(agency_id=client.agency_id, client=client, archived_at=None)
    if mine.count() >= MOST_RULES:
        words = _("A client has at most %(most)s rules.") % {"most": MOST_RULES}
        raise DomainError("too_many", words)
    rule.author_id = member_id
    rule.save()
    return rule


def rule_change(client: Client, rule: AlertRule, wish: RuleWish) -> AlertRule:
    """Another question: it begins anew, and what it warned of stands until that is answered."""
    draft = rule_draft(client, wish)
    draft.pk, draft.author_id = rule.pk, rule.author_id
    draft.created_at, draft.paused_at = rule.created_at, rule.paused_at
    draft.save()
    RuleStanding.objects.filter(agency_id=client.agency_id, rule=rule).delete()
    return draft


def rule_pause(client: Client, rule: AlertRule, at: datetime) -> AlertRule:
    """It is not judged any more until it is resumed; its incident is closed."""
    return _stop(client, rule, "paused_at", at)


def rule_archive(client: Client, rule: AlertRule, at: datetime) -> AlertRule:
    """Out of the list; it can be restored. Its incident is closed."""
    return _stop(client, rule, "archived_at", at)


def rule_restore(rule: AlertRule) -> AlertRule:
    """Back at work, from the archive or from a pause."""
    rule.archived_at = rule.paused_at = None
    rule.save(update_fields=["archived_at", "paused_at"])
    return rule


def _stop(client: Client, rule: AlertRule, field: str, at: datetime) -> AlertRule:
    if getattr(rule, field) is None:
        setattr(rule, field, at)
        rule.save(update_fields=[field])
    RuleStanding.objects.filter(agency_id=client.agency_id, rule=rule).delete()
    standing = Incident.objects.select_for_update().filter(
        agency_id=client.agency_id, client=client, rule=rule, state__in=UNRESOLVED
    )
    for incident in standing:
        steps_keep([incident], [resolve(incident, Act.CLOSED, today_of(client, at), at)])
        unsay(client, incident.pk)
    return rule
