"""Leads: the list, one lead with its history, its steps. Sellers begin at their own counts."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_agency, access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from campaigns.channels import NAMES
from campaigns.forms.leads import LeadForm, MoveForm
from campaigns.lead_services import (
    FIELDS,
    Move,
    lead_change,
    lead_create,
    lead_mark,
    lead_move,
    lead_reopen,
)
from campaigns.models import Lead
from campaigns.models.leads import LeadStatus, Stage
from campaigns.queries import (
    campaigns_of,
    history_of,
    lead_in,
    own_counts,
    sales_of_lead,
    salespeople_of,
)


@require_safe
def lead_home(request: AgencyRequest, agency: str) -> HttpResponse:
    """Where a seller begins: the clients, with how many leads wait, and how many are theirs."""
    house = access_agency(request.access, "see_leads")
    counts = own_counts(house, request.access.membership)
    return render(request, "campaigns/lead_home.html", {"counts": counts})


@require_http_methods(["GET", "HEAD", "POST"])
def lead_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    form = _lead_form(request, brand, {"created_date": _today(brand)})
    if request.method == "POST" and form.is_valid():
        try:
            lead = lead_create(brand, request.access.membership, form.cleaned_data)
        except DomainError as error:
            form.add_error(error.data.get("field"), str(error))
        else:
            messages.success(request, _("The lead is in."))
            return redirect("lead_detail", agency, client, lead.pk)
    return render(request, "campaigns/lead_form.html", {"client": brand, "form": form})


@require_safe
def lead_detail(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_leads")
    lead = _lead_or_404(brand, number)
    return _detail(request, brand, lead, _move_form(request, brand, lead))


@require_http_methods(["GET", "HEAD", "POST"])
def lead_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    lead = _lead_or_404(brand, number)
    form = _lead_form(request, brand, _initial(lead))
    if request.method == "POST" and form.is_valid():
        try:
            lead_change(lead, brand, form.cleaned_data)
        except DomainError as error:
            form.add_error(error.data.get("field"), str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("lead_detail", agency, client, number)
    context = {"client": brand, "form": form, "lead": lead}
    return render(request, "campaigns/lead_form.html", context)


@require_POST
def lead_step(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    lead = _lead_or_404(brand, number)
    form = _move_form(request, brand, lead)
    if form.is_valid():
        try:
            lead_move(lead, brand, request.access.membership, Move(**form.cleaned_data))
        except DomainError as error:
            form.add_error(error.data.get("field"), str(error))
        else:
            messages.success(request, _("Moved."))
            return redirect("lead_detail", agency, client, number)
    return _detail(request, brand, lead, form, status=422)


@require_POST
def lead_open(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    try:
        lead_reopen(_lead_or_404(brand, number), brand, request.access.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The lead is open again."))
    return redirect("lead_detail", agency, client, number)


@require_POST
def lead_status(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    try:
        lead_mark(_lead_or_404(brand, number), brand, request.POST.get("status", ""))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("lead_detail", agency, client, number)


def _detail(
    request: AgencyRequest, client: Client, lead: Lead, form: MoveForm, status: int = 200
) -> HttpResponse:
    history = list(history_of(lead))
    names = member_names(request.access.agency, (step.written_by for step in history))
    context = {
        "client": client,
        "lead": lead,
        "channel": NAMES.get(lead.channel, lead.channel),
        "dates": [
            (
                Stage(stage).label,
                getattr(lead, f"{stage}_on"),
                getattr(lead, f"{stage}_salesperson"),
            )
            for stage in (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)
        ],
        "history": [(step, names.get(step.written_by or 0, "")) for step in history],
        # A seller sees no revenue: the sale's amount is for those who see the numbers.
        "sales": sales_of_lead(lead) if request.access.can("see_numbers") else (),
        "form": form,
        "statuses": [each for each in LeadStatus.choices if each[0] != lead.status],
        "may_edit": request.access.can("edit_leads"),
    }
    return render(request, "campaigns/lead_detail.html", context, status=status)


def _lead_or_404(client: Client, number: int) -> Lead:
    lead = lead_in(client, number)
    if lead is None:
        raise Http404
    return lead


def _lead_form(request: AgencyRequest, client: Client, initial: dict[str, Any]) -> LeadForm:
    return LeadForm(
        request.POST or None,
        initial=initial,
        campaigns=campaigns_of(client, is_archived=False),
        salespeople=salespeople_of(client),
    )


def _move_form(request: AgencyRequest, client: Client, lead: Lead) -> MoveForm:
    data = request.POST if request.method == "POST" else None
    return MoveForm(
        data, initial={"on": _today(client)}, lead=lead, salespeople=salespeople_of(client)
    )


def _initial(lead: Lead) -> dict[str, Any]:
    initial = {name: getattr(lead, name) for name in FIELDS}
    at = lead.created_at.astimezone(ZoneInfo(lead.tz)) if lead.created_at else None
    return initial | {"created_date": lead.created_on, "created_time": at and at.time()}


def _today(client: Client) -> Any:
    return timezone.now().astimezone(ZoneInfo(client.time_zone)).date()
