"""Which day a daily fact belongs to, and what becomes of a row that covers several."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns.imports.cells import Cell, CellFault, pick
from campaigns.imports.columns import CountColumn, MoneyColumn, NumberColumn, Terms
from campaigns.imports.errors import MappingInvalid
from campaigns.imports.mapping import FileMapping
from campaigns.imports.spread import days_between, spread_evenly
from campaigns.imports.values import NULL, Memo

LONGEST_PERIOD_DAYS = 400
FIELDS = (("day", "date"), ("covers_from", "date"), ("covers_to", "date"), ("period_rule", "text"))
#: A row of one day: no period, no rule.
_ONE_DAY = f"{NULL}\t{NULL}\t{NULL}"


class Period:
    """The day of each row, as staged in FIELDS. A period's days are a tuple, and its figures spread."""

    def __init__(self, cells: dict[str, Cell], mapping: FileMapping, terms: Terms) -> None:
        self.rule, self.terms = mapping.period or "refuse", terms
        self.day, self.starts, self.ends = (cells.get(key) for key in ("day", "starts", "ends"))
        self._check_rule()
        chosen = [self.day] if self.day and self.day.index is not None else [self.starts, self.ends]
        self._cells = [cell for cell in chosen if cell is not None]
        self._pick = pick([cell.index for cell in self._cells if cell.index is not None])
        self._memo = Memo(self._staged)

    def _check_rule(self) -> None:
        is_dated = self.day is not None and self.day.index is not None
        if not is_dated and self.rule == "refuse" and (self.starts is None or self.day is not None):
            raise MappingInvalid(
                "period_unstated",
                _("The file has no column with the day of each row. Say what to do with rows that cover"
                  " a period: “last_day” keeps them on their last day, “spread” divides them by day."),
                {"path": "period"},
            )  # fmt: skip
        if self.rule == "spread" and not is_dated and (self.starts is None or self.ends is None):
            raise MappingInvalid(
                "period_unstated",
                _("To spread rows by day, map the first and the last day that they cover."),
                {"path": "period"},
            )

    def staged(self, row: Sequence[str]) -> str:
        """The FIELDS of a row; for a period to be spread, one set for each day, parted by newlines."""
        return self._memo[self._pick(row)]

    def _staged(self, texts: tuple[str, ...]) -> str:
        if self.day is not None and self.day.index is not None:
            day = self.day.read(texts[0])
            if day == NULL:
                raise CellFault(self.day, texts[0], "missing", _("The row has no day."))
            return f"{day}\t{_ONE_DAY}"
        first, last = self._ends_of(texts)
        if self.day is not None:  # a constant day, with or without the period it stands for
            covers = f"{first}\t{last}" if self.starts and self.ends else f"{NULL}\t{NULL}"
            return f"{self.day.read(self.day.text(()))}\t{covers}\t{self.rule}"
        if first == last:
            return f"{last}\t{_ONE_DAY}"
        return self._of_period(first, last, texts)

    def _ends_of(self, texts: tuple[str, ...]) -> tuple[str, str]:
        given = iter(texts)
        days = {}
        for cell in (self.starts, self.ends):
            if cell is None:
                continue
            text = cell.text(()) if cell.index is None else next(given)
            days[cell.column.key] = cell.read(text)
            if days[cell.column.key] == NULL:
                raise CellFault(
                    cell, text, "missing", _("The row does not say which days it covers.")
                )
        last = days.get("ends", NULL)
        return days.get("starts", last), last

    def _of_period(self, first: str, last: str, texts: tuple[str, ...]) -> str:
        cell = self.ends or self._cells[0]
        days = days_between(date.fromisoformat(first), date.fromisoformat(last))
        if not days or len(days) > LONGEST_PERIOD_DAYS:
            reason = _(
                "The row covers %(first)s to %(last)s: the days are the wrong way round, or too many."
            )
            raise CellFault(cell, texts[-1], "bad_period", reason % {"first": first, "last": last})
        if self.rule == "refuse":
            reason = _(
                "The row covers %(first)s to %(last)s, not one day. Export the report by day, or choose in"
                " the mapping to spread such rows (“spread”) or to keep them on their last day (“last_day”)."
            )
            raise CellFault(cell, texts[-1], "period_row", reason % {"first": first, "last": last})
        if self.rule == "last_day":
            return f"{last}\t{first}\t{last}\t{self.rule}"
        return "\n".join(f"{day}\t{first}\t{last}\t{self.rule}" for day in days)


def spread_part(cell: Cell, part: str, days: int, terms: Terms) -> list[str]:
    """One staged figure over so many days; what is no figure is the same on each."""
    column = cell.column
    if part == NULL or not isinstance(column, CountColumn | NumberColumn):
        return [part] * days
    if isinstance(column, CountColumn):
        step = Decimal(1)
    else:
        step = terms.cent if isinstance(column, MoneyColumn) else Decimal("0.000001")
    return [str(figure) for figure in spread_evenly(Decimal(part), days, step)]
