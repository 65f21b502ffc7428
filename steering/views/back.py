"""Where a button leads when it is done: to the page that it was on."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest) -> str:
    """The address that the form names as `next`, if it is one of ours; else ""."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/")
    return wanted if is_ours else ""
