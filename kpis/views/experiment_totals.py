"""Totals of a test, typed or from a file: looked at first, then taken; a day taken away; as CSV."""

from collections.abc import Mapping, Sequence
from datetime import date
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
from kpis.calendar import PeriodError, parse_day
from kpis.experiments.counting import counted
from kpis.experiments.forms import TotalsForm
from kpis.experiments.queries import experiment_in, variants_of
from kpis.experiments.services import counts_put, counts_remove
from kpis.models import CountedBy, Experiment, ExperimentVariant
from kpis.pages.experiment_totals import read_page, totals_csv
from kpis.trials.arms import Arm
from kpis.trials.files import ReadTotals, read_totals
from kpis.views.entering import private, reader_for


@require_http_methods(["GET", "HEAD", "POST"])
def experiment_totals(
    request: AgencyRequest, agency: str, client: str, number: int
) -> HttpResponse:
    """A table is read and shown; `do=save` takes it, if every line of it can be read."""
    brand = access_client(request.access, client, "edit_campaigns")
    experiment, variants = _typed_or_404(brand, number)
    form = TotalsForm(request.POST or None, request.FILES or None, variants=variants)
    if request.method != "POST" or not form.is_valid():
        return _page(request, brand, experiment, variants, form, None)
    found, refusal = _read(form, experiment, variants), ""
    if request.POST.get("do") == "save" and not found.faults:
        refusal = _take(request, brand, experiment, found.counts)
        if not refusal:
            return redirect("experiment_detail", agency, client, number)
    # What was in a file goes on as text, so that it need not be chosen again.
    again = {**request.POST.dict(), "text": form.cleaned_data["text"]}
    form = TotalsForm(again, variants=variants)
    if refusal:
        form.add_error(None, refusal)
    return _page(request, brand, experiment, variants, form, found)


def _read(
    form: TotalsForm, experiment: Experiment, variants: Sequence[ExperimentVariant]
) -> ReadTotals:
    names = [variant.name for variant in variants]
    return read_totals(
        form.cleaned_data["text"],
        names,
        experiment.starts_on,
        experiment.ends_on,
        form.only_place,
        form.heads,
    )


def _take(
    request: AgencyRequest,
    client: Client,
    experiment: Experiment,
    counts: Mapping[tuple[int, date], Arm],
) -> str:
    """Put them; why not, if not."""
    try:
        put = counts_put(client, experiment, counts)
    except DomainError as error:
        return str(error)
    messages.success(
        request,
        _("%(added)s new, %(changed)s changed, %(same)s as they were.")
        % {"added": put.added, "changed": put.changed, "same": put.same},
    )
    return ""


def _page(
    request: AgencyRequest,
    client: Client,
    experiment: Experiment,
    variants: Sequence[ExperimentVariant],
    form: TotalsForm,
    found: ReadTotals | None,
) -> HttpResponse:
    context = {
        "client": client,
        "experiment": experiment,
        "form": form,
        "found": read_page(found, variants, reader_for(request, client)) if found else None,
    }
    return private(render(request, "experiments/totals.html", context))


@require_POST
def experiment_day(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """Take one typed day away."""
    brand = access_client(request.access, client, "edit_campaigns")
    experiment, _variants = _typed_or_404(brand, number)
    try:
        day = parse_day(request.POST.get("day", ""))
    except PeriodError:
        raise Http404 from None
    counts_remove(brand, experiment, [day])
    messages.success(request, _("The day is taken away."))
    return redirect("experiment_detail", agency, client, number)


@require_safe
def experiment_csv(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """What was counted, a line per day and variant; it can be read in again."""
    brand = access_client(request.access, client, "see_numbers")
    experiment = experiment_in(brand, number)
    variants: Any = variants_of(brand, [experiment]).get(number) if experiment else None
    if experiment is None or not variants:
        raise Http404
    content = totals_csv(counted(brand, experiment, variants).days, variants)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"{brand.slug}-test-{experiment.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return private(response)


def _typed_or_404(client: Client, number: int) -> tuple[Experiment, list[ExperimentVariant]]:
    """Only a test of typed totals has this page."""
    experiment = experiment_in(client, number)
    if experiment is None or experiment.counted_by != CountedBy.TOTALS:
        raise Http404
    return experiment, variants_of(client, [experiment]).get(experiment.pk, [])
