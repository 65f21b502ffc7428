"""What would have been said of a goal, day by day: the machine of KPIS C.7 over days that are over.

Pure. It goes as if nobody had answered: nothing was acknowledged, snoozed or resolved.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpis.goals.machine import (
    NOTIFY,
    UNJUDGED,
    WARNED_OF,
    State,
    is_reminder_due,
    step,
    to_say,
)
from kpis.goals.status import Verdict

Saying = Literal["notify", "digest", "reminder"]
REMINDER: Saying = "reminder"
#: A complete day, and its verdict under the status that stands by then (for hysteresis).
Day = tuple[date, Callable[[str], Verdict]]
NEW = State()


@dataclass(frozen=True)
class Told:
    """A day on which something would have been said. `before` "": it was the first status."""

    day: date
    before: str
    after: str
    said: Saying
    verdict: Verdict


@dataclass(frozen=True)
class Replay:
    """All that would have been said, in the order of days, and how many days could be judged."""

    told: tuple[Told, ...]
    judged: int

    @property
    def messages(self) -> int:
        """A reminder is a message, too; improvements are lines in one."""
        return len(self.told) - self.lines

    @property
    def lines(self) -> int:
        return sum(each.said == "digest" for each in self.told)


def replayed(course: Iterable[Day], state: State = NEW) -> Replay:
    """The days in their order, each once.

    1. The verdict under what is committed, and a step of the machine. 2. What was committed is told
    or not, by what was told last. 3. While it is off track, a reminder a week after it was told.
    """
    told, told_on = "", None
    remind_from: date | None = None  # when what stands now was told last; being well ends it
    said: list[Told] = []
    judged = 0
    for day, judge in course:
        verdict = judge(state.committed)
        judged += verdict.status not in UNJUDGED
        state, change = step(state, verdict.status, day)
        saying = to_say(change, told, told_on) if change else ""
        if change and saying != "":
            said.append(Told(day, change.before, change.after, saying, verdict))
        if change and saying == NOTIFY:
            told, told_on = change.after, day
        if change:
            remind_from = told_on if change.after in WARNED_OF else None
        if verdict.status not in UNJUDGED and is_reminder_due(state.committed, remind_from, day):
            said.append(Told(day, state.committed, state.committed, REMINDER, verdict))
            told, told_on, remind_from = state.committed, day, day
    return Replay(tuple(said), judged)
