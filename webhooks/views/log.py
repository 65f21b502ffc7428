"""What became of the events at an endpoint: its page with the log, one delivery, and sending again."""

import json
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError
from accounts.requests import AgencyRequest
from webhooks.endpoint_services import endpoint_test
from webhooks.forms import LogFilter, ReplayForm
from webhooks.lines import delivery_lines, endpoint_lines
from webhooks.models import Delivery, Endpoint
from webhooks.queries import attempts_of, deliveries_of, delivery_in
from webhooks.replaying import delivery_replay, events_replay
from webhooks.views.endpoints import access_endpoint

PAGE = 50


@require_safe
def webhook(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    house, endpoint = access_endpoint(request, number)
    log = LogFilter(request.GET)
    rows = deliveries_of(endpoint, **log.asked())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "line": endpoint_lines(house, [endpoint])[0],
        "endpoint": endpoint,
        "log": log,
        "is_filtered": any(log.asked().values()),
        "deliveries": delivery_lines(list(page)),
        "page": page,
        "replay": ReplayForm(),
    }
    return render(request, "webhooks/webhook.html", context)


@require_POST
def webhook_test(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    try:
        endpoint_test(endpoint, str(request.user), timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("A test event is on its way; the log says what became of it."))
    return redirect("webhook", agency, number)


@require_POST
def webhook_replay(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    """All since a moment."""
    _house, endpoint = access_endpoint(request, number)
    form, now = ReplayForm(request.POST), timezone.now()
    if not form.is_valid():
        messages.error(request, _("Choose since when."))
        return redirect("webhook", agency, number)
    since = now - timedelta(hours=form.cleaned_data["hours"])
    try:
        count = events_replay(endpoint, since, now, form.cleaned_data["with_delivered"])
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("webhook", agency, number)
    words = ngettext("%(count)d event is sent again.", "%(count)d events are sent again.", count)
    messages.success(request, words % {"count": count} if count else _("There was none to send."))
    return redirect("webhook", agency, number)


def _delivery(endpoint: Endpoint, number: int) -> Delivery:
    found = delivery_in(endpoint, number)
    if found is None:
        raise Http404
    return found


@require_safe
def webhook_delivery(
    request: AgencyRequest, agency: str, number: int, delivery: int
) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    found = _delivery(endpoint, delivery)
    context = {
        "endpoint": endpoint,
        "line": delivery_lines([found])[0],
        "event": found.event,
        "attempts": attempts_of(found),
        "payload": json.dumps(found.event.payload, ensure_ascii=False, indent=2, sort_keys=True),
    }
    return render(request, "webhooks/delivery.html", context)


@require_POST
def webhook_delivery_replay(
    request: AgencyRequest, agency: str, number: int, delivery: int
) -> HttpResponse:
    _house, endpoint = access_endpoint(request, number)
    try:
        delivery_replay(_delivery(endpoint, delivery), timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It is sent again, with the same id."))
    return redirect("webhook_delivery", agency, number, delivery)
