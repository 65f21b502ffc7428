"""Endpoints: the list, a new one whose secret is shown once, a change, a rotation, off, on, and away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_whole_agency
from accounts.confirming import confirmed
from accounts.errors import DomainError
from accounts.models import Agency
from accounts.queries import clients_of
from accounts.requests import AgencyRequest
from webhooks.endpoint_services import (
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    endpoint_rotate,
)
from webhooks.forms import EndpointForm
from webhooks.kinds import chosen_kinds
from webhooks.lines import endpoint_lines
from webhooks.models import Endpoint
from webhooks.queries import clients_of_endpoints, endpoint_in, endpoints_of

NEEDS = "manage_webhooks"


def access_endpoint(request: AgencyRequest, number: int) -> tuple[Agency, Endpoint]:
    """The gate: for those only who may settle what concerns the whole agency."""
    house = access_whole_agency(request.access, NEEDS)
    found = endpoint_in(house, number)
    if found is None:
        raise Http404
    return house, found


@require_safe
def webhooks(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, NEEDS)
    lines = endpoint_lines(house, list(endpoints_of(house)))
    return render(request, "webhooks/webhooks.html", {"lines": lines, "kinds": chosen_kinds()})


@confirmed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, NEEDS)
    form = EndpointForm(request.POST or None, clients=clients_of(house))
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = endpoint_create(house, form.wish(), request.access.membership)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return _show(request, made, secret, is_new=True)
    return render(request, "webhooks/webhook_form.html", {"form": form})


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_edit(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    """Another address gets what the old one got: as dangerous as a new one."""
    house, endpoint = access_endpoint(request, number)
    now = {
        "name": endpoint.name,
        "url": endpoint.url,
        "kinds": endpoint.kinds,
        "has_all_clients": endpoint.has_all_clients,
        "clients": clients_of_endpoints(house, [endpoint]).get(endpoint.pk, []),
    }
    form = EndpointForm(request.POST or None, initial=now, clients=clients_of(house))
    if request.method == "POST" and form.is_valid():
        endpoint_change(endpoint, form.wish())
        messages.success(request, _("Saved."))
        return redirect("webhook", agency, number)
    return render(request, "webhooks/webhook_form.html", {"form": form, "endpoint": endpoint})


@require_POST
@confirmed
@never_cache
def webhook_rotate(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    return _show(request, endpoint, endpoint_rotate(endpoint, timezone.now()), is_new=False)


def _show(request: AgencyRequest, endpoint: Endpoint, secret: str, is_new: bool) -> HttpResponse:
    """On this answer and nowhere else: a redirect would have to keep it somewhere."""
    context = {"endpoint": endpoint, "secret": secret, "is_new": is_new}
    return render(request, "webhooks/webhook_secret.html", context)


@require_POST
def webhook_disable(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    endpoint_disable(endpoint, timezone.now())
    messages.success(request, _("It is off. What happens meanwhile is held back."))
    return redirect("webhook", agency, number)


@require_POST
def webhook_enable(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    sent = endpoint_enable(endpoint, timezone.now(), request.POST.get("waiting") == "send")
    words = ngettext(
        "It is on, and %(count)d event that waited is being sent.",
        "It is on, and %(count)d events that waited are being sent.",
        sent,
    )
    messages.success(request, words % {"count": sent} if sent else _("It is on."))
    return redirect("webhook", agency, number)


@require_POST
@confirmed
def webhook_delete(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    endpoint_delete(endpoint)
    messages.success(request, _("“%(name)s” is gone.") % {"name": endpoint.name})
    return redirect("webhooks", agency)
