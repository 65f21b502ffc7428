"""A client's dashboard: are we on course?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access_client


@require_safe
def dashboard(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    its = access_client(request.access, client, "see_numbers")  # type: ignore[attr-defined]
    return render(request, "kpis/dashboard.html", {"client": its})
