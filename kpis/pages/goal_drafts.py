"""A goal before it is saved, as its form shows it: the path drawn, the milestones, what to think of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Client
from kpis import charts
from kpis.book import book_of
from kpis.calendar import Period
from kpis.charts import Chart, Line
from kpis.charts.parts import Scale
from kpis.formats import axis_label, format_percent
from kpis.goal_setting.baselines import come_so_far, history_of_wish
from kpis.goal_setting.drafting import GoalDraft, goal_draft
from kpis.goal_setting.wishes import GoalWish
from kpis.goals import (
    Feasibility,
    GoalTerms,
    Milestone,
    milestones,
    whole_numbers,
)
from kpis.goals.terms import CUMULATIVE, MAINTAIN, MANUAL, SEASONAL
from kpis.pages.goal_grid import plain_number
from kpis.pages.goals import title_of
from kpis.pages.reader import Reader

#: Grains of the past that are drawn in front of the path.
GRAINS_DRAWN = 12
AGO = {
    "week": lambda n: ngettext("your last %(n)s week", "your last %(n)s weeks", n) % {"n": n},
    "month": lambda n: ngettext("your last %(n)s month", "your last %(n)s months", n) % {"n": n},
    "quarter": lambda n: (
        ngettext("your last %(n)s quarter", "your last %(n)s quarters", n) % {"n": n}
    ),
}


@dataclass(frozen=True)
class StoneLine:
    """A milestone in words. `written` is what stands in its field of a path by hand."""

    period: str
    value: str
    total: str
    written: str


@dataclass(frozen=True)
class ProblemLine:
    """What speaks against it. `goal` and `name` are of another goal that it is about."""

    message: str
    is_warning: bool
    goal: int | None
    name: str


@dataclass(frozen=True)
class Draft:
    """`seasons` are last year's values: (period, as it was, as it is written over)."""

    baseline: str
    baseline_period: str
    target: str
    stones: tuple[StoneLine, ...]
    problems: tuple[ProblemLine, ...]
    feasibility: str
    is_far: bool
    chart: Chart | None
    seasons: tuple[tuple[str, str, str], ...]
    is_manual: bool
    so_far: str = ""


def draft_of(client: Client, wish: GoalWish, reader: Reader) -> Draft:
    """Raises DomainError for a target that has no baseline to be relative to."""
    kpi = book_of(client)[wish.kpi]
    drafted = goal_draft(client, wish)
    if len(wish.by_hand) != len(drafted.terms.grains):  # other steps than those written before
        drafted = goal_draft(client, replace(wish, by_hand=()))
    terms, found = drafted.terms, drafted.baseline
    is_wrong = any(each.field != "by_hand" for each in drafted.wrong)
    stones: list[Milestone] = []
    if not is_wrong:
        stones = _laid(terms) if drafted.wrong else milestones(terms)
    return Draft(
        reader.number(found.number, kpi.unit) if found else "",
        reader.period(found.period) if found else "",
        reader.number(terms.target, kpi.unit) if terms.target is not None else "",
        tuple(_lines(stones, wish, drafted, reader, kpi.unit)),
        _problems(client, drafted, reader),
        feasibility_text(drafted.feasibility, reader, kpi.unit),
        bool(drafted.feasibility and drafted.feasibility.is_furthest),
        None if is_wrong else _chart(client, wish, drafted, stones, reader),
        tuple(_seasons(wish, drafted, reader, kpi.unit)) if terms.shape == SEASONAL else (),
        terms.shape == MANUAL,
        _so_far(client, wish, drafted, reader, kpi.unit),
    )


def _problems(client: Client, drafted: GoalDraft, reader: Reader) -> tuple[ProblemLine, ...]:
    names = {
        goal.pk: f"{title_of(goal, client)}, {reader.period(Period(goal.starts_on, goal.ends_on))}"
        for goal in drafted.alike
    }
    return tuple(
        ProblemLine(str(each.message), each.is_warning, each.goal, names.get(each.goal or 0, ""))
        for each in drafted.problems
    )


def _so_far(client: Client, wish: GoalWish, drafted: GoalDraft, reader: Reader, unit: str) -> str:
    """Of a sum whose period runs already: what is in, of which the target is not to be asked again."""
    if drafted.terms.accumulation != CUMULATIVE:
        return ""
    come = come_so_far(client, wish)
    return "" if come is None else reader.number(come, unit)


