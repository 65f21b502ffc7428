"""Every refusal in the one shape {"code", "message", "data"}, whatever raised it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from psycopg import errors as postgres
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.errors import DomainError

#: How long a caller should wait before trying again what another call holds, in seconds.
BUSY_SECONDS = 5
#: Waited for too long, or for each other.
_BUSY = (postgres.LockNotAvailable, postgres.DeadlockDetected)


def error_answer(
    status: int,
    code: str,
    message: Any,
    data: Mapping[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = {"code": code, "message": str(message), "data": dict(data or {})}
    return Response(body, status=status, headers=headers)


def answer_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's EXCEPTION_HANDLER. None lets the exception pass: a defect is a 500.

    `is_crosswise` on an answer tells the middleware that the same call, tried again, may well pass.
    """
    if isinstance(exc, DomainError):
        return error_answer(exc.status, exc.code, exc.message, exc.data)
    if isinstance(exc, Http404):
        return error_answer(404, "not_found", _("There is nothing at this address for you."))
    if isinstance(exc, PermissionDenied):
        return _too_weak(exc)
    if isinstance(exc, exceptions.ValidationError):
        errors = list(flat_errors(exc.detail))
        message = _("The request is not valid: data.errors says where and why.")
        return error_answer(400, "invalid", message, {"errors": errors})
    if isinstance(exc, exceptions.APIException):
        return _of_framework(exc)
    if isinstance(exc, OperationalError) and isinstance(exc.__cause__, _BUSY):
        message = _("Another call is changing the same data. Try again in a moment.")
        answer = error_answer(503, "busy", message, headers={"Retry-After": str(BUSY_SECONDS)})
        answer.is_crosswise = isinstance(exc.__cause__, postgres.DeadlockDetected)  # type: ignore[attr-defined]
        return answer
    return None


def flat_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """REST framework's nested details as a list of {"field", "code", "message"}.

    `field` is a dotted path ("rows.3.created_at"), empty for what concerns the whole.
    """
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from flat_errors(inner, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            is_leaf = isinstance(inner, exceptions.ErrorDetail)
            inner_path = path if is_leaf else ".".join(part for part in (path, str(index)) if part)
            yield from flat_errors(inner, inner_path)
    else:
        yield {"field": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}


def _too_weak(exc: PermissionDenied) -> Response:
    capability = str(exc.args[0]) if exc.args else ""
    message = _("Your role or your token's scopes do not allow this.")
    return error_answer(403, "forbidden", message, {"capability": capability} if capability else {})


def _of_framework(exc: exceptions.APIException) -> Response:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(exc.auth_header)  # type: ignore[attr-defined]
    code = getattr(exc.detail, "code", exc.default_code)
    if isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF"):
        code = "csrf_failed"
    return error_answer(exc.status_code, str(code), exc.detail, headers=headers)
