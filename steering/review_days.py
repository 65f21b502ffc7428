"""When a goal is to be looked at (KPIS C.9): one reckoning for a goal's page, a client's dashboard and
its night, and the portfolio, which reads twenty thousand goals as plain facts."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from accounts.models import Client
from kpis.calendar import CalendarRules, Period
from kpis.compare import Number
from kpis.goals.cadence import next_review, review_cadence
from kpis.goals.terms import CUMULATIVE
from kpis.services import calendar_of
from steering.alerts.acting import today_of

#: Of goals that rest on no count, or have none yet.
USUAL = "month"


class Looked(Protocol):
    """What of a goal says how often it is looked at: its row, or the facts of the portfolio."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def accumulation(self) -> str: ...
    @property
    def target(self) -> Decimal | None: ...
    @property
    def cadence(self) -> str: ...
    @property
    def closed_on(self) -> date | None: ...


class ReviewDays:
    """Of one client's goals, on its `today`. What is the same for many of them is reckoned once."""

    def __init__(self, client: Client, today: date) -> None:
        self._client, self._today = client, today
        self._first: dict[tuple[date, str], date] = {}

    def next_on(self, goal: Looked, unit: str, daily: Number | None, said: date | None) -> date:
        """What its last review `said`; without one, a rhythm after it began. `daily`: as `rhythm_of`.

        A goal set in the middle of its period was seen then.
        """
        if said is not None:
            return said
        begun_on = max(goal.starts_on, today_of(self._client, goal.created_at))
        place = (begun_on, rhythm_of(goal, unit, daily))
        if place not in self._first:
            self._first[place] = next_review(*place, calendar_of(self._client))
        return self._first[place]

    def is_due(self, goal: Looked, next_on: date) -> bool:
        """A goal that is decided is never due."""
        return goal.closed_on is None and next_on <= self._today


def next_after(
    goal: Looked, unit: str, daily: Number | None, rules: CalendarRules, day: date
) -> date:
    """When a goal that is looked at on this day is due again."""
    return next_review(day, rhythm_of(goal, unit, daily), rules)


def rhythm_of(goal: Looked, unit: str, daily: Number | None) -> str:
    """The rhythm that was chosen, else by how many cases a day the goal rests on.

    A goal that adds up a count says itself how many it expects; of any other `daily` is what its
    evaluation found.
    """
    if goal.cadence:
        return goal.cadence
    if goal.accumulation == CUMULATIVE and unit == "count" and goal.target:
        daily = Fraction(goal.target) / Period(goal.starts_on, goal.ends_on).days
    return review_cadence(daily) if daily else USUAL
