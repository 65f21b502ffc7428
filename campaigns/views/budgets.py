"""Budgets: listed beside the costs, planned, changed and removed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_client
from accounts.models import Client
from accounts.requests import AgencyRequest
from campaigns.budget_services import FIELDS, budget_change, budget_create, budget_remove
from campaigns.forms.budgets import BudgetForm
from campaigns.models import Budget
from campaigns.queries import budget_in, campaigns_of, salespeople_of


@require_http_methods(["GET", "HEAD", "POST"])
def budget_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    form = _form(request, brand, {"currency": brand.currency})
    if request.method == "POST" and form.is_valid():
        budget_create(brand, form.values)
        messages.success(request, _("The budget is in."))
        return redirect("budgets", agency, client)
    return render(request, "campaigns/budget_form.html", {"client": brand, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def budget_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    budget = _budget_or_404(brand, number)
    form = _form(request, brand, {name: getattr(budget, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        budget_change(budget, brand, form.values)
        messages.success(request, _("Saved."))
        return redirect("budgets", agency, client)
    context = {"client": brand, "form": form, "budget": budget}
    return render(request, "campaigns/budget_form.html", context)


@require_POST
def budget_delete(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_data")
    budget_remove(_budget_or_404(brand, number), brand)
    messages.success(request, _("The budget is gone."))
    return redirect("budgets", agency, client)


def _form(request: AgencyRequest, client: Client, initial: dict[str, Any]) -> BudgetForm:
    return BudgetForm(
        request.POST or None,
        initial=initial,
        campaigns=campaigns_of(client, is_archived=False),
        salespeople=salespeople_of(client),
    )


def _budget_or_404(client: Client, number: int) -> Budget:
    if (budget := budget_in(client, number)) is None:
        raise Http404
    return budget
