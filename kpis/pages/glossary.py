"""The catalogue as a glossary: groups of terms in words. Pure."""

from dataclasses import dataclass

from kpis.catalogue import DEFAULTS, GROUPS, KPIS, Kpi
from kpis.pages.meaning import AGGREGATION_WORDS, WorkedExample, formula_text, worked_example
from kpis.pages.reader import Reader


@dataclass(frozen=True)
class Term:
    kpi: Kpi
    formula: str
    aggregation: str
    example: WorkedExample


@dataclass(frozen=True)
class TermGroup:
    name: str
    terms: tuple[Term, ...]


def terms_by_group(reader: Reader) -> list[TermGroup]:
    """Every KPI, in the catalogue's order; figures of examples without a currency sign."""
    found = []
    for code, name in GROUPS.items():
        terms = tuple(_term(kpi, reader) for kpi in KPIS.values() if kpi.group == code)
        if terms:
            found.append(TermGroup(str(name), terms))
    return found


def _term(kpi: Kpi, reader: Reader) -> Term:
    return Term(
        kpi,
        formula_text(kpi, DEFAULTS),
        str(AGGREGATION_WORDS[kpi.aggregation]),
        worked_example(kpi, Reader(reader.locale)),
    )
