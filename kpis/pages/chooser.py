"""The editor of a list of KPIs: its lines as a form sends them, one step at a time. Pure.

The whole list travels in the form, so nothing is kept between two steps and nothing is saved
before it is asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpis.catalogue import GROUPS, Kpi
from kpis.choosing import Entries, Entry, from_json, headline, sections
from kpis.pages.headings import heading_text, section_of

KPI, HEADING = "kpi", "heading"


@dataclass(frozen=True)
class Line:
    """A KPI's key or the words of a heading."""

    kind: str
    text: str


@dataclass(frozen=True)
class ShownLine:
    """A line as the editor shows it. `ident` stays with it when it moves, so that focus can."""

    kind: str
    text: str
    name: str
    meaning: str
    ident: str
    is_headline: bool


@dataclass(frozen=True)
class OfferGroup:
    name: str
    kpis: tuple[Kpi, ...]


def lines_of(entries: Entries) -> list[Line]:
    found: list[Line] = []
    for section, keys in sections(entries):
        if section or found:
            found.append(Line(HEADING, heading_text(section)))
        found += [Line(KPI, key) for key in keys]
    return found


def entries_of(lines: Sequence[Line]) -> Entries:
    """Each KPI under the last heading above it; a heading without KPIs is left out."""
    section, found = "", []
    for line in lines:
        if line.kind == HEADING:
            section = section_of(line.text)
        else:
            found.append(Entry(line.text, section))
    return from_json(found)


def lines_from(kinds: Sequence[str], texts: Sequence[str]) -> list[Line]:
    """The form's two lists, side by side. What is no line is left out."""
    return [
        Line(kind, text[:100])
        for kind, text in zip(kinds, texts, strict=False)
        if kind in (KPI, HEADING)
    ]


def stepped(lines: Sequence[Line], step: str) -> list[Line]:
    """The lines after one step: up:3, down:3, remove:3, add:cpl, heading. Nonsense changes nothing."""
    what, _colon, which = step.partition(":")
    found = list(lines)
    if what == "heading":
        return [*found, Line(HEADING, _("New heading"))]
    if what == "add":
        line = Line(KPI, which)
        return found if not which or line in found else [*found, line]
    if not which.isdecimal() or int(which) >= len(found):
        return found
    at = int(which)
    if what == "remove":
        del found[at]
    elif what == "up" and at > 0:
        found[at - 1], found[at] = found[at], found[at - 1]
    elif what == "down" and at + 1 < len(found):
        found[at], found[at + 1] = found[at + 1], found[at]
    return found


def shown_lines(lines: Sequence[Line], book: Mapping[str, Kpi]) -> list[ShownLine]:
    top = set(headline(entries_of(lines)))
    headings = 0
    found = []
    for line in lines:
        if line.kind == HEADING:
            headings += 1
            found.append(ShownLine(HEADING, line.text, line.text, "", f"h{headings}", False))
            continue
        kpi = book.get(line.text)
        found.append(
            ShownLine(
                KPI,
                line.text,
                str(kpi.name) if kpi else line.text,
                str(kpi.meaning) if kpi else _("This KPI does not exist any more."),
                line.text,
                line.text in top,
            )
        )
    return found


def offers(book: Mapping[str, Kpi]) -> list[OfferGroup]:
    """Everything that can be added, by group, in the order of the book."""
    found = [
        OfferGroup(str(name), tuple(kpi for kpi in book.values() if kpi.group == code))
        for code, name in GROUPS.items()
    ]
    return [group for group in found if group.kpis]


def names(keys: Sequence[str], book: Mapping[str, Kpi]) -> str:
    """ "Leads, Cost per lead (CPL)" """
    return ", ".join(str(book[key].name) if key in book else key for key in keys)
