"""When a status counts, and when it is told (KPIS C.7). For goals, alert rules and unusual figures.

Pure, and called once for each complete day: a candidate comes in, a committed status goes out. What
was told before is the caller's to keep.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kpis.goals.status import (
    ACHIEVED,
    AT_RISK,
    MISSED,
    NO_DATA,
    NOT_STARTED,
    OFF_TRACK,
    ON_TRACK,
    TOO_EARLY,
)

#: From the best to the worst.
ORDER = (ACHIEVED, ON_TRACK, AT_RISK, OFF_TRACK, MISSED)
#: Days on which nothing is judged: they move no counter.
UNJUDGED = frozenset(("", NOT_STARTED, TOO_EARLY, NO_DATA))
AT_ONCE = frozenset((ACHIEVED, MISSED))
WARNED_OF = frozenset((AT_RISK, OFF_TRACK, MISSED))
#: The same news is not told again within it, and a reminder comes after it.
QUIET = timedelta(days=7)

Said = Literal["notify", "digest", ""]
NOTIFY: Said = "notify"
DIGEST: Said = "digest"
NOTHING: Said = ""


@dataclass(frozen=True)
class State:
    """What stands. `committed` "": nothing has been judged for two days yet.

    candidate: the last day's, if it was judged. candidate_days: for how many judged days in a row
    the candidates have stood on its side of the committed status; 0: they agree. day: the last
    judged one.
    """

    committed: str = ""
    since: date | None = None
    candidate: str = ""
    candidate_days: int = 0
    day: date | None = None

    @property
    def shown(self) -> str:
        """The status that a page shows: before the first is committed, the candidate of the day."""
        return self.committed or self.candidate


@dataclass(frozen=True)
class Change:
    """A status that was committed on a day, and the one before it ("": it is the first)."""

    before: str
    after: str
    on: date

    @property
    def is_worse(self) -> bool:
        return is_worse(self.after, self.before or ON_TRACK)


def is_worse(one: str, other: str) -> bool:
    return ORDER.index(one) > ORDER.index(other)


def step(state: State, candidate: str, day: date) -> tuple[State, Change | None]:
    """The state after a complete day, and what was committed, if anything was.

    1. A day that is not judged, or was judged before, moves nothing: twice is once.
    2. `achieved` and `missed` are committed at once.
    3. Otherwise it takes two judged days in a row on one side of what stands, and the one of the
       two that is nearer to it is committed; of the first two of all, the better one.
    """
    if candidate in UNJUDGED or (state.day is not None and day <= state.day):
        return state, None
    committed = "" if state.committed in UNJUDGED else state.committed
    side = _side(candidate, committed)
    goes_on = state.candidate_days > 0 and _side(state.candidate, committed) == side
    if candidate in AT_ONCE and candidate != committed:
        return _commit(committed, candidate, candidate, day)
    if side and goes_on:
        return _commit(committed, _nearer(state.candidate, candidate, side), candidate, day)
    return replace(
        state, committed=committed, candidate=candidate, candidate_days=int(bool(side)), day=day
    ), None


def _side(candidate: str, committed: str) -> int:
    """1: worse than what stands, -1: better, 0: the same. Before there is anything: 1."""
    if not committed:
        return 1
    difference = ORDER.index(candidate) - ORDER.index(committed)
    return (difference > 0) - (difference < 0)


def _nearer(one: str, other: str, side: int) -> str:
    """Of two on one side: the milder of two worse ones, the less good of two better ones."""
    return (min if side > 0 else max)(one, other, key=ORDER.index)


def _commit(before: str, after: str, candidate: str, day: date) -> tuple[State, Change]:
    days = int(candidate != after)  # a candidate beyond what it helped to commit counts already
    return State(after, day, candidate, days, day), Change(before, after, day)


def to_say(change: Change, told: str = "", told_on: date | None = None) -> Said:
    """Whether a committed change is worth a message, a line in one, or nothing.

    told, told_on: the last status that was notified, and when. The same or a milder one is not
    notified again within seven days; a line says that it has come back.
    """
    if change.is_worse and change.after in WARNED_OF:
        is_recent = told_on is not None and change.on - told_on < QUIET
        return DIGEST if is_recent and told and not is_worse(change.after, told) else NOTIFY
    return DIGEST if change.before or change.after == ACHIEVED else NOTHING


def is_reminder_due(
    committed: str, told_on: date | None, day: date, *, is_acknowledged: bool = False
) -> bool:
    """Once a week while a goal is off track and nobody has said that they know."""
    if committed != OFF_TRACK or is_acknowledged or told_on is None:
        return False
    return day - told_on >= QUIET
