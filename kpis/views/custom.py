"""Own figures: the list, the formula editor with its live check, putting away and back.

Every page exists twice: for the agency (all its clients) and for one client.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_agency, access_client, access_whole_agency
from accounts.errors import DomainError
from accounts.queries import clients_in_sight
from accounts.requests import AgencyRequest
from accounts.tenancy import ALL_CLIENTS
from kpis.book import vocabulary_for
from kpis.custom import FormulaInvalid
from kpis.custom_kpis.forms import CustomKpiForm
from kpis.custom_kpis.queries import custom_kpi_at
from kpis.custom_kpis.services import (
    custom_kpi_archive,
    custom_kpi_change,
    custom_kpi_define,
    custom_kpi_restore,
)
from kpis.models import CustomKpi
from kpis.pages.custom import Trial, clients_to_try, offered, trial_of
from kpis.pages.own_figures import Desk, lists_of
from kpis.views.entering import private, reader_for

MAY = "choose_kpis"


def desk_to_write(request: AgencyRequest, client: str | None) -> Desk:
    """404 for a foreign client, 403 for who may not define; the agency's need all clients."""
    if client is None:
        return Desk(access_whole_agency(request.access, MAY), None)
    return Desk(request.access.agency, access_client(request.access, client, MAY))


@require_safe
def figures(request: AgencyRequest, agency: str, client: str | None = None) -> HttpResponse:
    """What the agency, or a client of it, defined; everybody who sees data may look."""
    house = access_agency(request.access, "see_data") if client is None else request.access.agency
    brand = None if client is None else access_client(request.access, client, "see_data")
    desk = Desk(house, brand)
    sees_all = request.access.clients == ALL_CLIENTS
    may_define = request.access.can(MAY) and (brand is not None or sees_all)
    listed = lists_of(desk, request.access.can(MAY), sees_all)
    context = {
        "client": brand,
        "kpis": [line for line in listed.kpis if line.row.archived_at is None],
        "measures": [line for line in listed.measures if line.row.archived_at is None],
        "archived": [
            line
            for line in (*listed.kpis, *listed.measures)
            if line.row.archived_at and line.is_here
        ],
        "may_define": may_define,
        "may_enter": request.access.can("edit_data"),
        "new_kpi_url": desk.url("kpi_new") if may_define else "",
        "new_measure_url": desk.url("measure_new") if may_define else "",
    }
    return private(render(request, "own/figures.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def custom_kpi_new(request: AgencyRequest, agency: str, client: str | None = None) -> HttpResponse:
    return _editor(request, desk_to_write(request, client), None)


@require_http_methods(["GET", "HEAD", "POST"])
def custom_kpi_edit(
    request: AgencyRequest, agency: str, key: str, client: str | None = None
) -> HttpResponse:
    desk = desk_to_write(request, client)
    return _editor(request, desk, _custom_or_404(desk, key))


@require_POST
def custom_kpi_check(
    request: AgencyRequest, agency: str, client: str | None = None
) -> HttpResponse:
    """The live check: what is wrong with the text as it stands, or what comes of it."""
    desk = desk_to_write(request, client)
    form = CustomKpiForm(request.POST)
    form.is_valid()  # a half-written one is tried out, too
    trial = _trial(request, desk, form, request.POST.get("key", ""))
    return private(render(request, "own/parts/trial.html", {"trial": trial}))


@require_POST
def custom_kpi_put_away(
    request: AgencyRequest, agency: str, key: str, client: str | None = None
) -> HttpResponse:
    desk = desk_to_write(request, client)
    custom_kpi_archive(_custom_or_404(desk, key))
    messages.success(request, _("The KPI is in the archive. Formulas that use it go on."))
    return redirect(desk.url("kpis"))


@require_POST
def custom_kpi_bring_back(
    request: AgencyRequest, agency: str, key: str, client: str | None = None
) -> HttpResponse:
    desk = desk_to_write(request, client)
    custom_kpi_restore(_custom_or_404(desk, key))
    messages.success(request, _("The KPI is back."))
    return redirect(desk.url("kpis"))


def _editor(request: AgencyRequest, desk: Desk, custom: CustomKpi | None) -> HttpResponse:
    form = CustomKpiForm(request.POST or None, initial=_initial(custom))
    if request.method == "POST" and form.is_valid() and _save(request, desk, form, custom):
        return redirect(desk.url("kpis"))
    if request.method != "POST":
        form_of_now = CustomKpiForm(_initial(custom))
        form_of_now.is_valid()
        trial = _trial(request, desk, form_of_now, custom.key if custom else "")
    else:
        trial = _trial(request, desk, form, custom.key if custom else "")
    vocabulary = vocabulary_for(desk.agency.pk, desk.client)
    context = {
        "client": desk.client,
        "form": form,
        "custom": custom,
        "trial": trial,
        "names": offered(vocabulary, custom.key if custom else ""),
        "tried_on": clients_to_try(desk.client, clients_in_sight()),
        "check_url": desk.url("kpi_check"),
        "back_url": desk.url("kpis"),
        "archive_url": desk.url("kpi_archive", key=custom.key) if custom else "",
    }
    return private(render(request, "own/kpi.html", context))


def _save(
    request: AgencyRequest, desk: Desk, form: CustomKpiForm, custom: CustomKpi | None
) -> bool:
    try:
        if custom is None:
            custom_kpi_define(desk.agency, desk.client, form.wish)
        else:
            custom_kpi_change(desk.agency, custom, form.wish)
    except FormulaInvalid as error:
        form.add_error("formula", str(error))
        return False
    except DomainError as error:
        # Unit and goal are chosen beside the form, under what comes of the formula.
        names = [name for name in error.data.get("fields", []) if name in ("name", "formula")]
        form.add_error(names[0] if names else None, str(error))
        return False
    messages.success(request, _("Saved. It is on the dashboards' lists at once."))
    return True


def _trial(request: AgencyRequest, desk: Desk, form: CustomKpiForm, key: str) -> Trial:
    clients = clients_to_try(desk.client, clients_in_sight())
    chosen = request.POST.get("tried_on", "")
    on = next((each for each in clients if each.slug == chosen), clients[0] if clients else None)
    reader = reader_for(request, on) if on else None
    return trial_of(desk.agency, desk.client, form.wish, key, on, reader)


def _initial(custom: CustomKpi | None) -> dict[str, str]:
    if custom is None:
        return {"better": "higher"}
    return {
        "name": custom.name,
        "meaning": custom.meaning,
        "formula": custom.formula,
        "better": custom.better,
        "unit": custom.unit,
        "goal": f"{custom.goal_kind} {custom.goal_accumulation}",
    }


def _custom_or_404(desk: Desk, key: str) -> CustomKpi:
    custom = custom_kpi_at(desk.agency.pk, desk.client, key)
    if custom is None:
        raise Http404
    return custom
