"""Before a dangerous act: show again that it is still you. The one gate, as a decorator of views.

allauth asks (password, passkey, or a code of the second factor) and remembers it for
ACCOUNT_REAUTHENTICATION_TIMEOUT. allauth itself would run the interrupted request again from its own
page, where no scope is open; here one comes back to the page and presses again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]


def confirmed(view: View) -> View:
    """For pages and acts alike. Who is not let in by the view's own gates learns nothing from it."""

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_reauthentication_required(request, app="rumbo"):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.info(
                request,
                _("Nothing has been changed yet: confirm that it is you, then press once more."),
            )
        return HttpResponseRedirect(
            f"{reverse('account_reauthenticate')}?{urlencode({'next': _page(request)})}"
        )

    return asking


def _page(request: HttpRequest) -> str:
    """Where to come back to: this page, or the one whose button was pressed."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure())
    parts = urlsplit(before)
    return parts.path + (f"?{parts.query}" if parts.query else "") if is_ours else reverse("home")
