"""What the engine says about a client's numbers, inside that client's scope and transaction.

A receiver that fails undoes the work that it hears of; so it writes down, and does the rest later.
"""

from dataclasses import dataclass
from datetime import date

from django.dispatch import Signal

from kpis.models import Goal


@dataclass(frozen=True)
class GoalChange:
    """A status that was committed: before ("" for the first), after, and the day it was judged by."""

    goal: Goal
    before: str
    after: str
    on: date


#: Goals were judged: client, changes (a sequence of GoalChange, often empty), day (the last whole one).
goals_judged = Signal()
#: A night's work on a client is nearly done: client, day (the client's date on which it began).
night_judged = Signal()
