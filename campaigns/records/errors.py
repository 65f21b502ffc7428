"""Why something cannot be entered, changed, removed or undone by hand."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError


class RecordNotFound(DomainError):
    """A row, or a row that a field names, that is not one of this client's: nobody learns more."""

    status = 404

    def __init__(self, kind: str, ids: list[int]) -> None:
        message = _("Something you chose is not there any more. Load the page again.")
        super().__init__("not_found", message, {"kind": kind, "ids": ids})


class RecordConflict(DomainError):
    """What is asked for does not go with what has happened since, or with what hangs on a row."""

    status = 409


def field_error(field: str, code: str, message: Any) -> DomainError:
    """A value that will not do; forms show it at the field."""
    return DomainError(code, message, {"field": field})
