"""From a row of the file to lines for COPY: the quick way, for rows without a fault.

1. Each mapped column of the file goes through its reader (remembered for cells that come again).
2. What depends on several cells is made: the channel, the period, the external id.
A row that fails raises CellInvalid; `verdicts` then explains it, slowly.
"""

from collections.abc import Sequence
from hashlib import blake2b
from operator import call

from campaigns.imports.cells import Cell, Touch, pick
from campaigns.imports.checks import check_for
from campaigns.imports.columns import Terms, cell_reader
from campaigns.imports.kinds import Kind
from campaigns.imports.mapping import FileMapping
from campaigns.imports.periods import FIELDS, Period, spread_part
from campaigns.imports.values import NULL, Memo

_TAB = "\t".join
#: What tells rows apart as well, since files may say it.
ADDED = ("platform", "salesperson")


class RowReader:
    """Reads the rows of one file. `fields` are the staged fields of a line, in order, with SQL types.

    places: target → index of its column in the file, for targets that are not constants.
    joins: target → index of the column whose text follows.
    """

    def __init__(
        self,
        kind: Kind,
        mapping: FileMapping,
        places: dict[str, int],
        terms: Terms,
        joins: dict[str, int] | None = None,
    ) -> None:
        joins = joins or {}
        self.kind, self.terms = kind, terms
        self.cells = {
            key: Cell(
                column, said, places.get(key), cell_reader(column, said, terms), joins.get(key)
            )
            for key, column in kind.by_key.items()
            if (said := mapping.columns.get(key)) is not None
        }
        # An ad's campaign has its channel, whether or not the export has a column for it.
        is_of_campaign = mapping.family == "ads" and {"campaign", "campaign_id"} & set(self.cells)
        self.touch = Touch(self.cells, tells_rows_apart=not is_of_campaign)
        self.period = Period(self.cells, mapping, terms) if kind.key == "daily" else None
        # What is read together is not read alone.
        together = {"channel"} | ({"day", "starts", "ends"} if self.period else set())
        alone = [cell for key, cell in self.cells.items() if key not in together]
        varied = [cell for cell in alone if cell.index is not None]
        fixed = [cell for cell in alone if cell.index is None]
        self.alone = [*varied, *fixed]
        self._pick = pick([cell.index for cell in varied if cell.index is not None])
        self._readers = [
            Memo(cell.reader).__getitem__ if cell.column.remembers else cell.reader
            for cell in varied
        ]
        self._joined = [
            (place, cell) for place, cell in enumerate(varied) if cell.joined is not None
        ]
        self._fixed = [cell.read(cell.text(())) for cell in fixed]
        self.is_identified = "external_id" in self.cells or kind.is_numbered
        order = [cell.column.key for cell in self.alone]
        self._named = [key for key in (*kind.identity, *ADDED) if key in order]
        self._identity = pick([order.index(key) for key in self._named])
        self._keys = Memo(self._key)
        self._check = check_for(kind, self.alone)
        self.fields = self._fields()

    def _fields(self) -> tuple[tuple[str, str], ...]:
        own = [field for cell in self.alone for field in cell.column.fields]
        period = FIELDS if self.period else ()
        derived = () if self.is_identified else (("external_id", "text"),)
        return (("line", "bigint"), *own, ("channel", "text"), *period, *derived)

    def lines(self, number: int, row: Sequence[str]) -> str:
        """One line for COPY, or one for each day of a spread period. Raises CellInvalid."""
        texts = self._pick(row)
        if self._joined:
            texts = self._with_joined(texts, row)
        parts = [*map(call, self._readers, texts), *self._fixed]
        if self._check is not None:
            self._check(parts, row)
        channel = self.touch.channel(row)
        if self.is_identified:
            return f"{number}\t{_TAB(parts)}\t{channel}\n"
        key = self._keys[*self._identity(parts), self.touch.identity(row)]
        if self.period is None:
            return f"{number}\t{_TAB(parts)}\t{channel}\t{key}\n"
        when = self.period.staged(row)
        if "\n" in when:
            return self._spread(number, parts, channel, when.split("\n"), key)
        return f"{number}\t{_TAB(parts)}\t{channel}\t{when}\t{when[:10]}:{key}\n"

    def _with_joined(self, texts: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
        said = list(texts)
        for place, cell in self._joined:
            said[place] = cell.text(row)
        return tuple(said)

    def _spread(
        self, number: int, parts: list[str], channel: str, days: list[str], key: str
    ) -> str:
        each = [
            spread_part(cell, part, len(days), self.terms)
            for cell, part in zip(self.alone, parts, strict=False)
        ]
        return "".join(
            f"{number}\t{_TAB(figures)}\t{channel}\t{when}\t{when[:10]}:{key}\n"
            for when, *figures in zip(days, *each, strict=True)
        )

    def _key(self, identity: tuple[str, ...]) -> str:
        """What tells a row without an id from others, in 24 characters: it is its external id.

        Daily facts put the day in front, so that the rows of a day lie together in the index.
        """
        said = dict(zip([*self._named, "channel"], identity, strict=True))
        if said.get("campaign_id", NULL) != NULL:
            said["campaign"] = said["campaign_id"]  # a renamed campaign is the same one
        told = [said.get(key, NULL) for key in (*self.kind.identity, "channel")]
        for key in ADDED:  # only where they say something, or known rows would become strangers
            if said.get(key, NULL) != NULL:
                told.append(f"{key}={said[key]}")
        return blake2b("\x1f".join(told).encode(), digest_size=12).hexdigest()
