"""A change in one sentence: "CPL rose 6.25: 3.38 because the click is dearer and 2.87 because …".

Arithmetic in words, in the reader's language; never a cause. Pure.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.catalogue import Kpi
from kpis.explaining.shapes import ExplainedRow, Explanation
from kpis.formats import babel_locale, format_points
from kpis.pages.reader import Reader
from kpis.pages.tables import short_name
from kpis.pages.why_names import Names, alone_name, factor_name, row_name

NOTE = gettext_lazy("This takes the change apart by arithmetic. It does not say what caused it.")
#: Segments that a sentence names; the others are one part.
MOST_NAMED = 3


def amount_text(amount: Fraction, kpi: Kpi, reader: Reader, signed: bool) -> str:
    """A difference of two values of the KPI: a rate's in points."""
    if kpi.unit == "percent":
        text = format_points(amount if signed else abs(amount), reader.locale)
        return text if signed else text.removeprefix("+")
    return reader.number(amount if signed else abs(amount), kpi.unit, signed=signed)


def sentence(found: Explanation, reader: Reader, names: Names) -> str:
    """The change and its parts; where there is no explanation, the reason. Against what a goal
    expected, the gap and its parts."""
    change = found.change
    if found.obstacle or change is None:
        return str(found.reason)
    parts = [
        (effect, words)
        for effect, words in _parts(found, names)
        if _is_seen(amount_text(effect, found.kpi, reader, False))
    ]
    is_signed = any((effect > 0) != (change > 0) for effect, _words in parts) or not change
    written = [
        words % {"amount": amount_text(effect, found.kpi, reader, is_signed)}
        for effect, words in parts
    ]
    head = (_head if found.asked is None else _gap_head)(found.kpi, change, reader)
    if not written:
        return _("%(change)s.") % {"change": head}
    listed = format_list(written, locale=babel_locale(reader.locale))
    # Translators: "CPL rose 6.25" and then its parts, "3.38 because the click is dearer and …".
    return _("%(change)s: %(parts)s.") % {"change": head, "parts": listed}


def _head(kpi: Kpi, change: Fraction, reader: Reader) -> str:
    words = {"name": short_name(kpi), "amount": amount_text(change, kpi, reader, False)}
    if not change:
        return _("%(name)s did not change") % words
    if change > 0:
        return _("%(name)s rose %(amount)s") % words
    return _("%(name)s fell %(amount)s") % words


def _gap_head(kpi: Kpi, gap: Fraction, reader: Reader) -> str:
    words = {"name": short_name(kpi), "amount": amount_text(gap, kpi, reader, False)}
    if gap > 0:
        return _("%(name)s: %(amount)s above what was expected") % words
    return _("%(name)s: %(amount)s below what was expected") % words


def _is_seen(amount: str) -> bool:
    return any(character in "123456789" for character in amount)


def _parts(found: Explanation, names: Names) -> Iterator[tuple[Fraction, str]]:
    """Each part's effect, and its words with a place for the amount, the largest first."""
    if found.kind == "ratio":
        yield from _by_mix(found, names)
        return
    ranked = sorted(found.rows, key=lambda row: -abs(row.effect or Fraction(0)))
    if found.kind == "sum":
        yield from _by_segment(found, ranked, names)
        return
    for row in ranked:
        yield row.effect or Fraction(0), _because(row, names)


def _by_mix(found: Explanation, names: Names) -> Iterator[tuple[Fraction, str]]:
    alone = next((row for row in found.rows if row.kind == "alone"), None)
    mix = sum((row.mix or Fraction(0) for row in found.rows), Fraction(0))
    rate = sum((row.rate or Fraction(0) for row in found.rows), Fraction(0))
    parts = [
        (rate, _("%(amount)s because the segments themselves changed")),
        (mix, _("%(amount)s because their shares shifted")),
    ]
    if alone is not None and alone.effect:
        parts.append(
            (alone.effect, _with(_("%(amount)s of %(name)s"), name=alone_name(found, names)))
        )
    yield from sorted(parts, key=lambda part: -abs(part[0]))


def _by_segment(
    found: Explanation, ranked: Sequence[ExplainedRow], names: Names
) -> Iterator[tuple[Fraction, str]]:
    named = [row for row in ranked if row.kind == "segment"][:MOST_NAMED]
    for row in named:
        named_words = _with(_("%(amount)s from %(name)s"), name=row_name(found, row, names))
        yield row.effect or Fraction(0), named_words
    others = sum((row.effect or Fraction(0) for row in ranked if row not in named), Fraction(0))
    if len(named) < len(ranked):
        yield others, _("%(amount)s from all others")


def _because(row: ExplainedRow, names: Names) -> str:
    """ "%(amount)s because …": by the lever's own words, or that the figure rose or fell."""
    if row.kind == "asked":
        is_more = (row.before or 1) > 1
        why = (
            _("the goal asks for more than before")
            if is_more
            else _("the goal asks for less than before")
        )
    elif row.lever is not None:
        is_up = (row.after or 0) > (row.before or 0)
        why = str(row.lever.up if is_up else row.lever.down)
    else:
        is_up = ((row.effect or 0) > 0) == (row.power == 1)
        named = {"name": factor_name(row, names)}
        why = _("%(name)s rose") % named if is_up else _("%(name)s fell") % named
    return _with(_("%(amount)s because %(why)s"), why=why)


def _with(words: str, **texts: str) -> str:
    """The words with everything put in but the amount."""
    doubled = {name: text.replace("%", "%%") for name, text in texts.items()}
    return words % {"amount": "%(amount)s", **doubled}
