"""One KPI by channel, each with the inputs that it is divided from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpis.calculate import Value
from kpis.catalogue import Kpi
from kpis.pages.meaning import atom_name
from kpis.pages.reader import Reader
from kpis.pages.tables import UNSET_OF, Cell
from kpis.question import Answer, Row


@dataclass(frozen=True)
class ChannelRow:
    """A channel's value with the inputs it is divided from."""

    code: str
    label: str
    value: Cell
    inputs: tuple[Cell, ...]
    is_small: bool


def input_heads(kpi: Kpi, whole: Answer, reader: Reader) -> tuple[tuple[str, str], ...]:
    """(name, unit) of the inputs' columns; none for a KPI of one input, which would say it twice."""
    shown = whole.only.values[kpi.key].inputs
    atoms = [atom for atom in kpi.atoms(whole.parameters) if atom.text in shown]
    if len(atoms) < 2:
        return ()
    return tuple((atom_name(atom), reader.unit_sign(atom.measure.unit)) for atom in atoms)


def channel_rows(kpi: Kpi, reply: Answer, reader: Reader) -> Sequence[ChannelRow]:
    """Of an answer that was split by channel."""
    rows = [_channel(kpi, row, reply, reader) for row in reply.rows]
    top = max((float(row.value.exact or 0) for row in rows), default=0.0)
    return [_with_bar(row, top) for row in rows] if top > 0 else rows


def _channel(kpi: Kpi, row: Row, reply: Answer, reader: Reader) -> ChannelRow:
    value = row.values[kpi.key]
    atoms = [atom for atom in kpi.atoms(reply.parameters) if atom.text in value.inputs]
    inputs = [_input_cell(value, atom.text, atom.measure.unit, reader) for atom in atoms]
    return ChannelRow(
        row.split or "",
        row.label or str(UNSET_OF["channel"]),
        Cell(
            reader.bare(value.value, kpi.unit),
            reader.exact(value),
            reader.why(kpi, value, reply.parameters),
        ),
        tuple(inputs) if len(inputs) > 1 else (),
        value.is_small_sample and value.value is not None,
    )


def _input_cell(value: Value, name: str, unit: str, reader: Reader) -> Cell:
    total = value.inputs[name]
    return Cell(reader.bare(total, unit), "" if total is None else f"{total:f}")


def _with_bar(row: ChannelRow, top: float) -> ChannelRow:
    share = round(100 * max(float(row.value.exact or 0), 0.0) / top)
    return replace(row, value=replace(row.value, share=share))
