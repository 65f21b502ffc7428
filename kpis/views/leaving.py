"""A client's export, made and taken away, and its deletion; and the deletion of an agency."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client, access_whole_agency
from accounts.confirming import confirmed
from accounts.errors import DomainError
from accounts.models import Client
from accounts.services.agencies import agency_keep
from kpis.exports.files import export_path
from kpis.exports.services import export_queue
from kpis.leaving.forms import DeleteForm
from kpis.leaving.queries import Leaver, export_last, export_ready, leavers_of
from kpis.leaving.services import agency_export, agency_leave, client_leave
from kpis.views.entering import access_of, private


def _client(request: HttpRequest, client: str) -> Client:
    return access_client(access_of(request), client, "manage_clients")


@require_safe
def export(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    brand = _client(request, client)
    context = {"client": brand, "export": export_last(brand, timezone.now())}
    return private(render(request, "leaving/export.html", context))


@require_POST
@confirmed
def export_new(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    export_queue(_client(request, client), access_of(request).actor_id)
    messages.success(request, _("The export is being made. You will find a notice in your inbox."))
    return redirect("client_export", agency, client)


@require_safe
def export_progress(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """The part about the export alone: it asks for itself until the export is made."""
    brand = _client(request, client)
    context = {"client": brand, "export": export_last(brand, timezone.now())}
    return private(render(request, "leaving/parts/export.html", context))


@confirmed
@require_safe
def export_file(request: HttpRequest, agency: str, client: str) -> FileResponse:
    brand = _client(request, client)
    made = export_ready(brand, timezone.now())
    if made is None:
        raise Http404
    try:
        file = export_path(made).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{brand.slug}-{made.finished_at:%Y-%m-%d}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    brand = _client(request, client)
    made = export_ready(brand, timezone.now())
    form = DeleteForm(request.POST or None, expected=brand.name, needs_export=made is None)
    if request.method == "POST" and form.is_valid():
        is_declined = form.cleaned_data.get("is_export_declined", False)
        try:
            brand = client_leave(brand, is_declined, access_of(request).actor_id)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            day = date_format(brand.erase_on, "SHORT_DATE_FORMAT") if brand.erase_on else ""
            told = _("%(client)s is in the archive, and will be deleted on %(day)s.")
            messages.success(request, told % {"client": brand.name, "day": day})
            return redirect("clients", agency)
    return private(
        render(request, "leaving/delete.html", {"client": brand, "form": form, "export": made})
    )


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def agency_delete(request: HttpRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(access_of(request), "manage_agency")
    leavers = leavers_of(house, timezone.now())
    needs_export = any(not each.is_exported for each in leavers)
    form = DeleteForm(request.POST or None, expected=house.name, needs_export=needs_export)
    if request.method == "POST" and form.is_valid():
        try:
            agency_leave(house, form.cleaned_data.get("is_export_declined", False))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("agency_settings", agency)
    context = {"form": form, **_leaving(leavers)}
    return private(render(request, "leaving/delete_agency.html", context))


@require_POST
@confirmed
def agency_export_new(request: HttpRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(access_of(request), "manage_agency")
    if agency_export(house, access_of(request).actor_id):
        messages.success(
            request, _("The exports are being made. You will find a notice of each in your inbox.")
        )
    return redirect("agency_delete", agency)


@require_safe
def agency_export_progress(request: HttpRequest, agency: str) -> HttpResponse:
    """The list of clients and their exports alone: it asks for itself until all are made."""
    house = access_whole_agency(access_of(request), "manage_agency")
    context = _leaving(leavers_of(house, timezone.now()))
    return private(render(request, "leaving/parts/leavers.html", context))


def _leaving(leavers: list[Leaver]) -> dict[str, Any]:
    return {
        "leavers": leavers,
        "is_waiting": any(each.is_waiting for each in leavers),
        "wants_export": any(not each.is_exported and not each.is_waiting for each in leavers),
    }


@require_POST
def agency_take_back(request: HttpRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(access_of(request), "manage_agency")
    try:
        agency_keep(house)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(agency)s stays.") % {"agency": house.name})
    return redirect("agency_settings", agency)
