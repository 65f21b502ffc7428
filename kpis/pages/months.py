"""The last thirteen months of one KPI: a row each, the same month a year ago included."""

from dataclasses import dataclass, replace
from datetime import date

from kpis.calculate import Value
from kpis.calendar import Period, add_months, unit_of
from kpis.catalogue import Kpi
from kpis.compare import TO_DATE
from kpis.pages.cards import ChangeNote, change_note
from kpis.pages.picker import Choice
from kpis.pages.reader import Reader
from kpis.question import Answer, Question, Row

MONTHS = 13


@dataclass(frozen=True)
class MonthRow:
    """`change` is against the month before; the first row has none. `share` draws its bar.

    against: the days that a month which is not over yet is compared with; "" for whole months.
    """

    name: str
    text: str
    exact: str
    why: str
    state: str
    is_small: bool
    share: int
    change: ChangeNote | None
    against: str = ""


def months_asked(choice: Choice, key: str, last_complete: date) -> Question:
    """Thirteen months up to the one that holds the period's end, as far as days are complete."""
    month = unit_of(choice.period.last, "month")
    last = max(min(month.last, last_complete), month.first)
    span = Period(add_months(month.first, 1 - MONTHS), last)
    return replace(choice.ask(key, by="month", is_compared=False), period=span)


def running_asked(months: Question) -> Question | None:
    """The month that is not over yet, against the same days of the one before: never a part against a
    whole (KPIS G.8). None if the last month is whole."""
    month = unit_of(months.period.last, "month")
    if months.period.last == month.last:
        return None
    running = Period(month.first, months.period.last)
    return replace(months, period=running, by=None, compare=TO_DATE)


def month_rows(
    kpi: Kpi, reply: Answer, reader: Reader, running: Answer | None = None
) -> list[MonthRow]:
    """The newest first. running: the answer to `running_asked`."""
    values = [row.values[kpi.key] for row in reply.rows]
    top = max((abs(float(each.value)) for each in values if each.value is not None), default=0.0)
    rows: list[MonthRow] = []
    before: Value | None = None
    for row, value in zip(reply.rows, values, strict=True):
        rows.append(
            MonthRow(
                name=reader.period(row.bucket),
                text=reader.value(kpi, value),
                exact=reader.exact(value),
                why=reader.why(kpi, value, reply.parameters),
                state=value.state,
                is_small=value.is_small_sample and value.value is not None,
                share=round(100 * max(float(value.value), 0.0) / top) if value.value and top else 0,
                change=change_note(kpi, value, before, reader).brief if before else None,
            )
        )
        before = value
    if running is not None:
        rows[-1] = _to_date(kpi, rows[-1], running.only, reader)
    return rows[::-1]


def _to_date(kpi: Kpi, row: MonthRow, compared: Row, reader: Reader) -> MonthRow:
    if compared.previous is None or compared.previous_bucket is None:
        return replace(row, change=None)
    note = change_note(kpi, compared.values[kpi.key], compared.previous[kpi.key], reader)
    return replace(row, change=note.brief, against=reader.days(compared.previous_bucket))
