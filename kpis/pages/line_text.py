"""A line's content as JSON and back, for the cache. Decimals stay exact. Pure."""

import json
from dataclasses import astuple
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kpis.calculate import Value
from kpis.catalogue.kpi import Office, Parameters, Piece
from kpis.pages.cards import ChangeNote, Spark
from kpis.pages.line import Cell, Content, Part
from kpis.pages.pledges import Answer


def content_to_json(content: Content) -> list[Any]:
    """Of a content that may be kept."""
    verdict = content.verdict
    return [
        [
            [cell.text, cell.exact, cell.why, cell.change and astuple(cell.change)]
            for cell in content.figures
        ],
        part_to_json(content.part),
        [content.spark.paths, content.spark.area, content.spark.dot],
        content.status,
        verdict and [verdict.tone, verdict.headline, verdict.because],
        content.notices,
        content.late,
        content.has_sources,
    ]


def content_from_json(found: list[Any]) -> Content:
    figures, part, (paths, area, dot), status, verdict, notices, late, has_sources = found
    return Content(
        figures=tuple(
            Cell(text, exact, why, ChangeNote(*change) if change else None)
            for text, exact, why, change in figures
        ),
        part=part_from_json(part),
        spark=Spark(tuple(paths), area, (dot[0], dot[1]) if dot else None),
        status=status,
        verdict=Answer(verdict[0], verdict[1], tuple(verdict[2])) if verdict else None,
        notices=tuple(notices),
        late=tuple(late),
        has_sources=has_sources,
    )


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
