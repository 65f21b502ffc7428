"""One lead with its history, its steps, notes and contacts. Sellers begin at their own counts."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_agency, access_client
from accounts.errors import DomainError
from accounts.going_on import next_page
from accounts.models import Client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from campaigns.channels import NAMES
from campaigns.forms.leads import MoveForm
from campaigns.lead_steps import Move, today_of
from campaigns.lists import LISTS
from campaigns.models import Lead
from campaigns.models.leads import LeadStatus, Stage
from campaigns.queries import (
    contacts_of,
    lead_in,
    own_counts,
    sales_of_lead,
    salespeople_of,
    steps_of,
)
from campaigns.records import Done, records_change
from campaigns.records.lead_acts import lead_note, leads_move, leads_reopen
from campaigns.views.lists import address
from campaigns.views.records import changes_of
from campaigns.views.telling import tell


@require_safe
def lead_home(request: AgencyRequest, agency: str) -> HttpResponse:
    """Where a seller begins: the clients, with how many leads wait, and how many are theirs."""
    house = access_agency(request.access, "see_leads")
    counts = own_counts(house, request.access.membership)
    return render(request, "campaigns/lead_home.html", {"counts": counts})


@require_safe
def lead_detail(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_leads")
    lead = _lead_or_404(brand, number)
    return _detail(request, brand, lead, _move_form(request, brand, lead))


@require_POST
def lead_step(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """Move a lead: the form of its page, or a card of the board, which gets the board again."""
    brand = access_client(request.access, client, "edit_leads")
    lead = _lead_or_404(brand, number)
    form = _move_form(request, brand, lead)
    if form.is_valid():
        try:
            done = leads_move(brand, [number], Move(**form.cleaned_data), request.access.membership)
        except DomainError as error:
            form.add_error(error.data.get("field"), str(error))
        else:
            tell(request, brand, agency, done)
            return redirect(next_page(request, address(request, "lead_detail", number=number)))
    if request.POST.get("next"):  # a card has no place for an error: a message has
        for problem in form.errors.values():
            messages.error(request, " ".join(map(str, problem)))
        return redirect(next_page(request, address(request, "lead_detail", number=number)))
    return _detail(request, brand, lead, form, status=422)


@require_POST
def lead_open(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    _lead_or_404(brand, number)
    return _done(
        request, brand, number, lambda: leads_reopen(brand, [number], request.access.membership)
    )


@require_POST
def lead_status(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_leads")
    _lead_or_404(brand, number)
    fields = {"status": request.POST.get("status", "")}
    return _done(
        request,
        brand,
        number,
        lambda: records_change("leads", brand, [number], fields, request.access.membership),
    )


@require_POST
def lead_remark(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """A line in the lead's history."""
    brand = access_client(request.access, client, "edit_leads")
    _lead_or_404(brand, number)
    note = request.POST.get("note", "")
    return _done(
        request, brand, number, lambda: lead_note(brand, number, note, request.access.membership)
    )


def _done(
    request: AgencyRequest, client: Client, number: int, deed: Callable[[], Done]
) -> HttpResponse:
    """Do it, say so or say why not, and go back to the lead."""
    try:
        done = deed()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        tell(request, client, request.access.agency.slug, done)
    return redirect(next_page(request, address(request, "lead_detail", number=number)))


def _detail(
    request: AgencyRequest, client: Client, lead: Lead, form: MoveForm, status: int = 200
) -> HttpResponse:
    history = list(steps_of(lead))
    names = member_names(request.access.agency, (step.written_by for step in history))
    reached = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)
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
            for stage in reached
        ],
        "history": [(step, names.get(step.written_by or 0, "")) for step in history],
        "contacts": contacts_of(lead),
        "changes": changes_of(LISTS["leads"], client, lead.pk),
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


def _move_form(request: AgencyRequest, client: Client, lead: Lead) -> MoveForm:
    """Without a day it is today: a card that is dropped says only where."""
    data = None
    if request.method == "POST":
        data = request.POST.copy()
        data.setdefault("on", today_of(client).isoformat())
    return MoveForm(
        data, initial={"on": today_of(client)}, lead=lead, salespeople=salespeople_of(client)
    )
