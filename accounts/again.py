"""A request of a page that is tried again, as a whole, after PostgreSQL ended it for another one.

Only where nothing of the first try was sent or kept outside its transaction: within an agency (logging
in is elsewhere), and without a file (it is written as it comes in). Mails, messages to workers and
files to clear away wait for the commit.
"""

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.storage import default_storage
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg import errors as postgres

#: Two that waited for each other, or that read what the other one changed.
CROSSWISE = (postgres.DeadlockDetected, postgres.SerializationFailure)
PAGES = "/a/"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def is_crosswise(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and isinstance(error.__cause__, CROSSWISE)


def may_go_again(request: HttpRequest) -> bool:
    """Asked once the body has been read."""
    is_page = request.path.startswith(PAGES) and request.method in WRITING
    return is_page and not request.FILES


def ended_crosswise() -> HttpResponse:
    """What the middleware sees of a try that is tried again; nobody else does."""
    answer = HttpResponse(status=503)
    answer.is_crosswise = True  # type: ignore[attr-defined]
    return answer


def begin_again(request: HttpRequest) -> None:
    """Forget what the try before left on the request: session, person, messages, the page's frame."""
    request.session = type(request.session)(request.session.session_key)
    request.__dict__.pop("_cached_user", None)
    AuthenticationMiddleware(lambda _: ended_crosswise()).process_request(request)
    request._messages = default_storage(request)  # type: ignore[attr-defined]
    request.__dict__.pop("rumbo_shell", None)
