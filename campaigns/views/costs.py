"""Costs in layers, campaigns and salespeople: what managers keep by hand."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_client
from accounts.models import Client
from accounts.queries import memberships_in
from accounts.requests import AgencyRequest
from campaigns.cost_services import FIELDS, cost_change, cost_create, cost_remove
from campaigns.forms.costs import OWN, SHARED, CampaignForm, CostForm, SalespersonForm
from campaigns.models import Campaign, Cost, Salesperson
from campaigns.parent_services import (
    campaign_archive,
    campaign_change,
    campaign_restore,
    salesperson_change,
    salesperson_create,
)
from campaigns.queries import (
    campaign_in,
    campaigns_of,
    cost_in,
    salespeople_of,
    salesperson_in,
)


@require_http_methods(["GET", "HEAD", "POST"])
def cost_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    form = _cost_form(request, brand, {"currency": brand.currency})
    if request.method == "POST" and form.is_valid():
        cost_create(brand, form.values)
        messages.success(request, _("The cost is in."))
        return redirect("costs", agency, client)
    return render(request, "campaigns/cost_form.html", {"client": brand, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def cost_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    cost = _cost_or_404(brand, number)
    initial = {name: getattr(cost, name) for name in FIELDS}
    form = _cost_form(request, brand, initial | {"seen_by": SHARED if cost.is_shared else OWN})
    if request.method == "POST" and form.is_valid():
        cost_change(cost, brand, form.values)
        messages.success(request, _("Saved."))
        return redirect("costs", agency, client)
    context = {"client": brand, "form": form, "cost": cost}
    return render(request, "campaigns/cost_form.html", context)


@require_POST
def cost_delete(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    cost_remove(_cost_or_404(brand, number), brand)
    messages.success(request, _("The cost is gone."))
    return redirect("costs", agency, client)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_campaigns")
    campaign = _campaign_or_404(brand, number)
    form = CampaignForm(request.POST or None, initial={"name": campaign.name})
    if request.method == "POST" and form.is_valid():
        campaign_change(campaign, form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("campaigns", agency, client)
    context = {"client": brand, "form": form, "campaign": campaign}
    return render(request, "campaigns/campaign_form.html", context)


@require_POST
def campaign_close(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_campaigns")
    campaign_archive(_campaign_or_404(brand, number))
    messages.success(request, _("The campaign is in the archive."))
    return redirect("campaigns", agency, client)


@require_POST
def campaign_reopen(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_campaigns")
    campaign_restore(_campaign_or_404(brand, number))
    messages.success(request, _("The campaign is back."))
    return redirect("campaigns", agency, client)


@require_http_methods(["GET", "HEAD", "POST"])
def salesperson_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    form = _salesperson_form(request, {"is_active": True})
    if request.method == "POST" and form.is_valid():
        salesperson_create(brand, form.cleaned_data["name"], form.cleaned_data["membership"])
        messages.success(request, _("Saved."))
        return redirect("salespeople", agency, client)
    return render(request, "campaigns/salesperson_form.html", {"client": brand, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def salesperson_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    seller = _salesperson_or_404(brand, number)
    form = _salesperson_form(
        request,
        {
            "name": seller.name,
            "membership": seller.membership_id,
            "is_active": seller.ended_on is None,
        },
    )
    if request.method == "POST" and form.is_valid():
        salesperson_change(seller, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("salespeople", agency, client)
    context = {"client": brand, "form": form, "salesperson": seller}
    return render(request, "campaigns/salesperson_form.html", context)


def _cost_form(request: AgencyRequest, client: Client, initial: dict[str, Any]) -> CostForm:
    campaigns = campaigns_of(client, is_archived=False)
    people = salespeople_of(client)
    return CostForm(request.POST or None, initial=initial, campaigns=campaigns, salespeople=people)


def _salesperson_form(request: AgencyRequest, initial: dict[str, Any]) -> SalespersonForm:
    members = memberships_in(request.access.agency)
    return SalespersonForm(request.POST or None, initial=initial, members=members)


def _cost_or_404(client: Client, number: int) -> Cost:
    if (cost := cost_in(client, number)) is None:
        raise Http404
    return cost


def _campaign_or_404(client: Client, number: int) -> Campaign:
    if (campaign := campaign_in(client, number)) is None:
        raise Http404
    return campaign


def _salesperson_or_404(client: Client, number: int) -> Salesperson:
    if (seller := salesperson_in(client, number)) is None:
        raise Http404
    return seller
