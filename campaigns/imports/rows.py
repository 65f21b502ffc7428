"""From a row of the file to lines for COPY: the quick way, for rows without a fault.

1. Each mapped column of the file goes through its reader (remembered for cells that come again).
2. What depends on several cells is made: the channel, the period, the external id.
A row that fails raises CellInvalid; `verdicts` then explains it, slowly.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b

from campaigns.imports.cells import Cell, Touch, pick
from campaigns.imports.checks import check_for
from campaigns.imports.columns import Terms, cell_reader
from campaigns.imports.kinds import Kind
from campaigns.imports.mapping import FileMapping
from campaigns.imports.periods import FIELDS, Period, spread_part
from campaigns.imports.values import NULL, Memo, Unremembered


class RowReader:
    """Reads the rows of one file. `fields` are the staged fields of a line, in order, with SQL types.

    places: target → index of its column in the file, for targets that are not constants.
    """

    def __init__(
        self, kind: Kind, mapping: FileMapping, places: dict[str, int], terms: Terms
    ) -> None:
        self.kind, self.terms = kind, terms
        self.cells = {
            key: Cell(column, said, places.get(key), cell_reader(column, said, terms))
            for key, column in kind.by_key.items()
            if (said := mapping.columns.get(key)) is not None
        }
        self.touch = Touch(self.cells)
        self.period = Period(self.cells, mapping, terms) if kind.key == "daily" else None
        # What is read together is not read alone.
        together = {"channel"} | ({"day", "starts", "ends"} if self.period else set())
        alone = [cell for key, cell in self.cells.items() if key not in together]
        varied = [cell for cell in alone if cell.index is not None]
        fixed = [cell for cell in alone if cell.index is None]
        self.alone = [*varied, *fixed]
        self._pick = pick([cell.index for cell in varied if cell.index is not None])
        self._memos = [
            Memo(cell.read) if cell.column.remembers else Unremembered(cell.read) for cell in varied
        ]
        self._fixed = [*(cell.read(cell.text(())) for cell in fixed), NULL]
        self.is_identified = "external_id" in self.cells
        self._identity = self._identity_places()
        self._check = check_for(kind.key, self.alone)
        self.fields = self._fields()

    def _fields(self) -> tuple[tuple[str, str], ...]:
        own = [field for cell in self.alone for field in cell.column.fields]
        period = FIELDS if self.period else ()
        derived = () if self.is_identified else (("external_id", "text"),)
        return (("line", "bigint"), *own, ("channel", "text"), *period, *derived)

    def lines(self, number: int, row: Sequence[str]) -> str:
        """One line for COPY, or one for each day of a spread period. Raises CellInvalid."""
        parts = [memo[cell] for memo, cell in zip(self._memos, self._pick(row), strict=True)]
        parts += self._fixed
        if self._check is not None:
            self._check(parts, row)
        channel = self.touch.channel(row)
        if self.period is None:
            line = f"{number}\t{chr(9).join(parts[:-1])}\t{channel}"
            return f"{line}\n" if self.is_identified else f"{line}\t{self._digest(parts, row)}\n"
        when = self.period.staged(row)
        key = self._digest(parts, row)
        if "\n" in when:
            return self._spread(number, parts, channel, when.split("\n"), key)
        return f"{number}\t{chr(9).join(parts[:-1])}\t{channel}\t{when}\t{when[:10]}:{key}\n"

    def _spread(
        self, number: int, parts: list[str], channel: str, days: list[str], key: str
    ) -> str:
        each = [
            spread_part(cell, part, len(days), self.terms)
            for cell, part in zip(self.alone, parts, strict=False)
        ]
        return "".join(
            f"{number}\t{chr(9).join(figures)}\t{channel}\t{when}\t{when[:10]}:{key}\n"
            for when, *figures in zip(days, *each, strict=True)
        )

    def _digest(self, parts: Sequence[str], row: Sequence[str]) -> str:
        """What tells a row without an id from others, in 24 characters: it is its external id.

        Daily facts put the day in front, so that the rows of a day lie together in the index.
        """
        name, number, *others = self._identity(parts)
        campaign = name if number == NULL else number  # a renamed campaign is the same one
        dimensions = "\x1f".join([campaign, *others, self.touch.identity(row)])
        return blake2b(dimensions.encode(), digest_size=12).hexdigest()

    def _identity_places(self) -> Callable[[Sequence[str]], tuple[str, ...]]:
        """Picks campaign, campaign id and the other identifying parts; the last part is no value."""
        order = [cell.column.key for cell in self.alone]
        others = [key for key in self.kind.identity if key not in ("campaign", "campaign_id")]
        return pick(
            [order.index(key) if key in order else len(self.alone)
             for key in ("campaign", "campaign_id", *others)]
        )  # fmt: skip
