"""What a goal template says, whoever says it: checked before any client's numbers, and written on it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kpis.book import Book
from kpis.catalogue import Kpi
from kpis.goal_setting.wishes import kind_and_way
from kpis.models import EnteredAs, GoalKind, GoalTemplate, Grain, Shape

#: Every client would need its own milestones by hand.
SHAPES = tuple(each for each in Shape.values if each != Shape.MANUAL)
#: What is kept as it is said.
WORDS = ("name", "kpi", "channel", "period", "guard_kpi", "note")
Said = Mapping[str, Any]


def template_problems(said: Said, book: Book) -> Iterator[tuple[str, str]]:
    """(field, message): what is wrong at every client. The rest depends on a client's numbers."""
    kpi = book.get(said.get("kpi", ""))
    if kpi is None:
        yield "kpi", _("There is no KPI called %(key)s.") % {"key": said.get("kpi", "")}
        return
    if kpi.goal is None:
        yield "kpi", _("This KPI cannot have a goal.")
        return
    kind, way = kind_and_way(kpi, said.get("kind", ""), said.get("accumulation", ""))
    if (kind, way) not in kpi.goal_modes:
        field = "accumulation" if said.get("accumulation") else "kind"
        yield field, _("This kind of goal cannot be counted in this way.")
    if said.get("channel") and "channel" not in kpi.dimensions():
        yield "channel", _("This KPI cannot be cut in this way.")
    yield from _about_numbers(said, kind)
    yield from _about_guard(said, kpi, book)


def _about_numbers(said: Said, kind: str) -> Iterator[tuple[str, str]]:
    if kind == GoalKind.MAINTAIN:
        low, high = said.get("low"), said.get("high")
        if low is None or high is None or low >= high:
            yield "high", _("The range needs a lower and a higher limit.")
    elif said.get("target") is None:
        yield "target", _("Say the target.")


def _about_guard(said: Said, kpi: Kpi, book: Book) -> Iterator[tuple[str, str]]:
    if not said.get("guard_kpi"):
        return
    if said["guard_kpi"] == kpi.key or said["guard_kpi"] not in book:
        yield "guard_kpi", _("Choose another KPI of the client as the guard.")
    if said.get("guard_limit") is None:
        yield "guard_limit", _("Say what the guard may be at most, or at least.")


def template_say(template: GoalTemplate, said: Said, book: Book) -> GoalTemplate:
    """The template as it is said, without problems; not saved. Numbers in the KPI's own unit: 2 %
    is 0.02."""
    kind, way = kind_and_way(book[said["kpi"]], said["kind"], said["accumulation"])
    is_range = kind == GoalKind.MAINTAIN
    for name in WORDS:
        setattr(template, name, said[name])
    template.kind, template.accumulation = kind, way
    template.target_as = (not is_range and said["target_as"]) or EnteredAs.ABSOLUTE
    template.target = None if is_range else said["target"]
    template.low, template.high = (said["low"], said["high"]) if is_range else (None, None)
    template.shape, template.grain = said["shape"] or Shape.LINEAR, said["grain"] or Grain.MONTH
    has_guard = bool(said["guard_kpi"])
    template.guard_operator = said["guard_operator"] if has_guard else ""
    template.guard_limit = said["guard_limit"] if has_guard else None
    return template
