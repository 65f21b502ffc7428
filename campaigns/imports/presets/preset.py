"""What a preset is: a layout of an export, which makes a mapping for the headers of a file."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.mapping import FileMapping, Source, fold


@dataclass(frozen=True)
class PresetColumn:
    """Headers that may carry a target, folded, best first; or a constant if none of them is there."""

    headers: tuple[str, ...] = ()
    is_required: bool = False
    constant: str | None = None
    values: Mapping[str, str] | None = None
    default: str | None = None
    joined: tuple[str, ...] = ()  # headers of a second column whose text follows this one's


@dataclass(frozen=True)
class Preset:
    """A layout. A header may carry its currency in brackets, like `Amount spent (USD)`.

    has_period_above: its rows may cover a period, which only comments above the table state.
    """

    key: str
    label: str | Promise
    kind: str
    source: str
    columns: Mapping[str, PresetColumn]
    family: str | None = None
    decimal: str | None = None
    dates: str | None = None
    has_period_above: bool = False

    @property
    def known_headers(self) -> set[str]:
        return {header for column in self.columns.values() for header in column.headers}

    def mapping_for(
        self, headers: Sequence[str], file: str = "", said: Set[str] = frozenset()
    ) -> FileMapping:
        """The mapping for a file with these headers; FileRefused if it is not of this layout.

        said: targets that somebody else maps, which need not be found.
        """
        columns = {
            target: source for target, source in self.found(headers).items() if target not in said
        }
        for target, column in self.columns.items():
            if column.is_required and target not in said and target not in columns:
                raise self._refused(column.headers[0], headers, file)
        return FileMapping(
            kind=self.kind, columns=columns, source=self.source, preset=self.key,
            family=self.family, decimal=self.decimal, dates=self.dates,
            currency=_currency_in(headers),
        )  # fmt: skip

    def found(self, headers: Sequence[str]) -> dict[str, Source]:
        """The targets whose columns are there, and constants; nothing is refused."""
        written = {_without_currency(header): header for header in reversed(headers)}
        columns = {}
        for target, column in self.columns.items():
            header = next((written[name] for name in column.headers if name in written), None)
            if header is not None:
                columns[target] = self._source(column, header, written)
            elif column.constant is not None:
                columns[target] = Source(constant=column.constant)
        return columns

    @staticmethod
    def _source(column: PresetColumn, header: str, written: Mapping[str, str]) -> Source:
        join = next((written[name] for name in column.joined if name in written), None)
        return Source(header, None, column.values, column.default, column.is_required, join)

    def fit(self, headers: Sequence[str]) -> int:
        """How many of the headers it knows; 0 if one that it needs is missing."""
        written = {_without_currency(header) for header in headers}
        needed = [column for column in self.columns.values() if column.is_required]
        if any(not written & set(column.headers) for column in needed if column.constant is None):
            return 0
        return len(written & self.known_headers)

    def _refused(self, header: str, headers: Sequence[str], file: str) -> FileRefused:
        return FileRefused(
            "wrong_layout",
            _("%(file)s is not a file of the preset “%(preset)s”: it has no column “%(column)s”. It has: %(headers)s.")
            % {"file": file, "preset": self.label, "column": header, "headers": ", ".join(headers)[:300]},
            file=file or None, column=header,
        )  # fmt: skip


_IN_BRACKETS = re.compile(r"\s*\(([a-z]{3})\)$")


def _without_currency(header: str) -> str:
    return _IN_BRACKETS.sub("", fold(header))


def _currency_in(headers: Sequence[str]) -> str | None:
    """The currency that the headers of money carry in brackets; two of them are refused."""
    found = {
        match[1].upper()
        for header in headers
        if (match := _IN_BRACKETS.search(fold(header))) and match[1] != "all"
    }
    if len(found) > 1:
        raise FileRefused(
            "mixed_currencies",
            _("The headers name several currencies (%(codes)s); import one file for each.")
            % {"codes": ", ".join(sorted(found))},
        )
    return found.pop() if found else None
