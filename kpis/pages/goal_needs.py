"""What is needed from here for a goal to be reached, as one sentence (KPIS C.2 and C.4)."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.catalogue import Parameters
from kpis.formats import MONEY_UNITS
from kpis.formula import Expression, Undefined, atoms, evaluate
from kpis.goal_setting.queries import goals_of
from kpis.goal_standing.basis import history_for
from kpis.goal_standing.days import DENOMINATOR, NUMERATOR, sides_of
from kpis.goal_standing.progress import Progress, filters_of
from kpis.goal_standing.values import Ask
from kpis.goals import needed_from_here, required_ratio
from kpis.goals.needs import required_rate
from kpis.goals.terms import CAP, CUMULATIVE, DECREASE, INCREASE, PERIOD
from kpis.pages.reader import Reader
from kpis.services import last_complete_of


def needed_of(client: Client, progress: Progress, reader: Reader) -> str:
    """Milestones stay as set; this is the second line. "" where nothing is needed or can be said."""
    if progress.terms.accumulation == CUMULATIVE:
        return _amount(progress, reader)
    if progress.terms.accumulation == PERIOD and progress.terms.kind in (INCREASE, DECREASE):
        return _rate(client, progress, reader)
    return ""


def _amount(progress: Progress, reader: Reader) -> str:
    terms = progress.terms
    if not progress.stones or progress.actual is None:
        return ""
    left = Fraction(terms.target or 0) - Fraction(progress.actual)
    if left <= 0:
        return ""
    ahead = needed_from_here(progress.stones, progress.actual, progress.as_of)
    if not ahead:
        return ""
    days = (terms.period.last - progress.as_of).days
    words = (
        ngettext(
            "%(left)s are left for %(days)s day: %(part)s for %(period)s.",
            "%(left)s are left for %(days)s days: %(part)s for %(period)s.",
            days,
        )
        if terms.kind == CAP
        else ngettext(
            "From here %(left)s are needed in %(days)s day: %(part)s in %(period)s.",
            "From here %(left)s are needed in %(days)s days: %(part)s in %(period)s.",
            days,
        )
    )
    unit = progress.kpi.unit
    return words % {
        "left": reader.number(left, unit),
        "days": days,
        "part": reader.number(ahead[0].value, unit),
        "period": reader.period(ahead[0].period),
    }


def _rate(client: Client, progress: Progress, reader: Reader) -> str:
    """Which rate the rest must have: for what is left of a budget, where there is one for the same
    days and part; else for as many a day as so far."""
    terms = progress.terms
    if terms.kpi.is_cohort or terms.target is None:  # of a cohort some may still convert
        return ""
    parameters = history_for(client, progress.goal.cost_basis).on(last_complete_of(client))
    found = _sides(progress, parameters)
    if found is None:
        return ""
    (above, below), divided = found
    budget = _budget(client, progress, divided, parameters)
    if budget is not None:
        rate = required_ratio(budget, terms.target, above, below)
        words = _("For the rest of the budget of %(budget)s it must be %(rate)s.")
        words_none = _(
            "The rest of the budget of %(budget)s can no longer change whether it is met."
        )
        said = {"budget": reader.number(budget, "money")}
    else:
        elapsed = (progress.as_of - terms.period.first).days + 1
        ahead = (terms.period.last - progress.as_of).days
        rate = required_rate(terms.target, above, below, Fraction(below) * ahead / elapsed)
        words = _("From here it must be %(rate)s, if the volume stays as it was so far.")
        words_none = _("At the volume of so far it can no longer be reached.")
        said = {}
    if terms.kind == INCREASE and rate is not None and rate <= 0:
        return ""
    if rate is None or rate <= 0:
        return words_none % said
    return words % {**said, "rate": reader.number(rate, progress.kpi.unit)}


def _sides(
    progress: Progress, parameters: Parameters
) -> tuple[tuple[Decimal, Decimal], Expression] | None:
    """What stands above and under the fraction line so far; and the formula of the upper one."""
    goal, value = progress.goal, progress.value
    if value is None or value.value is None:
        return None
    ask = Ask(progress.kpi, progress.terms.period, filters_of(goal), goal.currency)
    sides = {side.part: side for side in sides_of(ask, parameters)}
    if DENOMINATOR not in sides:
        return None
    below = _so_far(sides[DENOMINATOR].expression, value)
    if below is None or below <= 0:
        return None
    return (value.value * below, below), sides[NUMERATOR].expression


def _so_far(expression: Expression, value: Value) -> Decimal | None:
    plain = {atom: value.inputs.get(atom.text) for atom in atoms(expression)}
    known = {atom: total for atom, total in plain.items() if total is not None}
    if len(known) < len(plain):
        return None
    found = evaluate(expression, known, Decimal)
    return None if isinstance(found, Undefined) else Decimal(found)


def _budget(
    client: Client, progress: Progress, divided: Expression, parameters: Parameters
) -> Decimal | None:
    """The limit that is set for the very money that the goal divides, over the same days and part of
    the client, in the same currency."""
    goal = progress.goal
    spent = [
        kpi.key
        for kpi in book_of(client).values()
        if kpi.unit in MONEY_UNITS and kpi.expression(parameters) == divided
    ]
    limit: Decimal | None = (
        goals_of(client)
        .filter(
            kpi__in=spent, kind=CAP, starts_on=goal.starts_on, ends_on=goal.ends_on,
            channel=goal.channel, campaign=goal.campaign_id, filters=goal.filters,
            currency=goal.currency or client.currency,
        )
        .values_list("target", flat=True)
        .first()
    )  # fmt: skip
    return limit
