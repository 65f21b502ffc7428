"""Exchange rates of the agency: what is stored, what amounts wait for, a file in, one typed."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_agency, access_whole_agency
from accounts.models import Agency
from accounts.requests import AgencyRequest
from accounts.tenancy import ALL_CLIENTS
from kpis.exchange import OLDEST
from kpis.rates.forms import RateFileForm, RateForm
from kpis.rates.queries import foreign_days, pairs_of, waiting_pairs
from kpis.rates.services import MANUAL, RateRow, rates_import, rates_put
from kpis.views.entering import private

#: Without any amount that waits for a rate, an import takes this much of the file.
USUAL_REACH = timedelta(days=400)


@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: AgencyRequest, agency: str) -> HttpResponse:
    """The list, for all who see data; typing a rate, for those who edit it and see all clients."""
    house = access_agency(request.access, "see_data")
    form = None
    if request.method == "POST":
        access_whole_agency(request.access, "edit_data")
        form = RateForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            row = RateRow(data["day"], data["code"], data["to"], data["rate"])
            rates_put(house, [row], MANUAL, request.access.actor_id)
            messages.success(request, _("Saved."))
            return redirect("rates", agency)
    return _page(request, house, form, None)


@require_POST
def rates_file(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, "edit_data")
    form = RateFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, house, None, form)
    found = rates_import(
        house, form.cleaned_data["file"], form.cleaned_data["since"], request.access.actor_id
    )
    written = found["new"] + found["changed"]
    told = ngettext("%(count)s rate is stored", "%(count)s rates are stored", written)
    rest = _("%(same)s stood already, %(kept)s typed ones were kept.")
    counts = {"count": written, "same": found["same"], "kept": found["kept"]}
    messages.success(request, f"{told % counts}; {rest % counts}")
    return redirect("rates", agency)


def _page(
    request: AgencyRequest, house: Agency, form: RateForm | None, file_form: RateFileForm | None
) -> HttpResponse:
    today = timezone.localdate()
    foreign = foreign_days(house, today)
    may_edit = request.access.can("edit_data") and request.access.clients == ALL_CLIENTS
    context = {
        "pairs": pairs_of(house),
        "waiting": waiting_pairs(house, foreign),
        "may_edit": may_edit,
        "form": form or RateForm(initial={"day": today, "to": house.currency}),
        "file_form": file_form or RateFileForm(initial={"since": _since(foreign, today)}),
    }
    return private(render(request, "kpis/rates.html", context))


def _since(foreign: dict[str, set[tuple[date, str]]], today: date) -> date:
    """Early enough for the first amount in another currency."""
    days = [day for needed in foreign.values() for day, _code in needed]
    return min(days) - OLDEST if days else today - USUAL_REACH
