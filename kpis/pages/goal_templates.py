"""Goal templates in words: each in a line, and what one comes to at each client."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Client
from campaigns.channels import NAMES as CHANNEL_NAMES
from kpis.book import Book, book_of
from kpis.catalogue import Kpi
from kpis.formats import MONEY_UNITS, UNDEFINED, format_percent
from kpis.goal_setting.template_services import Prospect
from kpis.goals import milestones
from kpis.goals.terms import MAINTAIN
from kpis.models import EnteredAs, GoalKind, GoalTemplate, PeriodInWords
from kpis.pages.goal_drafts import feasibility_text
from kpis.pages.reader import Reader


@dataclass(frozen=True)
class TemplateLine:
    template: GoalTemplate
    kpi: str
    kind: str
    target: str
    period: str


@dataclass(frozen=True)
class ProspectLine:
    """`there` is the goal that is set already; `reasons` why it cannot be set; else the figures."""

    client: Client
    period: str
    target: str
    baseline: str
    stones: int
    feasibility: str
    is_far: bool
    warnings: tuple[str, ...]
    reasons: tuple[str, ...]
    there: int | None
    is_good: bool


def template_lines(
    templates: Iterable[GoalTemplate], book: Book, reader: Reader
) -> list[TemplateLine]:
    return [_template_line(each, book, reader) for each in templates]


def _template_line(template: GoalTemplate, book: Book, reader: Reader) -> TemplateLine:
    kpi = book.get(template.kpi)
    return TemplateLine(
        template,
        _about(template, kpi),
        str(GoalKind(template.kind).label),
        _asked(template, kpi.unit if kpi else "count", reader),
        str(PeriodInWords(template.period).label),
    )


def _about(template: GoalTemplate, kpi: Kpi | None) -> str:
    name = str(kpi.name) if kpi else template.kpi
    return f"{name} · {CHANNEL_NAMES.get(template.channel, '')}" if template.channel else name


def _asked(template: GoalTemplate, unit: str, reader: Reader) -> str:
    """The number as it was entered; of money without a currency, which is each client's own."""
    written = reader.bare if unit in MONEY_UNITS else reader.number
    if template.kind == MAINTAIN:
        return f"{written(template.low, unit)} – {written(template.high, unit)}"
    if template.target is None:
        return UNDEFINED
    if template.target_as == EnteredAs.RELATIVE:
        return format_percent(template.target, reader.locale, signed=True)
    if template.target_as == EnteredAs.POINTS:
        sign = "+" if template.target > 0 else ""
        return _("%(number)s points") % {"number": sign + reader.bare(template.target, unit)}
    return written(template.target, unit)


def prospect_lines(
    found: Iterable[Prospect], reader_of: Callable[[Client], Reader]
) -> list[ProspectLine]:
    return [_prospect_line(each, reader_of(each.client)) for each in found]


def _prospect_line(each: Prospect, reader: Reader) -> ProspectLine:
    draft = each.draft
    target, baseline, feasible = UNDEFINED, UNDEFINED, ""
    warnings: tuple[str, ...] = ()
    if draft is not None:
        terms, unit = draft.terms, book_of(each.client)[draft.terms.kpi.key].unit
        if terms.kind == MAINTAIN:
            target = f"{reader.number(terms.low, unit)} – {reader.number(terms.high, unit)}"
        elif terms.target is not None:
            target = reader.number(terms.target, unit)
        if terms.baseline is not None:
            baseline = reader.number(terms.baseline, unit)
        warnings = tuple(str(one.message) for one in draft.problems if one.is_warning)
        feasible = feasibility_text(draft.feasibility, reader, unit)
    return ProspectLine(
        each.client,
        reader.period(each.period),
        target,
        baseline,
        len(milestones(draft.terms)) if draft is not None and each.is_good else 0,
        feasible,
        bool(draft and draft.feasibility and draft.feasibility.is_furthest),
        warnings,
        each.reasons,
        each.existing.pk if each.existing else None,
        each.is_good,
    )
