"""What a goal says beside a number, and the ten-second answer that all goals give together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.catalogue import Kpi
from kpis.formats import NBSP, UNDEFINED, format_number, format_percent, format_points
from kpis.goal_standing.progress import Progress
from kpis.goals.pace import distance_from_range
from kpis.goals.status import ACHIEVED, AT_RISK, MISSED, NOT_STARTED, OFF_TRACK, ON_TRACK
from kpis.goals.terms import CAP, CUMULATIVE, MAINTAIN
from kpis.pages.reader import Reader

#: Worst first: how urgently a status asks for attention.
URGENCY = (OFF_TRACK, MISSED, AT_RISK, "no_data", "too_early", "not_started", ON_TRACK, ACHIEVED)


@dataclass(frozen=True)
class Pledge:
    """A goal in words: where it stands, where it should, what it wants in the end."""

    progress: Progress
    status: str
    name: str
    now: str
    should: str
    target: str
    share: int | None  # percent of the way made, as it is: a bar ends by itself; a range is no way
    way: str  # the same, written; "—" without one

    @property
    def kpi(self) -> Kpi:
        return self.progress.kpi


@dataclass(frozen=True)
class Answer:
    """ "On course", or "not, because …". `because` are whole sentences, the gravest first."""

    tone: str
    headline: str
    because: tuple[str, ...]


def pledge(progress: Progress, reader: Reader, scope: str = "") -> Pledge:
    """`scope` names the channel or campaign that the goal is about, if it is not the whole client.

    Money is in the goal's own currency, whatever the client reports in by now.
    """
    reader = reader.in_currency(progress.goal.currency)
    unit, terms, verdict = progress.kpi.unit, progress.terms, progress.verdict
    ends = reader.day(terms.period.last)
    if terms.kind == MAINTAIN:
        target = _("between %(low)s and %(high)s until %(day)s") % {
            "low": reader.number(terms.low, unit),
            "high": reader.number(terms.high, unit),
            "day": ends,
        }
    elif terms.kind == CAP:
        target = _("at most %(target)s until %(day)s") % {
            "target": reader.number(terms.target, unit),
            "day": ends,
        }
    else:
        target = _("%(target)s by %(day)s") % {
            "target": reader.number(terms.target, unit),
            "day": ends,
        }
    share = None
    if verdict.attainment is not None and terms.kind != MAINTAIN:
        share = int(verdict.attainment * 100)
    name = str(progress.kpi.name)
    return Pledge(
        progress=progress,
        status=progress.status,
        name=f"{name} · {scope}" if scope else name,
        now=reader.number(progress.value.value if progress.value else None, unit),
        should=_should(progress, reader),
        target=target,
        share=share,
        way=UNDEFINED if share is None else f"{format_number(share, 0, reader.locale)}{NBSP}%",
    )


def _should(progress: Progress, reader: Reader) -> str:
    """Where the goal says the number should be by now; "" before it begins, and for a range, which
    says so itself."""
    wanted, last = progress.verdict.expected, progress.terms.period.last
    if wanted is None or progress.status == NOT_STARTED:
        return ""
    text = reader.number(wanted, progress.kpi.unit)
    if progress.terms.accumulation == CUMULATIVE or progress.as_of >= last:
        return _("%(number)s expected by %(day)s") % {
            "number": text,
            "day": reader.day(min(progress.as_of, last)),
        }
    return _("%(number)s expected now") % {"number": text}


def in_urgency(pledges: Sequence[Pledge]) -> list[Pledge]:
    return sorted(pledges, key=lambda each: URGENCY.index(each.status))


def ten_seconds(pledges: Sequence[Pledge], reader: Reader) -> Answer | None:
    """What someone who gives the page ten seconds must leave with; None without goals."""
    if not pledges:
        return None
    ordered = in_urgency(pledges)
    worst = ordered[0].status
    bad = [each for each in ordered if each.status in (OFF_TRACK, MISSED)]
    risky = [each for each in ordered if each.status == AT_RISK]
    fine = [each for each in ordered if each.status in (ON_TRACK, ACHIEVED)]
    if bad:
        return Answer("bad", _("Not on course"), tuple(because(each, reader) for each in bad))
    if risky:
        return Answer("warn", _("At risk"), tuple(because(each, reader) for each in risky))
    if not fine:
        words = _("Too early to say") if worst != "no_data" else _("The data to judge is missing")
        return Answer("quiet", words, ())
    kept = ngettext(
        "%(kept)s of %(all)s goal is on its path.",
        "%(kept)s of %(all)s goals are on their path.",
        len(pledges),
    ) % {"kept": len(fine), "all": len(pledges)}
    return Answer("good", _("On course"), (kept,))


def _outside(each: Pledge, reader: Reader) -> str:
    """How far a number is out of its range, which its rounding may not show; "" inside."""
    progress = each.progress
    value = progress.value.value if progress.value else None
    if progress.terms.kind != MAINTAIN or value is None:
        return ""
    distance = distance_from_range(progress.terms, value)
    if not distance:
        return ""
    unit, reader = progress.kpi.unit, reader.in_currency(progress.goal.currency)
    is_points = unit == "percent"
    written = format_points(distance, reader.locale) if is_points else reader.number(distance, unit)
    if not set("123456789") & set(written):  # less than is shown of this unit
        if is_points:
            return ""
        written = format_number(distance, 4, reader.locale)
    is_above = Fraction(value) > (progress.terms.high or 0)
    words = (
        _("%(name)s: %(now)s, %(distance)s above the goal, which is %(target)s.")
        if is_above
        else _("%(name)s: %(now)s, %(distance)s below the goal, which is %(target)s.")
    )
    return words % {**vars(each), "distance": written.removeprefix("+")}


def because(each: Pledge, reader: Reader) -> str:
    made = each.progress.verdict.pace
    if not each.should:
        return _outside(each, reader) or _("%(name)s: %(now)s, and the goal is %(target)s.") % vars(
            each
        )
    parts = {"name": each.name, "now": each.now, "should": each.should}
    if made is None or each.progress.terms.kind == CAP:  # of a limit, less is more: 264 % confuses
        return _("%(name)s: %(now)s, %(should)s.") % parts
    parts["pace"] = format_percent(made, reader.locale)
    return _("%(name)s: %(now)s, %(should)s (%(pace)s of the pace).") % parts
