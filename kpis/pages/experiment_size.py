"""The sample-size calculator beside a new test, and what the client's own pages begin it with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Client
from kpis.calendar import ONE_DAY, Period
from kpis.experiments.visitors import has_visitors
from kpis.formats import format_percent, round_half_away
from kpis.models import CountedBy
from kpis.pages.experiment_words import exact
from kpis.pages.reader import Reader
from kpis.question import Question
from kpis.services import answer, last_complete_of
from kpis.trials.planning import Size, Wish, power_with, sized
from kpis.trials.size import LONGEST_DAYS

READ_DAYS = 28


@dataclass(frozen=True)
class SizeText:
    """What a wish needs, in text. problem: why it cannot be had; warning: think twice."""

    per_arm: str = ""
    in_all: str = ""
    days: str = ""
    ends: str = ""
    problem: str = ""
    warning: str = ""
    notes: tuple[str, ...] = ()


def size_text(wish: Wish, per_arm: int | None, starts_on: date | None, reader: Reader) -> SizeText:
    """The calculator's answer to rates that may be anything."""
    try:
        size = sized(wish)
    except ValueError:
        return SizeText(problem=_("The rates must lie between 0 and 100 %, and differ."))
    arms = len(wish.weights)
    ends = ""
    if size.days and starts_on:
        ends = reader.day(starts_on + timedelta(days=size.days - 1))
    return SizeText(
        reader.number(size.per_arm, "count"),
        reader.number(size.per_arm * arms, "count"),
        reader.number(size.days, "days") if size.days else "",
        ends,
        problem=_too_long(size),
        warning=_weak(wish, size, per_arm, reader),
        notes=tuple(_notes(wish, reader)),
    )


def _too_long(size: Size) -> str:
    if not size.is_timed or size.days:
        return ""
    return _(
        "The traffic does not suffice within %(weeks)s weeks. Try a bigger change: it needs fewer "
        "visitors."
    ) % {"weeks": LONGEST_DAYS // 7}


def _weak(wish: Wish, size: Size, per_arm: int | None, reader: Reader) -> str:
    if not per_arm or per_arm >= size.per_arm:
        return ""
    return _("With %(count)s visitors per variant the test would see the difference only %(power)s of the time.") % {
        "count": reader.number(per_arm, "count"),
        "power": format_percent(exact(power_with(wish, per_arm)), reader.locale),
    }  # fmt: skip


def _notes(wish: Wish, reader: Reader) -> list[str]:
    found = []
    if len(wish.weights) > 2:
        found.append(
            _("Each variant is held against the control; with %(count)s of them the error allowed is shared.")
            % {"count": len(wish.weights) - 1}
        )  # fmt: skip
    if wish.looks > 1:
        found.append(_("Planned looks cost some visitors more, and may end the test sooner."))
    return found


def ends_on_for(wish: Wish, starts_on: date) -> date | None:
    """The last day of a test that begins there; None if the traffic does not say or does not do."""
    size = sized(wish)
    return starts_on + timedelta(days=size.days - 1) if size.days else None


def initial_for(client: Client, paths: Sequence[str]) -> dict[str, Any]:
    """What a new test begins with: the pages asked for, the rate of the first, visits a day."""
    last = last_complete_of(client)
    found: dict[str, Any] = {
        "alpha": 5,
        "power": 80,
        "looks": "1",
        "is_guarded": True,
        "starts_on": last + ONE_DAY,
        "counted_by": CountedBy.VISITORS if has_visitors(client) else CountedBy.SESSIONS,
    }
    for place, path in enumerate(paths):
        found[f"page_{place}"] = path[:500]
    return found | _read_off(client, paths, Period(last - timedelta(days=READ_DAYS - 1), last))


def _read_off(client: Client, paths: Sequence[str], period: Period) -> dict[str, Any]:
    """The first page's conversion rate and all pages' visits a day over the last four weeks."""
    if not paths:
        return {}
    keys = ("sessions", "landing_conversion_rate")
    rows = answer(client, Question(keys, period, split="landing_page"), sees_costs=False).rows
    by_path = {row.label: row.values for row in rows}
    found: dict[str, Any] = {}
    visits = sum(
        (by_path[path]["sessions"].value or Decimal(0)) for path in paths if path in by_path
    )
    if visits:
        found["daily"] = max(1, int(visits / period.days))
    rate = by_path[paths[0]]["landing_conversion_rate"].value if paths[0] in by_path else None
    if rate:
        found["base"] = round_half_away(rate * 100, 2)
        found["target"] = round_half_away(rate * 120, 2)
    return found
