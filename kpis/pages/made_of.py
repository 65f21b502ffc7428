"""What a number is made of: its formula, this client's figures in it, its inputs and their rows."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.measures import Measure
from kpis.catalogue import Kpi
from kpis.pages.meaning import atom_name, formula_text, parameter_words
from kpis.pages.put_in import PutIn, put_in
from kpis.pages.reader import Reader
from kpis.question import Answer


@dataclass(frozen=True)
class InputRow:
    """An input of the number; `rows` is the address of the list of what was counted, or ""."""

    name: str
    text: str
    before: str
    rows: str


@dataclass(frozen=True)
class MadeOf:
    """`hides_inputs`: some inputs are the agency's own and not listed for this reader."""

    formula: str
    put_in: PutIn | None
    inputs: tuple[InputRow, ...]
    hides_inputs: bool
    parameters: tuple[str, ...]


def made_of(
    kpi: Kpi, reply: Answer, reader: Reader, rows_of: Callable[[Measure], str] = lambda _each: ""
) -> MadeOf:
    """Of an unsplit answer. `rows_of` gives the address of the rows behind a measure, or ""."""
    row, parameters = reply.only, reply.parameters
    value = row.values[kpi.key]
    before = row.previous[kpi.key].inputs if row.previous else {}
    atoms = kpi.atoms(parameters)
    return MadeOf(
        formula=formula_text(kpi, parameters),
        put_in=put_in(kpi, value, parameters, reader),
        inputs=tuple(
            InputRow(
                atom_name(atom),
                reader.number(value.inputs[atom.text], atom.measure.unit),
                reader.number(before.get(atom.text), atom.measure.unit) if row.previous else "",
                rows_of(atom.measure) if atom.period == "current" else "",
            )
            for atom in atoms
            if atom.text in value.inputs
        ),
        hides_inputs=any(atom.text not in value.inputs for atom in atoms),
        parameters=tuple(parameter_words(kpi, parameters)),
    )
