"""Figures in templates: the reader's formats, and the small drawings that are not charts."""

import re
from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.templatetags.shell import icon
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.pages.cards import SPARK_HEIGHT, SPARK_WIDTH, ChangeNote, Spark
from kpis.pages.line import Cell
from kpis.pages.per_day import per_day_note
from kpis.pages.reader import Reader
from kpis.pages.tables import short_name
from kpis.question import Answer

register = template.Library()

#: What stands before the first digit, the number, and what follows the last one.
_FIGURE = re.compile(r"([^\d−-]*)([−-]?\d(?:.*\d)?)(\D*)")


@register.filter
def in_days(period: Period, reader: Reader) -> str:
    """{{ period|in_days:reader }}: its first and last day."""
    return reader.days(period)


@register.filter
def in_words(period: Period, reader: Reader) -> str:
    """{{ period|in_words:reader }}: a month or quarter by its name."""
    return reader.period(period)


@register.filter
def as_day(day: date, reader: Reader) -> str:
    return reader.day(day)


@register.filter
def set_apart(text: str) -> SafeString:
    """A formatted figure with its currency or unit in small: "14.845.269,98" and "ARS"."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        return format_html("{}", text)
    signs = [
        format_html('<span class="sign">{}</span>', part) if part else ""
        for part in match.group(1, 3)
    ]
    return format_html("{}{}{}", signs[0], match[2], signs[1])


@register.filter
def city(time_zone: str) -> str:
    """The place that a time zone is named after: "Mendoza"."""
    return time_zone.rpartition("/")[2].replace("_", " ")


@register.filter
def short(kpi: Kpi) -> str:
    """Its name as the head of a column."""
    return short_name(kpi)


@register.simple_tag
def sparkline(spark: Spark) -> SafeString:
    """A decoration: the figures it draws are in the trend's table."""
    if not spark.paths:
        return SafeString("")
    lines = format_html_join("", '<path class="spark-line" d="{}"/>', ((d,) for d in spark.paths))
    area = format_html('<path class="spark-area" d="{}"/>', spark.area) if spark.area else ""
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}{}</svg>',
        int(SPARK_WIDTH), int(SPARK_HEIGHT), area, lines,
    )  # fmt: skip


@register.simple_tag
def change(note: ChangeNote | str | None) -> SafeString:
    """A change: arrow, figure, badge; coloured by whether it is good.

    In Python and not as a part: a portfolio of many clients draws thousands of them.
    """
    if not isinstance(note, ChangeNote):  # an absent one is "" in a template
        return SafeString("")
    parts = [format_html('<span class="nums">{}</span>', note.main)]
    if note.arrow:
        parts.insert(0, icon(note.arrow))
    if note.badge:
        parts.append(format_html(' <span class="badge-new">{}</span>', note.badge))
    drawn = format_html(
        '<span class="change tone-{}">{}</span>', note.tone, SafeString("".join(parts))
    )
    if note.detail:
        drawn += format_html(' <span class="change-detail nums">{}</span>', note.detail)
    return drawn


@register.simple_tag
def figure_cells(figures: Iterable[Cell]) -> SafeString:
    """The figures of a line of the portfolio, each in a cell with its change under it."""
    return SafeString("".join(map(_figure_cell, figures)))


def _figure_cell(cell: Cell) -> SafeString:
    why = format_html(' title="{}"', cell.why) if cell.why else ""
    under = format_html('<span class="under">{}</span>', change(cell.change)) if cell.change else ""
    return format_html(
        '<td class="n" data-value="{}"{}>{}{}</td>', cell.exact, why, cell.text, under
    )


@register.simple_tag
def per_day(kpi: Kpi, reply: Answer, reader: Reader) -> str:
    """{% per_day kpi reply reader as text %}: beside a comparison of unequal length."""
    return per_day_note(kpi, reply, reader)


@register.simple_tag
def share_bar(share: int) -> SafeString:
    """A bar of `share` per cent of its cell."""
    return format_html(
        '<svg class="share" aria-hidden="true"><rect width="{}%" height="100%" rx="2"/></svg>',
        share,
    )
