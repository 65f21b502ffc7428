"""What the page of one KPI shows: what this number is, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Client
from campaigns.measures import MEASURES
from kpis.calculate import Value
from kpis.catalogue import Kpi
from kpis.pages.board import Asking, Card, Drawing, drawing, pledge_for, pledges_of
from kpis.pages.cards import figure, spark
from kpis.pages.meaning import (
    AGGREGATION_WORDS,
    Input,
    WorkedExample,
    atom_name,
    formula_text,
    hides_inputs,
    inputs_of,
    parameter_words,
    why_written,
    worked_example,
)
from kpis.pages.picker import Choice
from kpis.pages.reader import Reader, measure_name
from kpis.pages.tables import UNSET_OF, Cell
from kpis.question import Answer, Question, Row
from kpis.restatements import Correction, corrections_for
from kpis.services import AGENCY_ONLY_INPUTS, answer, standing_of


@dataclass(frozen=True)
class ChannelRow:
    """A channel's value with the inputs it is divided from."""

    code: str
    label: str
    value: Cell
    inputs: tuple[Cell, ...]
    is_small: bool


@dataclass(frozen=True)
class CorrectionRow:
    correction: Correction
    day: str
    measure: str
    difference: str
    why: str


@dataclass(frozen=True)
class KpiPage:
    """Everything of one page, as text."""

    kpi: Kpi
    card: Card
    reply: Answer
    drawing: Drawing
    formula: str
    parameters: tuple[str, ...]
    aggregation: str
    inputs: tuple[Input, ...]
    hides_inputs: bool
    example: WorkedExample
    input_heads: tuple[tuple[str, str], ...]
    value_unit: str
    channels: tuple[ChannelRow, ...]
    corrections: tuple[CorrectionRow, ...]


def kpi_page(client: Client, kpi: Kpi, choice: Choice, sees_costs: bool, reader: Reader) -> KpiPage:
    """Inside a scope that holds the client. Agency-only inputs are left out for who may not see them."""
    standing = standing_of(client)

    def ask(question: Question) -> Answer:
        return answer(client, question, sees_costs, standing)

    reply, course = ask(choice.ask(kpi.key)), ask(choice.ask(kpi.key, by=choice.unit))
    pledges = pledges_of(client, choice.period, reader, standing)
    value = reply.only.values[kpi.key]
    previous = reply.only.previous[kpi.key] if reply.only.previous else None
    parameters = reply.parameters
    shown_atoms = [atom for atom in kpi.atoms(parameters) if atom.text in value.inputs]
    return KpiPage(
        kpi=kpi,
        card=Card(
            figure(kpi, value, previous, reader, parameters),
            pledge_for(kpi.key, pledges, reply.question),
            spark([row.values[kpi.key].value for row in course.rows]),
        ),
        reply=reply,
        drawing=drawing(kpi, course, pledges, reader),
        formula=formula_text(kpi, parameters),
        parameters=tuple(parameter_words(kpi, parameters)),
        aggregation=str(AGGREGATION_WORDS[kpi.aggregation]),
        inputs=tuple(inputs_of(kpi, value, previous, parameters, reader)),
        hides_inputs=hides_inputs(kpi, value, parameters),
        example=worked_example(kpi, Reader(reader.locale)),
        input_heads=tuple(
            (atom_name(atom), reader.unit_sign(atom.measure.unit)) for atom in shown_atoms
        )
        if len(shown_atoms) > 1
        else (),
        value_unit=reader.unit_sign(kpi.unit),
        channels=tuple(_channels(ask, kpi, choice, reader)),
        corrections=tuple(_corrections(client, kpi, choice, reply, sees_costs, reader)),
    )


def _channels(ask: Asking, kpi: Kpi, choice: Choice, reader: Reader) -> Sequence[ChannelRow]:
    if "channel" not in kpi.dimensions():
        return []
    reply = ask(choice.ask(kpi.key, split="channel", is_compared=False))
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
    cell = Cell(row.value.text, row.value.exact, row.value.why, share)
    return ChannelRow(row.code, row.label, cell, row.inputs, row.is_small)


def _corrections(
    client: Client, kpi: Kpi, choice: Choice, reply: Answer, sees_costs: bool, reader: Reader
) -> Sequence[CorrectionRow]:
    seen = [
        each
        for each in kpi.measures(reply.parameters)
        if sees_costs or each.key not in AGENCY_ONLY_INPUTS
    ]
    return [
        CorrectionRow(
            each,
            reader.day(each.day),
            measure_name(each.measure),
            reader.number(each.difference, MEASURES[each.measure].unit, signed=True),
            why_written(each.reasons),
        )
        for each in corrections_for(client, seen, choice.period)
    ]
