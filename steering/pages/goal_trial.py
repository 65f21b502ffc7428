"""What would have been said of a goal over the last days, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpis.catalogue import Kpi
from kpis.goal_standing.replays import GoalReplay
from kpis.goals.replaying import REMINDER, Told
from kpis.pages.goal_course import chance_text
from kpis.pages.reader import Reader

SAID = {
    "notify": gettext_lazy("Message"),
    "digest": gettext_lazy("Line of the digest"),
    REMINDER: gettext_lazy("Reminder"),
}


@dataclass(frozen=True)
class TrialLine:
    """A day. `before` "": it was the first status. `measure`: the probability, or else the pace."""

    day: str
    before: str
    after: str
    value: str
    expected: str
    measure: str
    said: str
    is_message: bool


@dataclass(frozen=True)
class TrialPage:
    """`basis`: whether it went by the forecast of each day. No summary: it cannot be replayed."""

    period: str
    summary: str
    basis: str
    lines: tuple[TrialLine, ...]


def trial_page(kpi: Kpi, found: GoalReplay, reader: Reader) -> TrialPage:
    period = f"{reader.day(found.first)} – {reader.day(found.last)}"
    if found.replay is None:
        return TrialPage(period, "", "", ())
    replay, days = found.replay, (found.last - found.first).days + 1
    counted = {
        "messages": ngettext("%(count)s message", "%(count)s messages", replay.messages)
        % {"count": replay.messages},
        "lines": ngettext(
            "%(count)s line of the digest", "%(count)s lines of the digest", replay.lines
        )
        % {"count": replay.lines},
        "days": days,
        "judged": replay.judged,
    }
    summary = _("%(messages)s, %(lines)s, in %(days)s days. %(judged)s of them could be judged.")
    basis = (
        _("Judged by the forecast of each day, where there was a sound one; else by pace.")
        if found.chances
        else _("Judged by pace: there is no sound forecast for these days.")
    )
    lines = tuple(_line(kpi, found, each, reader) for each in replay.told)
    return TrialPage(period, summary % counted, basis, lines)


def _line(kpi: Kpi, found: GoalReplay, told: Told, reader: Reader) -> TrialLine:
    chance, pace = found.chances.get(told.day), told.verdict.pace
    if chance is not None:
        measure = _("%(share)s likely") % {"share": chance_text(chance, reader.locale)}
    else:
        measure = "" if pace is None else reader.number(pace, "percent")
    return TrialLine(
        reader.day(told.day),
        told.before,
        told.after,
        reader.number(found.actuals.get(told.day), kpi.unit),
        reader.number(told.verdict.expected, kpi.unit),
        measure,
        str(SAID[told.said]),
        told.said != "digest",
    )
