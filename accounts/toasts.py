"""Messages for answers that are only a part of a page: htmx hears them as an event.

A whole page draws its messages itself (parts/messages.html). A part has no place for them, and they
would wait for the next page, where nobody knows any more what they are about.
"""

import json
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponseBase

EVENT = "rumbo:toasts"
TONES = {"success": "good", "error": "bad", "warning": "warn"}
#: With these htmx leaves the page or takes a whole one, which draws the messages.
LEAVING = ("HX-Redirect", "HX-Refresh", "HX-Location", "HX-Trigger")
UNDO = "undo:"


def undo_address(message: Message) -> str:
    """Where a message says that what it tells can be taken back; "" if it does not."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


class ToastMiddleware:
    """Inside MessageMiddleware, which then knows that the messages have been read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        details = getattr(request, "htmx", None)
        if not details or details.history_restore_request or response.status_code != 200:
            return response
        if any(name in response for name in LEAVING):
            return response
        toasts = [
            {
                "tone": TONES.get(message.level_tag, "quiet"),
                "text": str(message),
                "undo": undo_address(message),
            }
            for message in get_messages(request)
        ]
        if toasts:
            response["HX-Trigger"] = json.dumps({EVENT: {"toasts": toasts}})
        return response
