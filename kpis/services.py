"""The one way to a number: a question in, an answer out. Every surface calls `answer`.

1. The client's parameters, sources and calendar are read.
2. For each KPI, the days on which every source it needs is complete.
3. The totals of all atoms over these days: `kpis.reading`.
4. Each bucket and split is computed from its totals, once, in `kpis.calculate`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Client
from campaigns import channels
from kpis import queries
from kpis.book import Book, book_of
from kpis.calculate import Scope, Value, value_of
from kpis.calendar import CalendarRules, buckets, last_complete_day, zone
from kpis.catalogue import Kpi, Parameters
from kpis.catalogue.versions import History
from kpis.compare import LAST_YEAR, Comparison, comparison_for
from kpis.coverage import Coverage, SourceSpan
from kpis.formula import Undefined, measure_named
from kpis.own import own_spans_for
from kpis.parameters import history_of
from kpis.question import Answer, Question, Row
from kpis.reading import Reading, Reported, Setting, read

#: Layers of cost that a client's own user does not see apart (DESIGN section 4).
AGENCY_ONLY_INPUTS = frozenset({"agency_fees", "tool_cost", "people_cost", "other_marketing_cost"})


def parameters_of(client: Client, standing: "Standing | None" = None) -> Parameters:
    """What this client chooses today among the things that change a number."""
    history = standing.history if standing else history_of(client)
    return history.on(last_complete_of(client))


def calendar_of(client: Client) -> CalendarRules:
    return CalendarRules(week_start=client.week_start, fiscal_first_month=client.fiscal_month)


def last_complete_of(client: Client) -> date:
    """Yesterday in the client's own zone."""
    return last_complete_day(timezone.now(), zone(client.time_zone))


@dataclass(frozen=True)
class Standing:
    """How far a client's numbers reach at this moment. The questions of one page share it."""

    last_complete: date
    refreshed_at: datetime | None
    stock_through: date | None
    spans: tuple[SourceSpan, ...]
    history: History
    reported: Reported


def standing_of(client: Client) -> Standing:
    """Read from the client's sources and the state of its snapshot. Inside a scope."""
    last_complete = last_complete_of(client)
    refreshed_at, stock_through = queries.state_of_snapshot(client)
    spans = queries.spans_for(client, last_complete) + own_spans_for(client, last_complete)
    return Standing(
        last_complete, refreshed_at, stock_through, spans, history_of(client), Reported(client)
    )


def answer(
    client: Client,
    question: Question,
    sees_costs: bool,
    standing: Standing | None = None,
    book: Book | None = None,
) -> Answer:
    """The values of every bucket and split of a question. Inside a scope that holds the client.

    Money is in the client's currency, ratios are fractions (0.12 is 12 %). Without `sees_costs`
    the agency-only layers of cost are not among the inputs; the numbers are the same. Whoever asks
    several questions at once looks up `standing` once. `book` holds a KPI that is not saved yet.
    """
    standing = standing or standing_of(client)
    if question.as_of is not None:
        question = replace(question, as_of=question.as_of.in_zone(client.time_zone))
    rules = calendar_of(client)
    history = standing.history
    book = book_of(client) if book is None else book
    setting = Setting(
        client,
        tuple(book[key] for key in question.keys),
        history,
        Coverage(
            question.period.first,
            question.period.last,
            standing.last_complete + timedelta(days=1),
            standing.spans,
            history.longest_window,
            history.longest_repeat,
        ),
        rules,
        standing.stock_through,
        standing.reported,
    )
    comparison = (
        comparison_for(question.period, question.compare, rules) if question.compare else None
    )
    current = read(setting, question, question.period)
    compared = None
    if comparison and comparison.period:
        compared = read(setting, question, comparison.period)
    base = _base_of_growth(setting, question, comparison, compared)
    rows = _rows(setting, question, current, compared, base)
    if not sees_costs:
        rows = [_without_agency_costs(row) for row in rows]
    return Answer(
        question,
        tuple(rows),
        question.currency or client.currency,
        client.time_zone,
        standing.refreshed_at,
        standing.last_complete,
        current.parameters,
        comparison,
        {kpi.key: kpi for kpi in setting.kpis},
    )


def _base_of_growth(
    setting: Setting, question: Question, comparison: Comparison | None, compared: Reading | None
) -> Reading | None:
    """What a KPI with a comparison of its own (sales growth) is held against: last year by default."""
    growing = tuple(
        kpi for kpi in setting.kpis if any(atom.period == "comparison" for atom in kpi.atoms())
    )
    if not growing:
        return None
    if compared is not None:
        return compared
    period = comparison_for(question.period, LAST_YEAR, setting.rules).period
    return read(replace(setting, kpis=growing), question, period) if period else None