def _laid(terms: GoalTerms) -> list[Milestone]:
    """Milestones as somebody is writing them, although they do not add up yet."""
    return [
        Milestone(grain.period, Fraction(value or 0))
        for grain, value in zip(terms.grains, terms.by_hand, strict=True)
    ]


def _lines(
    stones: Sequence[Milestone], wish: GoalWish, drafted: GoalDraft, reader: Reader, unit: str
) -> list[StoneLine]:
    is_sum = drafted.terms.accumulation == CUMULATIVE
    values = [stone.value for stone in stones]
    shown: Sequence[Any] = whole_numbers(values) if is_sum and unit == "count" else values
    # Summed as they are shown, so that whoever adds them up finds the same.
    totals: Sequence[Any] = list(accumulate(shown)) if is_sum else [None] * len(stones)
    scale = 100 if unit == "percent" else 1
    return [
        StoneLine(
            reader.period(stone.period),
            reader.number(number, unit),
            "" if total is None else reader.number(total, unit),
            plain_number(number * scale),
        )
        for stone, number, total in zip(stones, shown, totals, strict=True)
    ]


def _seasons(
    wish: GoalWish, drafted: GoalDraft, reader: Reader, unit: str
) -> list[tuple[str, str, str]]:
    periods = [grain.period for grain in drafted.terms.grains]
    names = [reader.period(period) for period in periods]
    if len(drafted.season) > len(names):
        names.insert(0, _("Before it"))
    own = wish.season if len(wish.season) == len(drafted.season) else (None,) * len(drafted.season)
    scale = 100 if unit == "percent" else 1
    return [
        (
            name,
            reader.number(value, unit),
            "" if written is None else plain_number(written * scale),
        )
        for name, value, written in zip(names, drafted.season, own, strict=False)
    ]


def _chart(
    client: Client,
    wish: GoalWish,
    drafted: GoalDraft,
    stones: Sequence[Milestone],
    reader: Reader,
) -> Chart:
    """The client's own last grains, and the path from there."""
    kpi, terms = book_of(client)[wish.kpi], drafted.terms
    past = history_of_wish(client, wish, wish.period.first)[-GRAINS_DRAWN:]
    ahead = [grain.period for grain in terms.grains]
    periods = [period for period, _value in past] + ahead
    empty: list[Any] = [None] * len(past)
    if terms.kind == MAINTAIN:
        goals = [
            Line(_("At least"), [*empty, *([terms.low] * len(ahead))], role="low"),
            Line(_("At most"), [*empty, *([terms.high] * len(ahead))], role="high"),
        ]
    else:
        known = {stone.period: stone.value for stone in stones}
        goals = [Line(_("Goal"), [*empty, *(known.get(period) for period in ahead)])]
    return charts.trend(
        Line(str(kpi.name), [*(value for _period, value in past), *([None] * len(ahead))]),
        [axis_label(wish.grain, period.first, reader.locale, reader.rules) for period in periods],
        [reader.period(period) for period in periods],
        Scale(kpi.unit, reader.locale, reader.currency),
        goals=goals,
    )


def feasibility_text(found: Feasibility | None, reader: Reader, unit: str) -> str:
    """How far it goes beyond the client's own history, in one or two sentences; "" if unknown."""
    if found is None:
        return ""
    words = {
        "ago": AGO[found.grain](found.grains),
        "reached": found.reached,
        "best": reader.number(found.best[1], unit),
        "when": reader.period(found.best[0]),
    }
    if found.asked is None:
        text = _("%(reached)s of %(ago)s were inside this range.") % words
    elif found.is_limit:
        text = _("%(reached)s of %(ago)s stayed within it; the lowest was %(best)s, in %(when)s.")
        text %= words
    elif found.is_furthest:
        text = _("Further than any of %(ago)s: the best was %(best)s, in %(when)s.") % words
    else:
        text = _("%(reached)s of %(ago)s went as far; the best was %(best)s, in %(when)s.") % words
    if found.is_fastest and found.asked_change is not None and found.best_change is not None:
        text += " " + _("It asks for %(asked)s in this time; the most there was in as much is %(most)s.") % {
            "asked": format_percent(found.asked_change, reader.locale),
            "most": format_percent(found.best_change, reader.locale),
        }  # fmt: skip
    return text
