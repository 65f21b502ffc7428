"""This client's own numbers put into a KPI's formula: "1.250,40 € ÷ 34 = 36,78 €". Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpis.calculate import Value
from kpis.catalogue import Kpi, Parameters
from kpis.formula import Atom, as_text
from kpis.pages.reader import Reader


@dataclass(frozen=True)
class PutIn:
    """The formula with figures in the places of its inputs, and what comes out; "—" for nothing."""

    sides: str
    answer: str


def put_in(kpi: Kpi, value: Value, parameters: Parameters, reader: Reader) -> PutIn | None:
    """None where there is nothing to compute: a single measure, or no input is known at all.

    An input that this reader may not see stands there in words.
    """
    expression = kpi.expression(parameters)
    if isinstance(expression, Atom):
        return None
    if all(total is None for total in value.inputs.values()):
        return None

    hidden = _("[the agency's own part]")

    def figure(atom: Atom) -> str:
        if atom.text not in value.inputs:
            return hidden
        return reader.number(value.inputs[atom.text], atom.measure.unit)

    sides = as_text(expression, figure)
    while f"{hidden} + {hidden}" in sides:  # several layers are one part to whoever sees none
        sides = sides.replace(f"{hidden} + {hidden}", hidden)
    return PutIn(sides, reader.value(kpi, value))
