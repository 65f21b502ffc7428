"""A line as JSON and back, for the cache. Decimals stay exact. Pure."""

import json
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

from kpis.calculate import Value
from kpis.catalogue.kpi import Office, Parameters, Piece
from kpis.pages.line import Part
from kpis.pages.line_drawn import Drawn


def drawn_to_json(drawn: Drawn) -> list[Any]:
    return [drawn.cells, drawn.need, drawn.status, drawn.notes, part_to_json(drawn.part)]


def drawn_from_json(found: list[Any]) -> Drawn:
    cells, need, status, notes, part = found
    # What our own templates have drawn.
    return Drawn(SafeString(cells), SafeString(need), status, notes, part_from_json(part))


def part_to_json(part: Part) -> list[Any]:
    values = {
        key: [
            _number(value.value),
            value.reason,
            {name: _number(total) for name, total in value.inputs.items()},
            value.state,
            value.is_small_sample,
        ]
        for key, value in part.values.items()
    }
    # As text, so that the many clients of the same choices share one object.
    return [json.dumps(_parameters_to_json(part.parameters)), values, part.lacks_rates]


def part_from_json(found: list[Any]) -> Part:
    parameters, values, lacks_rates = found
    return Part(
        _parameters_from_text(parameters),
        {
            key: Value(
                _decimal(value),
                reason,
                {name: _decimal(total) for name, total in inputs.items()},
                state,
                is_small_sample=is_small,
            )
            for key, (value, reason, inputs, state, is_small) in values.items()
        },
        lacks_rates,
    )


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _parameters_to_json(its: Parameters) -> list[Any]:
    office = its.office
    return [
        its.cost_basis,
        its.profit_basis,
        _number(its.margin),
        its.window_days,
        its.repeat_days,
        its.active_days,
        its.sla_minutes,
        office and [str(office.opens_at), str(office.closes_at), office.days],
        [_piece_to_json(piece) for piece in its.pieces],
        [_piece_to_json(piece) for piece in its.reach],
    ]


def _piece_to_json(piece: Piece) -> list[Any]:
    days = [day and day.isoformat() for day in (piece.since, piece.until)]
    return [*days, _parameters_to_json(piece.parameters)]


@lru_cache(maxsize=1024)
def _parameters_from_text(text: str) -> Parameters:
    return _parameters(json.loads(text))


def _parameters(found: list[Any]) -> Parameters:
    cost, profit, margin, window, repeat, active, sla, office, pieces, reach = found
    return Parameters(
        cost,
        profit,
        _decimal(margin),
        window,
        repeat,
        active,
        sla,
        Office(time.fromisoformat(office[0]), time.fromisoformat(office[1]), office[2])
        if office
        else None,
        tuple(_piece(each) for each in pieces),
        tuple(_piece(each) for each in reach),
    )


def _piece(found: list[Any]) -> Piece:
    since, until, parameters = found
    return Piece(
        date.fromisoformat(since) if since else None,
        date.fromisoformat(until) if until else None,
        _parameters(parameters),
    )
