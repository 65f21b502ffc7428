"""What is answered when no view could: pages for people, the API's one error shape for programs."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from accounts.outages import Outage, outage_of

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _failure(413, "too_large", _("The body is too large. Send fewer rows per call."))
    return _failure(400, "bad_request", _("The request cannot be read: it is not well formed."))


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Called while the exception is handled. A machine that is away is 503 and said; the rest is 500."""
    outage = outage_of(sys.exception())
    if outage is not None:
        return _unavailable(request, outage)
    if not request.path.startswith(API):
        return defaults.server_error(request)
    message = _("This is our fault, and it has been written down. Nothing was changed.")
    return _failure(500, "server_error", message)


def _unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """503 with Retry-After. The page needs neither database nor cache."""
    if request.path.startswith(API):
        response: HttpResponse = _failure(503, outage.code, str(outage.message))
    else:
        response = HttpResponse(
            loader.get_template("503.html").render({"outage": outage}), status=503
        )
    response["Retry-After"] = str(outage.retry_seconds)
    return response


def _failure(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, "data": {}}, status=status)
