"""The questions behind one explanation, and the exact numbers read off their answers."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from accounts.models import Client
from kpis.calculate import Value
from kpis.catalogue import Kpi, Parameters
from kpis.compare import DEFAULT
from kpis.explain import Supply
from kpis.explaining.shapes import Explanation, Numbers
from kpis.formula import Atom, Undefined, evaluate
from kpis.question import Answer, Question, Row
from kpis.services import Standing, answer


class Asking:
    """The questions behind one explanation; agency-only inputs are needed to compute it."""

    def __init__(
        self, client: Client, question: Question, sees_costs: bool, standing: Standing
    ) -> None:
        compare = question.compare or DEFAULT
        self.client, self.standing, self.sees_costs = client, standing, sees_costs
        self.question = replace(question, by=None, split=None, compare=compare)
        self.key = question.keys[0]

    def ask(self, question: Question) -> Answer:
        return answer(self.client, question, True, self.standing)

    def whole(self) -> Explanation:
        reply = self.ask(self.question)
        kpi = reply.kpis[self.key]
        now, then = both(reply.only, self.key)
        return Explanation(
            kpi,
            "",
            reply,
            exact_value(kpi, then, reply.parameters),
            exact_value(kpi, now, reply.parameters),
        )

    def split(self, dimension: str) -> Answer:
        return self.ask(replace(self.question, split=dimension))

    def supplied(self, supplies: Iterable[Supply]) -> tuple[Numbers, Numbers] | None:
        """Totals of other KPIs before and after; None if some are not known for both periods."""
        before: Numbers = {}
        after: Numbers = {}
        for supply in supplies:
            question = self._narrowed(supply)
            if question is None:
                return None
            reply = self.ask(question)
            kpi = reply.kpis[supply.key]
            for value, numbers in zip(both(reply.only, supply.key), (after, before), strict=True):
                found = numbers_of(kpi, value, reply.parameters)
                if found is None or value is None or value.state == "partial":
                    return None
                only = supply.only
                numbers |= {
                    (atom if only is None else _filtered(atom, supply)): number
                    for atom, number in found.items()
                }
        return before, after

    def _narrowed(self, supply: Supply) -> Question | None:
        question = replace(self.question, keys=(supply.key,))
        if supply.only is None:
            return question
        name, wanted = supply.only.dimension, supply.only.values
        asked = question.filters.get(name, wanted)
        values = tuple(value for value in wanted if value in asked)
        return replace(question, filters={**question.filters, name: values}) if values else None


def _filtered(atom: Atom, supply: Supply) -> Atom:
    only = supply.only
    narrowed = atom.where(**{only.dimension: only}) if only else atom
    if not isinstance(narrowed, Atom):
        raise TypeError(f"not an atom: {narrowed}")
    return narrowed


def both(row: Row, key: str) -> tuple[Value, Value | None]:
    return row.values[key], row.previous[key] if row.previous else None


def numbers_of(kpi: Kpi, value: Value | None, parameters: Parameters) -> Numbers | None:
    """The exact totals of a value's inputs; None if one of them is unknown."""
    if value is None:
        return None
    found = {atom: value.inputs.get(atom.text) for atom in kpi.atoms(parameters)}
    if any(total is None for total in found.values()):
        return None
    return {atom: Fraction(total) for atom, total in found.items() if total is not None}


def exact_value(kpi: Kpi, value: Value | None, parameters: Parameters) -> Fraction | None:
    """The value before it was rounded to 28 digits."""
    if value is None or value.value is None:
        return None
    numbers = numbers_of(kpi, value, parameters)
    if numbers is None:
        return Fraction(value.value)
    exact = evaluate(kpi.expression(parameters), numbers, Fraction)
    return Fraction(value.value) if isinstance(exact, Undefined) else exact
