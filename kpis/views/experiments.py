"""Tests of landing pages: the list, a new one with its size, one with its course, the decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.requests import AgencyRequest
from kpis.experiments.forms import DecisionForm, ExperimentForm
from kpis.experiments.queries import experiment_in, experiments_of, landing_paths
from kpis.experiments.services import (
    MOST_ARMS,
    experiment_archive,
    experiment_create,
    experiment_decide,
    experiment_reopen,
    experiment_restore,
)
from kpis.models import Experiment
from kpis.pages.experiment_size import SizeText, ends_on_for, initial_for, size_text
from kpis.pages.experiments import ExperimentPage, experiment_page, experiment_rows
from kpis.views.entering import private, reader_for


@require_safe
def experiments(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    context = {
        "client": brand,
        "rows": experiment_rows(brand, list(experiments_of(brand)), reader_for(request, brand)),
        "archived": experiments_of(brand, is_archived=True),
        "may_edit": request.access.can("edit_campaigns"),
    }
    return private(render(request, "experiments/experiments.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def experiment_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """The form with the sample size beside it, before anything is saved."""
    brand = access_client(request.access, client, "edit_campaigns")
    if request.method != "POST":
        form = ExperimentForm(initial=initial_for(brand, request.GET.getlist("page")[:MOST_ARMS]))
        return _form_page(request, brand, form, None)
    form = ExperimentForm(request.POST)
    is_saving = request.POST.get("do") == "save"
    if form.is_valid() and is_saving:
        try:
            made = experiment_create(brand, form.wish(_end_of(form)))
        except DomainError as error:
            _explain(form, error)
        else:
            messages.success(request, _("The test is planned."))
            return redirect("experiment_detail", agency, client, made.pk)
    return _form_page(request, brand, form, _size(form, request, brand))


def _end_of(form: ExperimentForm) -> Any:
    """The last day, from the traffic where none was written. DomainError if neither says it."""
    if form.cleaned_data["ends_on"]:
        return None
    try:
        found = ends_on_for(form.size, form.cleaned_data["starts_on"])
    except ValueError:
        return form.cleaned_data["starts_on"]  # the service says what is wrong with the rates
    if found is None:
        message = _("Say when it ends, or how many visitors come a day.")
        if form.cleaned_data["daily"]:
            message = _("The traffic does not suffice. Try a bigger change, or say when it ends.")
        raise DomainError("experiment_invalid", message, {"fields": [("ends_on", message)]})
    return found


def _size(form: ExperimentForm, request: AgencyRequest, client: Client) -> SizeText | None:
    """The calculator needs the rates only: it answers while the rest is still being written."""
    needed = ("base", "target", "alpha", "power", "looks")
    if not all(form.cleaned_data.get(name) is not None for name in needed):
        return None
    data = form.cleaned_data
    per_arm, starts_on = data.get("per_arm"), data.get("starts_on")
    return size_text(form.size, per_arm, starts_on, reader_for(request, client))


def _form_page(
    request: AgencyRequest, client: Client, form: ExperimentForm, size: SizeText | None
) -> HttpResponse:
    if size is None and not form.is_bound and form.initial.get("base"):
        size = _first_size(request, client, form)
    context = {"client": client, "form": form, "size": size, "paths": landing_paths(client)}
    return private(render(request, "experiments/experiment_form.html", context))


def _first_size(request: AgencyRequest, client: Client, form: ExperimentForm) -> SizeText | None:
    """The answer to what the form begins with."""
    asked = ExperimentForm({"name": "-", **form.initial, "starts_on": form.initial["starts_on"]})
    return _size(asked, request, client) if asked.is_valid() else None


def _explain(form: ExperimentForm, error: DomainError) -> None:
    """Each problem at its field; what has no field of that name, above the form."""
    for name, message in error.data.get("fields") or [("", str(error))]:
        form.add_error(name if name in form.fields else None, message)


@require_safe
def experiment_detail(
    request: AgencyRequest, agency: str, client: str, number: int
) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    experiment, page = _one(request, brand, number)
    return _detail(request, brand, experiment, page, None)


def _detail(
    request: AgencyRequest,
    client: Client,
    experiment: Experiment,
    page: ExperimentPage,
    form: DecisionForm | None,
) -> HttpResponse:
    may_edit = request.access.can("edit_campaigns")
    variants = page.standing.variants
    context = {
        "client": client,
        "experiment": experiment,
        "page": page,
        "may_edit": may_edit,
        "form": form or (DecisionForm(variants=variants) if may_edit else None),
    }
    return private(render(request, "experiments/experiment.html", context))


@require_POST
def experiment_verdict(
    request: AgencyRequest, agency: str, client: str, number: int
) -> HttpResponse:
    """Write down what was decided."""
    brand = access_client(request.access, client, "edit_campaigns")
    experiment, page = _one(request, brand, number)
    form = DecisionForm(request.POST, variants=page.standing.variants)
    if not form.is_valid():
        return _detail(request, brand, experiment, page, form)
    decision, place = form.decision
    experiment_decide(brand, experiment, decision, place, form.cleaned_data["reason"])
    messages.success(request, _("The decision is written down."))
    return redirect("experiment_detail", agency, client, number)


@require_POST
def experiment_open(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_campaigns")
    experiment_reopen(_experiment_or_404(brand, number))
    messages.success(request, _("The decision is taken back."))
    return redirect("experiment_detail", agency, client, number)


@require_POST
def experiment_close(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_campaigns")
    experiment_archive(_experiment_or_404(brand, number))
    messages.success(request, _("The test is in the archive."))
    return redirect("experiments", agency, client)


@require_POST
def experiment_back(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_campaigns")
    experiment_restore(_experiment_or_404(brand, number))
    messages.success(request, _("The test is back."))
    return redirect("experiment_detail", agency, client, number)


def _experiment_or_404(client: Client, number: int) -> Experiment:
    experiment = experiment_in(client, number)
    if experiment is None:
        raise Http404
    return experiment


def _one(request: AgencyRequest, client: Client, number: int) -> tuple[Experiment, ExperimentPage]:
    experiment = _experiment_or_404(client, number)
    page = experiment_page(client, experiment, reader_for(request, client))
    if page is None:
        raise Http404
    return experiment, page
