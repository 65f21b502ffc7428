"""The page of the customers' value, its table to take away, and the button that has it computed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_client
from kpis.customer_value.services import value_model_queue
from kpis.customer_value.worth import worth_of
from kpis.pages.cohort_table import SHOWN, cohort_csv
from kpis.pages.customers import customers_page, fit_of
from kpis.views.entering import access_of, private, visit


@require_safe
def customers(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """`?show=` value or active: what the cohort table's cells say."""
    here = visit(request, client)
    show = request.GET.get("show", "")
    context = {
        "here": here,
        "page": customers_page(
            here.client,
            show if show in SHOWN else "value",
            here.sees_costs,
            here.access.can("see_leads"),
            here.reader,
        ),
        "may_compute": here.access.can("edit_data"),
    }
    return private(render(request, "customers/customers.html", context))


@require_safe
def customers_progress(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """The part about the model alone: it asks for itself until the fit is over."""
    here = visit(request, client)
    fit = fit_of(here.client, here.access.can("see_leads"), here.reader)
    response = render(request, "customers/parts/waiting.html", {"here": here, "fit": fit})
    if fit.waiting is None:
        response["HX-Refresh"] = "true"  # everything on the page may be other than it was
    return private(response)


@require_POST
def customers_compute(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    access = access_of(request)
    brand = access_client(access, client, "edit_data")
    value_model_queue(brand, access.actor_id)
    messages.success(request, _("It will be computed now. You may leave this page."))
    return redirect("customers", agency, client)


@require_safe
def customers_csv(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """The cohort table whole, a line per cohort and month."""
    here = visit(request, client)
    worth = worth_of(here.client)
    response = HttpResponse(
        cohort_csv(worth.cohorts, here.client.currency), content_type="text/csv; charset=utf-8"
    )
    name = f"{here.client.slug}-cohorts-{worth.as_of.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
