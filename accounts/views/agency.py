"""The agency's own pages: brand, logo, the clients and their settings, the audit."""

from hashlib import sha256

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client, access_whole_agency
from accounts.audit_lines import audit_lines
from accounts.browser_defaults import defaults_for
from accounts.errors import DomainError
from accounts.forms import AgencyForm, ClientForm
from accounts.models import Client
from accounts.queries import audit_of, clients_of, logo_of, member_names
from accounts.requests import AgencyRequest
from accounts.services import (
    agency_change,
    agency_logo_remove,
    agency_logo_set,
    client_archive,
    client_change,
    client_create,
    client_restore,
)

AUDIT_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AgencyRequest, agency: str) -> HttpResponse:
    """Name, language and brand, which are the owners'; others begin with the list of clients."""
    house = access_whole_agency(request.access, "manage_clients")
    if not request.access.can("manage_agency"):
        return redirect("clients", agency)
    form = AgencyForm(request.POST or None, request.FILES or None, instance=house)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if content := form.logo_content:
                agency_logo_set(house, content)
            elif data["remove_logo"]:
                agency_logo_remove(house)
            agency_change(house, data["name"], data["language"], data["accent"], data["currency"])
        except DomainError as error:
            form.add_error("logo_file", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("agency_settings", agency)
    return render(
        request, "accounts/settings.html", {"form": form, "has_logo": bool(house.logo_type)}
    )


@require_safe
def agency_logo(request: AgencyRequest, agency: str) -> HttpResponse:
    """The picture, for every member: the middleware has refused everybody else."""
    found = logo_of(request.access.agency)
    if found is None:
        raise Http404
    content, media_type = found
    etag = f'"{sha256(content).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    headers = {"Cache-Control": "private, max-age=300", "ETag": etag}
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_safe
def clients(request: AgencyRequest, agency: str) -> HttpResponse:
    """All clients with their settings, the archived ones too."""
    house = access_whole_agency(request.access, "manage_clients")
    return render(
        request,
        "accounts/clients.html",
        {"active": clients_of(house), "archived": clients_of(house, is_archived=True)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def client_new(request: AgencyRequest, agency: str) -> HttpResponse:
    """A new client. It begins with the currency and the week of the browser's time zone."""
    house = access_whole_agency(request.access, "manage_clients")
    form = ClientForm(request.POST or None, instance=_client_to_be(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = client_create(house, form.cleaned_data)
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("%(client)s is ready.") % {"client": made.name})
            return redirect("start", agency, made.slug)
    is_first = not clients_of(house).exists()
    return render(request, "accounts/client_new.html", {"form": form, "is_first": is_first})


def _client_to_be(request: AgencyRequest) -> Client:
    defaults = defaults_for(request.session.get("browser_zone", ""))
    return Client(
        language=request.access.agency.language,
        time_zone=defaults.time_zone,
        currency=defaults.currency,
        week_start=defaults.week_start,
        contact=f"{request.user} · {request.user.email}"
        if request.user.name
        else request.user.email,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def client_settings(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "manage_clients")
    form = ClientForm(request.POST or None, instance=brand)
    if request.method == "POST" and form.is_valid():
        client_change(brand, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("client_settings", agency, client)
    return render(request, "accounts/client_settings.html", {"form": form, "client": brand})


@require_POST
def client_close(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = client_archive(access_client(request.access, client, "manage_clients"))
    messages.success(request, _("%(client)s is in the archive.") % {"client": brand.name})
    return redirect("clients", agency)


@require_POST
def client_reopen(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "manage_clients")
    try:
        client_restore(brand)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        told = (
            _("%(client)s stays, in the archive.")
            if brand.archived_at
            else _("%(client)s is back.")
        )
        messages.success(request, told % {"client": brand.name})
    return redirect("clients", agency)


@require_safe
def audit(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, "see_audit")
    page = Paginator(audit_of(house), AUDIT_PAGE).get_page(request.GET.get("page"))
    names = member_names(house, (entry.actor_id for entry in page))
    return render(request, "accounts/audit.html", {"page": page, "lines": audit_lines(page, names)})
