"""What the part "Why did it move?" shows: the sentence, the waterfall, the table. Pure view models."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from kpis import charts
from kpis.catalogue import Kpi
from kpis.charts import Chart, Step
from kpis.charts.parts import Scale
from kpis.explain import trees_of
from kpis.explaining.shapes import FACTORS, ExplainedRow, Explanation
from kpis.formats import exact_text
from kpis.pages.dimensions import dimension_name
from kpis.pages.picker import Offer
from kpis.pages.reader import Reader
from kpis.pages.tables import short_name
from kpis.pages.why_names import Names, formula_names, formula_unit, row_name
from kpis.pages.why_sentence import NOTE, amount_text, sentence


@dataclass(frozen=True)
class WhyCell:
    text: str
    exact: str = ""


@dataclass(frozen=True)
class WhyRow:
    name: str
    channel: str
    cells: tuple[WhyCell, ...]
    note: str = ""


@dataclass(frozen=True)
class WhyPage:
    """Everything of the part, as text. `size` says how high the chart must be."""

    kpi: Kpi
    sentence: str
    note: str
    is_explained: bool
    ways: tuple[Offer, ...]
    now: str
    then: str
    rule: str
    first_head: str
    heads: tuple[str, ...]
    rows: tuple[WhyRow, ...]
    total: WhyRow | None
    chart: Chart | None
    size: str
    method: str


def why_page(found: Explanation, book: Mapping[str, Kpi], reader: Reader) -> WhyPage:
    """The explanation, ready for the template."""
    names = formula_names(book, found.reply.parameters)
    reply = found.reply
    compared = reply.comparison.period if reply.comparison else None
    is_explained = not found.obstacle
    return WhyPage(
        kpi=found.kpi,
        sentence=sentence(found, reader, names),
        note=str(NOTE) if is_explained else "",
        is_explained=is_explained,
        ways=ways_of(found),
        now=reader.period(reply.question.period),
        then=reader.period(compared) if compared else "",
        rule=str(reply.comparison.name) if reply.comparison else "",
        first_head=_first_head(found),
        heads=tuple(_heads(found, reader)),
        rows=tuple(_row(found, row, reader, names) for row in found.rows),
        total=_total(found, reader),
        chart=_chart(found, reader, names) if is_explained else None,
        size="low" if len(found.rows) < 6 else "mid" if len(found.rows) < 13 else "high",
        method=_method(found),
    )


def ways_of(found: Explanation) -> tuple[Offer, ...]:
    """What the change may be taken apart by: factors, the KPI's other trees, its dimensions."""
    parameters = found.reply.parameters
    trees = trees_of(found.kpi, parameters)
    by = FACTORS if found.tree and found.by == f"{FACTORS}-{trees[0].code}" else found.by
    offers = [Offer(FACTORS, _("Factors"), by == FACTORS)]
    for tree in trees[1:]:
        code = f"{FACTORS}-{tree.code}"
        offers.append(Offer(code, _("Factors: %(name)s") % {"name": tree.name}, by == code))
    filters = found.reply.question.filters
    for name in found.kpi.dimensions(parameters):
        if len(filters.get(name, ())) != 1:
            offers.append(Offer(name, dimension_name(name), by == name))
    return tuple(offers)


def _first_head(found: Explanation) -> str:
    if found.kind == "factors":
        return _("Factor")
    if found.kind == "terms":
        return _("Part")
    return dimension_name(found.by)


def _heads(found: Explanation, reader: Reader) -> list[str]:
    before, after = _("Before"), _("Now")
    if found.kind == "ratio":
        return [
            _("Share before"), _("Share now"), before, after,
            _("By its share"), _("By itself"), _("Adds"),
        ]  # fmt: skip
    return [before, after] if found.kind == "apart" else [before, after, _("Adds")]


def _row(found: Explanation, row: ExplainedRow, reader: Reader, names: Names) -> WhyRow:
    unit = _unit(found, row, names)
    cells = [_cell(row.before, unit, reader), _cell(row.after, unit, reader)]
    if found.kind == "ratio":
        shares = [
            _cell(row.share_before, "percent", reader),
            _cell(row.share_after, "percent", reader),
        ]
        cells = [
            *shares,
            *cells,
            *(_effect(each, found.kpi, reader) for each in (row.mix, row.rate)),
        ]
    if found.kind != "apart":
        cells.append(_effect(row.effect, found.kpi, reader))
    return WhyRow(
        row_name(found, row, names),
        row.key if found.by == "channel" and row.kind == "segment" else "",
        tuple(cells),
        ", ".join(row.members),
    )


def _unit(found: Explanation, row: ExplainedRow, names: Names) -> str:
    """The unit of a row's two values."""
    if row.lever is not None:
        return row.lever.unit
    if row.expression is None or found.kind == "terms":
        return found.kpi.unit
    return formula_unit(row.expression, names)


def _cell(value: Fraction | None, unit: str, reader: Reader) -> WhyCell:
    return WhyCell(reader.number(value, unit), exact_text(value) or "")


def _effect(value: Fraction | None, kpi: Kpi, reader: Reader) -> WhyCell:
    if value is None:
        return WhyCell("")
    return WhyCell(amount_text(value, kpi, reader, True), exact_text(value) or "")


def _total(found: Explanation, reader: Reader) -> WhyRow | None:
    if found.obstacle or found.change is None:
        return None
    unit = found.kpi.unit
    cells = [_cell(found.before, unit, reader), _cell(found.after, unit, reader)]
    if found.kind == "ratio":
        mix = sum((row.mix or Fraction(0) for row in found.rows), Fraction(0))
        rate = sum((row.rate or Fraction(0) for row in found.rows), Fraction(0))
        both = [_effect(mix, found.kpi, reader), _effect(rate, found.kpi, reader)]
        cells = [WhyCell(""), WhyCell(""), *cells, *both]
    return WhyRow(str(found.kpi.name), "", (*cells, _effect(found.change, found.kpi, reader)))


def _chart(found: Explanation, reader: Reader, names: Names) -> Chart | None:
    if found.before is None or found.after is None:
        return None
    steps = [
        Step(
            row_name(found, row, names),
            row.effect or Fraction(0),
            amount_text(row.effect or Fraction(0), found.kpi, reader, True),
        )
        for row in found.rows
    ]
    return charts.waterfall(
        short_name(found.kpi),
        (_("Before"), found.before),
        steps,
        (_("Now"), found.after),
        Scale(found.kpi.unit, reader.locale, reader.currency),
        found.kpi.better,
    )


def _method(found: Explanation) -> str:
    """How it was computed, for who wants to check it."""
    words = {
        "mix_rate": _(
            "By its share: the segment has more or less weight, measured against the whole. By itself: "
            "its own value changed. Both with the mean of the two periods, so nothing is left over."
        ),
        "contribution": _("Each part's own difference; together they are the change."),
        "lmdi": _(
            "Shared out by the logarithms of the factors (LMDI), so nothing is left over and the order "
            "does not matter."
        ),
        "shapley": _(
            "Some factor is zero or negative: shared out by the mean over all orders in which the factors "
            "may have changed (Shapley), so nothing is left over."
        ),
    }
    return words.get(found.method, "") if not found.obstacle else ""
