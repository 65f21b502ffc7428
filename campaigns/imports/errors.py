"""Why a file, or a row of it, is not imported: errors that name file, line, column and value."""

from dataclasses import dataclass, field
from typing import Any

from accounts.errors import DomainError

#: What an error may quote of a file: enough to find the place, not enough to fill a page.
QUOTED = 200


class FileRefused(DomainError):
    """The whole file is refused. data: file, line, column, value, as far as they are known."""

    status = 422

    def __init__(self, code: str, message: Any, **data: Any) -> None:
        known = {key: value for key, value in data.items() if value is not None}
        if isinstance(known.get("value"), str):
            known["value"] = known["value"][:QUOTED]
        super().__init__(code, message, known)


class MappingInvalid(DomainError):
    """A mapping that says what cannot be. data: path, the place in the JSON."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row: the column as the file names it, its value, and the reason."""

    code: str
    reason: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class RowRefused(Exception):
    """A row that cannot be taken; the file around it may still be."""

    line: int
    problems: tuple[Problem, ...]
    row: tuple[str, ...] = field(repr=False, default=())