def _rows(
    setting: Setting,
    question: Question,
    current: Reading,
    compared: Reading | None,
    base: Reading | None,
) -> list[Row]:
    splits = _splits(question, [current, *([compared] if compared else [])])
    labels = _labels(setting.client, question.split, splits)
    keys = (
        [part.key for part in buckets(question.period, question.by, setting.rules)]
        if question.by
        else [""]
    )
    rows = []
    for index, bucket in enumerate(current.cut.buckets):
        for split in splits:
            previous_bucket, previous = None, None
            if compared is not None and index < len(compared.cut.buckets):
                previous_bucket = compared.cut.buckets[index]
                previous = _values(setting, question, compared, None, index, split)
            values = _values(setting, question, current, base, index, split)
            rows.append(
                Row(
                    bucket,
                    keys[index],
                    split,
                    labels.get(split or "", split or ""),
                    values,
                    previous_bucket,
                    previous,
                    frozenset(_read_back(setting, current, base, index)),
                    frozenset(_read_back(setting, compared, None, index))
                    if compared is not None and previous is not None
                    else frozenset(),
                )
            )
    return rows


def _values(
    setting: Setting,
    question: Question,
    reading: Reading,
    base: Reading | None,
    index: int,
    split: str | None,
) -> dict[str, Value]:
    now = _scope(question, reading, base, index)
    values = {}
    for kpi in setting.kpis:
        its, held = _as_asked(kpi, index, reading, base)
        totals = its.of(kpi, index, split)
        if held is not None:
            past = held.of(kpi, index, split)
            totals |= {replace(atom, period="comparison"): total for atom, total in past.items()}
        scope = now if its is reading else _scope(question, its, held, index)
        value = value_of(kpi, totals, scope)
        is_open = question.as_of is not None and its is reading and value.state == "final"
        values[kpi.key] = replace(value, state="provisional") if is_open else value
    return values


def _as_asked(
    kpi: Kpi, index: int, reading: Reading, base: Reading | None
) -> tuple[Reading, Reading | None]:
    """The readings as of the question's moment, if both sides were closed then; else as of now."""
    if reading.then is None and (base is None or base.then is None):
        return reading, base
    its = reading.at(kpi, index)
    held = base.at(kpi, index) if base is not None else None
    is_compared = any(atom.period == "comparison" for atom in kpi.atoms())
    if is_compared and base is not None and (its is reading) != (held is base):
        return reading, base
    return its, held


def _scope(question: Question, reading: Reading, base: Reading | None, index: int) -> Scope:
    bucket = reading.cut.buckets[index]
    other = None
    if base is not None and index < len(base.cut.buckets):
        span = base.cut.buckets[index]
        other = base.coverage.over(span.first, span.last)
    asked = frozenset(question.filters) | ({question.split} if question.split else frozenset())
    return Scope(
        reading.coverage.over(bucket.first, bucket.last),
        reading.parameters,
        other,
        asked,
        reading.windows.get(index),
    )


def _read_back(setting: Setting, reading: Reading, base: Reading | None, index: int) -> set[str]:
    if reading.then is None:
        return set()
    return {
        kpi.key for kpi in setting.kpis if _as_asked(kpi, index, reading, base)[0] is not reading
    }


def _splits(question: Question, readings: Sequence[Reading]) -> list[str | None]:
    """The values of the split dimension that have any row, in a stable order."""
    if not question.split:
        return [None]
    every = [*readings, *(each.then for each in readings if each.then)]
    seen = {
        split
        for reading in every
        for (_bucket, split), totals in reading.totals.items()
        if any(total is not None for total in totals.values())
    }
    # Parts over days of their own may know values that the asked days do not have.
    seen |= {
        split
        for reading in every
        for (_kpi, _bucket, split), found in reading.apart.items()
        if any(total is not None and not isinstance(total, Undefined) for total in found.values())
    }
    if question.split == "channel":
        order = {code: place for place, code in enumerate(channels.CODES)}
        return sorted(seen, key=lambda code: order.get(code or "", len(order)))
    return sorted(seen, key=lambda value: (value == "", value or ""))


def _labels(client: Client, split: str | None, values: Sequence[str | None]) -> dict[str, str]:
    known = [value for value in values if value]
    if split == "channel":
        return {code: str(channels.NAMES[code]) for code in known if code in channels.NAMES}
    return queries.labels_for(client, split, known) if split else {}


def _without_agency_costs(row: Row) -> Row:
    hidden = replace(
        row, values={key: value_without_agency_costs(value) for key, value in row.values.items()}
    )
    if row.previous is None:
        return hidden
    return replace(
        hidden,
        previous={key: value_without_agency_costs(value) for key, value in row.previous.items()},
    )


def value_without_agency_costs(value: Value) -> Value:
    inputs = {
        name: total
        for name, total in value.inputs.items()
        if measure_named(name) not in AGENCY_ONLY_INPUTS
    }
    return replace(value, inputs=inputs)
