"""Archives that an owner brings in: sent, followed while they are checked, looked at, started."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_whole_agency
from accounts.errors import DomainError
from accounts.models import Agency
from kpis.arriving.finding import finding_of
from kpis.arriving.forms import ArchiveForm, NameForm
from kpis.arriving.progress import progress_of
from kpis.arriving.queries import arrival_in, arrivals_of
from kpis.arriving.services import arrival_create, arrival_discard, arrival_start
from kpis.models import Arrival, ArrivalState
from kpis.views.entering import access_of, private


def _house(request: HttpRequest) -> Agency:
    return access_whole_agency(access_of(request), "manage_agency")


def _arrival_or_404(request: HttpRequest, number: int) -> Arrival:
    if (found := arrival_in(_house(request), number)) is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def arrivals(request: HttpRequest, agency: str) -> HttpResponse:
    """The form for a file, and what became of those before."""
    house = _house(request)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = arrival_create(house, file.chunks(), file.name, access_of(request).actor_id)
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return redirect("arrival", agency, made.pk)
    context = {"form": form, "arrivals": arrivals_of(house)}
    return private(render(request, "arriving/arrivals.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def arrival(request: HttpRequest, agency: str, number: int) -> HttpResponse:
    """What the check found; a POST has it brought in."""
    found = _arrival_or_404(request, number)
    form = NameForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            arrival_start(found, form.cleaned_data["name"], access_of(request).actor_id)
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            return redirect("arrival", agency, number)
    context = {
        "arrival": found,
        "finding": finding_of(found.found),
        "progress": progress_of(found.pk) if found.is_at_work else None,
        "form": form if found.state == ArrivalState.CHECKED else None,
    }
    return private(render(request, "arriving/arrival.html", context))


@require_safe
def arrival_progress(request: HttpRequest, agency: str, number: int) -> HttpResponse:
    """The bar alone, asked for every second; once it is over, the whole page is due."""
    found = _arrival_or_404(request, number)
    if not found.is_at_work:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"arrival": found, "progress": progress_of(found.pk)}
    return private(render(request, "arriving/parts/progress.html", context))


@require_POST
def arrival_gone(request: HttpRequest, agency: str, number: int) -> HttpResponse:
    found = _arrival_or_404(request, number)
    try:
        arrival_discard(found)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("arrival", agency, number)
    messages.success(request, _("The file is discarded."))
    return redirect("arrivals", agency)
