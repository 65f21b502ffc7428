"""Idempotency-Key at the API's door: a write that is sent twice happens once."""

import json
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.limiting import caller_name
from accounts.api.views import ApiView, ClientView
from accounts.idempotency import Answer, Place, fingerprint, once
from accounts.tenancy import ALL_CLIENTS

Handler = Callable[..., Response]


def honours_key(handler: Handler | str) -> Any:
    """For post, put, patch and delete. Without the header nothing is stored.

    honours_key("secret"): that field of the answer is not stored, and null when it is repeated.
    On a ClientView a key counts for that client; elsewhere for the agency, which only callers write
    who see all its clients: any other is refused by the handler itself, and leaves no key.
    """

    if isinstance(handler, str):
        return partial(_honouring, hides=handler)
    return _honouring(handler)


def _honouring(handler: Handler, hides: str = "") -> Handler:
    @wraps(handler)
    def wrapped(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        place = _place(view)
        if key is None or place is None:
            return handler(view, request, *args, **kwargs)

        shown: dict[str, Any] = {}

        def write() -> Answer:
            response = handler(view, request, *args, **kwargs)
            # As it will be read again: a Decimal or a date is a string in the stored answer.
            rendered = request.accepted_renderer.render(response.data)
            body: Any = json.loads(rendered) if rendered else None
            if hides:
                shown[hides], body[hides] = body[hides], None
            return Answer(response.status_code, body)

        mark = fingerprint(request.method or "", request.get_full_path(), request.body)
        answer = once(place, caller_name(view.access), key, mark, write)
        headers = {"Idempotency-Replayed": "true"} if answer.is_replay else None
        body = {**answer.body, **shown} if shown else answer.body
        return Response(body, status=answer.status, headers=headers)

    wrapped.honours_key = True  # type: ignore[attr-defined]
    return wrapped


def _place(view: ApiView) -> Place | None:
    if isinstance(view, ClientView):
        return Place(view.client.agency_id, view.client.pk)
    if view.access.clients != ALL_CLIENTS:
        return None
    return Place(view.access.agency.pk, None)
