"""Idempotency-Key at the API's door: a write that is sent twice happens once."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.limiting import caller_name
from accounts.api.views import ApiView, ClientView
from accounts.idempotency import Answer, Place, fingerprint, once
from accounts.tenancy import ALL_CLIENTS

Handler = Callable[..., Response]


def honours_key(handler: Handler) -> Handler:
    """For post, put, patch and delete. Without the header nothing is stored.

    On a ClientView a key counts for that client; elsewhere for the agency, which only callers write
    who see all its clients: any other is refused by the handler itself, and leaves no key.
    """

    @wraps(handler)
    def wrapped(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        place = _place(view)
        if key is None or place is None:
            return handler(view, request, *args, **kwargs)

        def write() -> Answer:
            response = handler(view, request, *args, **kwargs)
            # As it will be read again: a Decimal or a date is a string in the stored answer.
            rendered = request.accepted_renderer.render(response.data)
            return Answer(response.status_code, json.loads(rendered) if rendered else None)

        mark = fingerprint(request.method or "", request.get_full_path(), request.body)
        answer = once(place, caller_name(view.access), key, mark, write)
        headers = {"Idempotency-Replayed": "true"} if answer.is_replay else None
        return Response(answer.body, status=answer.status, headers=headers)

    wrapped.honours_key = True  # type: ignore[attr-defined]
    return wrapped


def _place(view: ApiView) -> Place | None:
    if isinstance(view, ClientView):
        return Place(view.client.agency_id, view.client.pk)
    if view.access.clients != ALL_CLIENTS:
        return None
    return Place(view.access.agency.pk, None)
