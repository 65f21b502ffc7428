"""Idempotency-Key at the API's door: a write of a client's data that is sent twice happens once."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.limiting import caller_name
from accounts.api.views import ClientView
from accounts.idempotency import Answer, fingerprint, once, wait_at_most

Handler = Callable[..., Response]


def honours_key(handler: Handler) -> Handler:
    """For post, put, patch and delete of a ClientView. Without the header nothing is stored."""

    @wraps(handler)
    def wrapped(view: ClientView, request: Request, *args: Any, **kwargs: Any) -> Response:
        wait_at_most(settings.API_WAIT_SECONDS)
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)

        def write() -> Answer:
            response = handler(view, request, *args, **kwargs)
            # As it will be read again: a Decimal or a date is a string in the stored answer.
            rendered = request.accepted_renderer.render(response.data)
            return Answer(response.status_code, json.loads(rendered) if rendered else None)

        mark = fingerprint(request.method or "", request.get_full_path(), request.body)
        answer = once(view.client, caller_name(view.access), key, mark, write)
        headers = {"Idempotency-Replayed": "true"} if answer.is_replay else None
        return Response(answer.body, status=answer.status, headers=headers)

    wrapped.honours_key = True  # type: ignore[attr-defined]
    return wrapped
