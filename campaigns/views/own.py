"""Own measures: defined for the agency or for a client, and a month of values typed by day."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_client, access_whole_agency
from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.requests import AgencyRequest
from campaigns.channels import CHANNELS, CODES
from campaigns.forms.own import OwnMeasureForm
from campaigns.lists.columns import exact_text
from campaigns.models import OwnMeasure
from campaigns.own_months import Cell, Month, cells_of, month_of, read_cells, shown_text, weeks_of
from campaigns.own_queries import own_measure_at, own_measure_named, values_by_day
from campaigns.own_services import (
    Entering,
    Entry,
    own_measure_archive,
    own_measure_change,
    own_measure_define,
    own_measure_restore,
    own_values_enter,
)

DEFINES, ENTERS = "choose_kpis", "edit_data"
Place = tuple[Agency, Client | None]


def _place(request: AgencyRequest, client: str | None) -> Place:
    """Where a measure is defined. 404 for a foreign client, 403 for who may not define."""
    if client is None:
        return access_whole_agency(request.access, DEFINES), None
    brand = access_client(request.access, client, DEFINES)
    return request.access.agency, brand


def _back(place: Place) -> HttpResponse:
    agency, client = place
    if client is None:
        return redirect("own_kpis", agency.slug)
    return redirect("client_kpis", agency.slug, client.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def own_measure_new(request: AgencyRequest, agency: str, client: str | None = None) -> HttpResponse:
    place = _place(request, client)
    form = OwnMeasureForm(request.POST or None, initial={"better": "higher"})
    if request.method == "POST" and form.is_valid():
        try:
            made = own_measure_define(*place, form.wish)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The measure is there. Now enter its values."))
            if place[1] is not None:
                return redirect("own_values", agency, place[1].slug, made.key)
            return _back(place)
    return render(request, "own/measure.html", _form_context(place, form, None))


@require_http_methods(["GET", "HEAD", "POST"])
def own_measure_edit(
    request: AgencyRequest, agency: str, key: str, client: str | None = None
) -> HttpResponse:
    place = _place(request, client)
    measure = _measure_or_404(place, key)
    initial = {
        name: getattr(measure, name)
        for name in ("name", "description", "unit", "aggregation", "better")
    }
    form = OwnMeasureForm(request.POST or None, initial=initial, is_new=False)
    if request.method == "POST" and form.is_valid():
        own_measure_change(measure, form.wish)
        messages.success(request, _("Saved."))
        return _back(place)
    return render(request, "own/measure.html", _form_context(place, form, measure))


@require_POST
def own_measure_put_away(
    request: AgencyRequest, agency: str, key: str, client: str | None = None
) -> HttpResponse:
    place = _place(request, client)
    own_measure_archive(_measure_or_404(place, key))
    messages.success(request, _("The measure is in the archive. Formulas that use it go on."))
    return _back(place)


@require_POST
def own_measure_bring_back(
    request: AgencyRequest, agency: str, key: str, client: str | None = None
) -> HttpResponse:
    place = _place(request, client)
    own_measure_restore(_measure_or_404(place, key))
    messages.success(request, _("The measure is back."))
    return _back(place)


def _form_context(place: Place, form: OwnMeasureForm, measure: OwnMeasure | None) -> dict[str, Any]:
    return {"client": place[1], "form": form, "measure": measure}


def _measure_or_404(place: Place, key: str) -> OwnMeasure:
    agency, client = place
    measure = own_measure_at(agency.pk, client, key)
    if measure is None:
        raise Http404
    return measure


# -- the month grid ---------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def own_values(request: AgencyRequest, agency: str, client: str, key: str) -> HttpResponse:
    """A month of a measure as a grid of days; saving writes what differs and offers the way back."""
    brand = access_client(
        request.access, client, ENTERS if request.method == "POST" else "see_data"
    )
    measure = own_measure_named(brand, key)
    if measure is None:
        raise Http404
    today = datetime.now(ZoneInfo(brand.time_zone)).date()
    month = month_of(request.GET.get("month", ""), today)
    channel = request.GET.get("channel", "")
    channel = channel if channel in CODES else ""
    if request.method == "POST":
        cells, values = read_cells(month, request.POST.dict(), today)
        if not any(cell.problem for cell in cells):
            entries = [Entry(day, value, channel) for day, value in values.items()]
            return _enter(request, brand, measure, entries)
    else:
        stands = values_by_day(brand, measure, month.first, month.last, channel)
        cells = cells_of(month, stands, today)
    context = _grid_context(request, brand, measure, month, cells, today) | {"channel": channel}
    if request.method == "POST":
        context["shown"] = request.POST.get("shown", "")
    return render(request, "own/values.html", context, status=422 if _is_wrong(cells) else 200)


def _is_wrong(cells: list[Cell]) -> bool:
    return any(cell.problem for cell in cells)


@require_POST
def own_values_undo(request: AgencyRequest, agency: str, client: str, key: str) -> HttpResponse:
    """Put back what stood before the last saving: one more writing, audited like any other."""
    brand = access_client(request.access, client, ENTERS)
    measure = own_measure_named(brand, key)
    if measure is None:
        raise Http404
    return _enter(request, brand, measure, _remembered(request.POST.get("before", "")))


def _enter(
    request: AgencyRequest, client: Client, measure: OwnMeasure, entries: list[Entry]
) -> HttpResponse:
    back = redirect("own_values", request.access.agency.slug, client.slug, measure.key)
    query = request.META.get("QUERY_STRING", "")
    back["Location"] += f"?{query}" if query else ""
    try:
        done = own_values_enter(client, measure, entries)
    except DomainError as error:
        messages.error(request, str(error))
        return back
    written_days = len(done.verdicts) - done.counts["same"]
    told = ngettext("%(count)s day was saved.", "%(count)s days were saved.", written_days)
    messages.success(request, told % {"count": written_days})
    if written_days:
        request.session["own_values_before"] = {
            "key": measure.key,
            "client": client.pk,
            "entries": _as_json(done),
        }
    return back


def _as_json(done: Entering) -> str:
    """What stood before, of the days that changed, as a form can carry it."""
    changed = [
        entry
        for entry, verdict in zip(done.before, done.verdicts, strict=True)
        if verdict != "same"
    ]
    return json.dumps(
        [
            [entry.day.isoformat(), exact_text(entry.value), entry.channel, entry.currency]
            for entry in changed
        ]
    )


def _remembered(text: str) -> list[Entry]:
    """The entries of an undo. Anything else than what `_as_json` wrote is nothing."""
    try:
        return [
            Entry(
                date.fromisoformat(day),
                Decimal(value) if value else None,
                channel,
                currency=currency,
            )
            for day, value, channel, currency in json.loads(text)
        ]
    except (ValueError, TypeError, ArithmeticError):
        return []


def _grid_context(
    request: AgencyRequest,
    client: Client,
    measure: OwnMeasure,
    month: Month,
    cells: list[Cell],
    today: date,
) -> dict[str, Any]:
    before = request.session.pop("own_values_before", None) if request.method == "GET" else None
    later = month.following
    return {
        "client": client,
        "measure": measure,
        "month": month,
        "shown": shown_text({cell.day.isoformat(): cell.text for cell in cells}),
        "weeks": weeks_of(cells, client.week_start),
        "weekdays": [cell.day for cell in _any_week(month, client.week_start)],
        "earlier": month.preceding,
        "later": later if later.first <= today else None,
        "before": _of_this(before, client, measure),
        "may_enter": request.access.can(ENTERS) and measure.archived_at is None,
        "channels": CHANNELS,
        "now": timezone.now(),
    }


def _of_this(before: dict[str, Any] | None, client: Client, measure: OwnMeasure) -> str:
    """What the last saving changed, if it was of this very measure."""
    if before is None or (before["key"], before["client"]) != (measure.key, client.pk):
        return ""
    return str(before["entries"])


def _any_week(month: Month, week_start: int) -> list[Cell]:
    """Seven days that begin with the client's first day of the week, for the heads of the grid."""
    days = [*month.days, *month.following.days]
    first = next(place for place, day in enumerate(days) if day.isoweekday() == week_start)
    return [Cell(day, "") for day in days[first : first + 7]]
