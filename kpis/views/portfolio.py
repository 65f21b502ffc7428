"""The portfolio: which client needs me today?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access_agency


@require_safe
def portfolio(request: HttpRequest, agency: str) -> HttpResponse:
    access_agency(request.access, "see_numbers")  # type: ignore[attr-defined]
    return render(request, "kpis/portfolio.html")
