"""The one shape of an error that a person or an integration may read."""

from typing import Any


class DomainError(Exception):
    """Something a caller asked for cannot be done.

    `code` is stable and for machines, `message` a translated sentence for whoever reads it (what
    happened, where, what to do), `data` the parts of it that a program may want.
    """

    status = 400

    def __init__(self, code: str, message: Any, data: dict[str, Any] | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.data = data or {}

    def __str__(self) -> str:
        return str(self.message)


class ScopeError(RuntimeError):
    """A programming error at the wall: no scope, another tenant's scope, or no transaction."""
