"""Where a button leads when it is done: to the page that its form names, if that is one of ours."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest, usual: str, within: str = "/a/") -> str:
    """The form's `next` if it is an address of ours that begins with `within`, else `usual`."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith(within)
    return wanted if is_ours else usual
