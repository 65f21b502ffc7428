"""The mapped cells of a row, and the channel that several of them make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from campaigns.channels import UNASSIGNED, channel_for
from campaigns.imports.columns import Column
from campaigns.imports.mapping import Source, fold
from campaigns.imports.values import MISSING, NULL, CellInvalid, Memo


@dataclass(frozen=True)
class Cell:
    """One mapped target: where its text stands in a row (None: a constant), and what reads it."""

    column: Column
    source: Source
    index: int | None
    reader: Callable[[str], str]
    joined: int | None = None

    @property
    def header(self) -> str:
        """The column as the file names it, or the target of a constant."""
        return self.source.column or self.column.key

    def text(self, row: Sequence[str]) -> str:
        if self.joined is not None and self.index is not None:
            return f"{row[self.index].strip()} {row[self.joined].strip()}".strip()
        return (self.source.constant or "") if self.index is None else row[self.index]

    def read(self, text: str) -> str:
        """The cell as COPY text; CellFault says which cell it was."""
        try:
            return self.reader(text)
        except CellInvalid as error:
            raise CellFault(self, text, error.code, error.reason) from None


class CellFault(CellInvalid):
    """A cell that cannot be read, and which one."""

    def __init__(self, cell: Cell, text: str, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.cell = cell
        self.text = text


def pick(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What stands at these places, always as a tuple."""
    if not places:
        return lambda row: ()
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)


class Touch:
    """The channel: by source and medium where the row has them, else by its channel column."""

    KEYS = ("utm_source", "utm_medium", "campaign", "channel")

    def __init__(self, cells: dict[str, Cell], tells_rows_apart: bool) -> None:
        self.cells = {key: cells[key] for key in self.KEYS if key in cells}
        varied = [key for key, cell in self.cells.items() if cell.index is not None]
        self._pick = pick([index for key in varied if (index := cells[key].index) is not None])
        self._constants = {
            key: cell.text(()) for key, cell in self.cells.items() if key not in varied
        }
        self._varied = varied
        self._memo = Memo(self._channel)
        own = self.cells.get("channel") if tells_rows_apart else None
        self._own = own.index if own else None
        self._own_fixed = fold(own.text(())) if own and own.index is None else ""
        self._folded = Memo(fold)
        self.is_mapped = bool({"utm_source", "utm_medium", "channel"} & set(self.cells))

    def channel(self, row: Sequence[str]) -> str:
        return self._memo[self._pick(row)]

    def identity(self, row: Sequence[str]) -> str:
        """The channel column's own text, whatever it is mapped to; "" if it tells no rows apart."""
        return self._own_fixed if self._own is None else self._folded[row[self._own]]

    def _channel(self, texts: tuple[str, ...]) -> str:
        said = self._constants | dict(zip(self._varied, texts, strict=True))
        plain = {key: "" if text.strip() in MISSING else text.strip() for key, text in said.items()}
        source, medium = plain.get("utm_source", ""), plain.get("utm_medium", "")
        if "utm_source" in plain and "utm_medium" in plain and (source or medium):
            return channel_for(source, medium, plain.get("campaign", ""))
        if "channel" in plain:
            read = self.cells["channel"].read(said["channel"])
            return UNASSIGNED if read == NULL else read
        if self.is_mapped:
            return channel_for(source, medium, plain.get("campaign", ""))
        return UNASSIGNED
