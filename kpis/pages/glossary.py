"""The glossary: every KPI in words, with a client's own numbers where one is asked about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.models import Client
from kpis.book import Book, book_of
from kpis.catalogue import GROUPS, Kpi, Parameters
from kpis.pages.meaning import (
    AGGREGATION_WORDS,
    WorkedExample,
    formula_text,
    parameter_words,
    worked_example,
)
from kpis.pages.picker import Choice
from kpis.pages.put_in import PutIn, put_in
from kpis.pages.reader import Reader
from kpis.pages.tables import is_absent
from kpis.question import Answer
from kpis.services import answer


@dataclass(frozen=True)
class Term:
    """A KPI in words. `own` is the client's figures in the formula, None where it has none."""

    kpi: Kpi
    formula: str
    aggregation: str
    example: WorkedExample | None
    parameters: tuple[str, ...]
    own: PutIn | None


@dataclass(frozen=True)
class TermGroup:
    name: str
    terms: tuple[Term, ...]


def agency_terms(book: Mapping[str, Kpi], reader: Reader) -> list[TermGroup]:
    """Every KPI, in the order of the book, its formula as in its example: no client's, no choices."""
    return _groups(
        book, {key: _term(kpi, kpi.example.parameters, reader, None) for key, kpi in book.items()}
    )


def client_terms(
    client: Client, choice: Choice, sees_costs: bool, reader: Reader
) -> list[TermGroup]:
    """The same for one client, its numbers of the period put into every formula. Inside a scope."""
    book: Book = book_of(client)
    reply = answer(client, choice.ask(*book, is_compared=False), sees_costs)
    return _groups(
        book,
        {
            key: _term(kpi, reply.parameters, reader, _own(kpi, reply, reader))
            for key, kpi in book.items()
        },
    )


def _own(kpi: Kpi, reply: Answer, reader: Reader) -> PutIn | None:
    value = reply.only.values[kpi.key]
    if is_absent(value) or value.value is None:
        return None
    return put_in(kpi, value, reply.parameters, reader) or PutIn(
        str(kpi.name), reader.value(kpi, value)
    )


def _term(kpi: Kpi, parameters: Parameters, reader: Reader, own: PutIn | None) -> Term:
    """Figures of examples carry no currency sign: they are nobody's."""
    formula = formula_text(kpi, parameters)
    return Term(
        kpi,
        "" if formula == str(kpi.name) else formula,
        str(AGGREGATION_WORDS[kpi.aggregation]),
        worked_example(kpi, Reader(reader.locale)) if kpi.example else None,
        tuple(parameter_words(kpi, parameters)) if own else (),
        own,
    )


def _groups(book: Mapping[str, Kpi], terms: Mapping[str, Term]) -> list[TermGroup]:
    found = []
    for code, name in _names(book):
        held = tuple(terms[key] for key, kpi in book.items() if kpi.group == code)
        if held:
            found.append(TermGroup(name, held))
    return found


def _names(book: Mapping[str, Kpi]) -> Iterator[tuple[str, str]]:
    """The catalogue's groups, then those that only KPIs of people's own have."""
    yield from ((code, str(name)) for code, name in GROUPS.items())
    others = dict.fromkeys(kpi.group for kpi in book.values() if kpi.group not in GROUPS)
    yield from ((code, code) for code in others)
