"""The first thing that a goal's page says: where it stands, why, and what of the running month. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.formats import format_percent
from kpis.goal_standing.progress import GrainLine
from kpis.goals import expected_within
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
from kpis.pages.gap import running_grain
from kpis.pages.pledges import Pledge, because
from kpis.pages.reader import Reader

TONES: Mapping[str, str] = {
    OFF_TRACK: "bad", MISSED: "bad", AT_RISK: "warn", ON_TRACK: "good", ACHIEVED: "good",
}  # fmt: skip
#: Why there is nothing to say yet.
WAITING: Mapping[str, Promise] = {
    NOT_STARTED: gettext_lazy("Its period begins on %(day)s."),
    TOO_EARLY: gettext_lazy(
        "It is judged once a tenth of its period, and at least three days, is over."
    ),
    NO_DATA: gettext_lazy("The figures it is judged by are not there yet."),
}
REASONS: Mapping[str, Promise] = {
    "guard": gettext_lazy("What must not suffer for it has suffered."),
    "over_cap": gettext_lazy("The limit is passed."),
}


@dataclass(frozen=True)
class Headline:
    """`tone`: good, warn, bad or quiet. `because` are whole sentences; `running` is the grain that runs."""

    tone: str
    because: tuple[str, ...]
    running: str


def headline_of(each: Pledge, chance: str, lines: Sequence[GrainLine], reader: Reader) -> Headline:
    """`chance` is the sentence of the forecast, "" without one. `lines`: milestones beside what came."""
    reader = reader.in_currency(each.progress.goal.currency)
    if each.status in WAITING:
        first = reader.day(each.progress.terms.period.first)
        return Headline("quiet", (str(WAITING[each.status]) % {"day": first},), "")
    reason = REASONS.get(each.progress.verdict.reason)
    sentences = (because(each, reader), str(reason) if reason else "", chance)
    running = "" if each.status in (MISSED, ACHIEVED) else _running(each, lines, reader)
    return Headline(TONES.get(each.status, "quiet"), tuple(filter(None, sentences)), running)


def _running(each: Pledge, lines: Sequence[GrainLine], reader: Reader) -> str:
    """This month in one sentence, of a goal that adds up over several; "" of any other."""
    progress = each.progress
    passed = running_grain(progress)
    line = next((line for line in lines if passed and passed.first in line.period), None)
    if passed is None or line is None or line.value is None or line.value.value is None:
        return ""
    unit, wanted = progress.kpi.unit, expected_within(progress.stones, passed)
    if not wanted:
        return ""
    words = _(
        "%(period)s: %(came)s of %(wanted)s expected by %(day)s (%(share)s); its milestone is"
        " %(whole)s."
    )
    period = reader.period(line.period)
    return words % {
        "period": period[:1].upper() + period[1:],
        "came": reader.number(line.value.value, unit),
        "wanted": reader.number(wanted, unit),
        "day": reader.day(passed.last),
        "share": format_percent(Fraction(line.value.value) / wanted, reader.locale),
        "whole": reader.number(line.target, unit),
    }
