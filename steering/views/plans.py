"""The measurement plan: read, written, proposed by the agency; approved or sent back by the client."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.requests import AgencyRequest
from kpis.book import book_of
from kpis.printing.compiling import compile_pdf
from kpis.views.entering import private, reader_for
from steering.models import PlanVersion
from steering.pages.plan_print import TEMPLATE, printed_plan
from steering.pages.plans import goal_names, plan_approve_read, plan_page, plan_text, read_mark
from steering.plan_forms import SummaryForm, line_forms
from steering.plan_queries import (
    plan_in_force,
    plan_open,
    plan_version,
    versions_of,
)
from steering.plans.acting import (
    EDITABLE,
    plan_discard,
    plan_propose,
    plan_return,
    plan_take_back,
    plan_write,
)
from steering.plans.lines import Line, lines_from
from steering.plans.proposing import proposed_lines

#: Fields of a line that are called otherwise in the form.
FIELDS = {"data": "origin"}


@require_safe
def plan(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """What waits for this reader, else what is in force, else what is being written."""
    brand = access_client(request.access, client, "see_numbers")
    shown = _shown_first(request, brand)
    return _read(request, brand, shown)


@require_safe
def plan_detail(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    return _read(request, brand, _version_or_404(request, brand, number))


@require_safe
def plan_pdf(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    version = _version_or_404(request, brand, number)
    reader = reader_for(request, brand)
    data = printed_plan(request.access.agency, brand, plan_page(brand, version, reader), reader)
    response = HttpResponse(compile_pdf(TEMPLATE, data), content_type="application/pdf")
    name = f"{slugify(_('Measurement plan'))}-{brand.slug}-{version.number}"
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return private(response)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """The draft; without one, the version in force or a proposal as a start."""
    brand = access_client(request.access, client, "edit_goals")
    standing = plan_open(brand)
    if standing is not None and standing.state not in EDITABLE:
        messages.error(request, _("The client is reading this version. Take it back to change it."))
        return redirect("plan", agency, client)
    start = standing or plan_in_force(brand)
    summary = SummaryForm(request.POST or None, initial={"summary": start.summary if start else ""})
    rows = line_forms(
        request.POST or None,
        lines_from(start.lines) if start else proposed_lines(brand),
        book_of(brand),
        goal_names(brand, reader_for(request, brand)),
    )
    wrong = ""
    if request.method == "POST" and summary.is_valid() and rows.is_valid():
        lines = rows.lines
        try:
            what_for, is_proposed = (
                summary.cleaned_data["summary"],
                request.POST.get("do") == "propose",
            )
            plan_write(brand, what_for, lines, request.access.actor_id, is_proposed)
            if is_proposed:
                plan_propose(brand, timezone.now())
                messages.success(request, _("The client can read and approve it now."))
            else:
                messages.success(request, _("The draft is kept."))
            return redirect("plan", agency, client)
        except DomainError as error:
            wrong = _explain(rows, lines, error)
    context = {
        "client": brand,
        "summary": summary,
        "rows": rows,
        "wrong": wrong,
        "objectives": sorted({form["objective"].value() or "" for form in rows} - {""}),
    }
    return private(render(request, "steering/plan_edit.html", context))


@require_POST
def plan_act(request: AgencyRequest, agency: str, client: str, act: str) -> HttpResponse:
    """What the agency does with the open version: propose it, take it back, throw it away."""
    brand = access_client(request.access, client, "edit_goals")
    done = {
        "propose": _("The client can read and approve it now."),
        "take_back": _("It is a draft again."),
        "discard": _("The draft is gone."),
    }
    try:
        if act == "propose":
            plan_propose(brand, timezone.now())
        elif act == "take_back":
            plan_take_back(brand)
        else:
            plan_discard(brand)
        messages.success(request, done[act])
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("plan", agency, client)


@require_POST
def plan_decide(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """The client's own user says yes, or what should change."""
    brand = access_client(request.access, client, "approve_plans")
    version = _version_or_404(request, brand, number)
    person = request.access.membership
    if person is None:
        raise Http404
    try:
        if request.POST.get("do") == "approve":
            read, reader = request.POST.get("read", ""), reader_for(request, brand)
            plan_approve_read(brand, version, person, reader, read, timezone.now())
            messages.success(request, _("Approved. Your agency has been told."))
        else:
            plan_return(brand, number, person, request.POST.get("answer", ""), timezone.now())
            messages.success(request, _("Your agency has been told what should change."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("plan", agency, client)


def _shown_first(request: AgencyRequest, client: Client) -> PlanVersion | None:
    open_one, standing = plan_open(client), plan_in_force(client)
    is_shown = open_one is not None and _may_see(request, open_one)
    return open_one if is_shown and (open_one.state != "draft" or standing is None) else standing  # type: ignore[union-attr]


def _may_see(request: AgencyRequest, version: PlanVersion) -> bool:
    """Drafts, and what was sent back, are the agency's own."""
    return request.access.can("see_data") or version.state not in EDITABLE


def _version_or_404(request: AgencyRequest, client: Client, number: int) -> PlanVersion:
    version = plan_version(client, number)
    if version is None or not _may_see(request, version):
        raise Http404
    return version


def _read(request: AgencyRequest, client: Client, version: PlanVersion | None) -> HttpResponse:
    may_edit = request.access.can("edit_goals")
    listed = [each for each in versions_of(client) if _may_see(request, each)]
    open_one = next(
        (each for each in listed if each.state in ("draft", "proposed", "returned")), None
    )
    page = plan_page(client, version, reader_for(request, client)) if version else None
    is_asked = version is not None and version.state == "proposed"
    context: dict[str, Any] = {
        "client": client,
        "page": page,
        "read": read_mark(plan_text(client, page)) if page and is_asked else "",
        "versions": listed,
        "open": open_one,
        "may_edit": may_edit,
        "may_approve": request.access.can("approve_plans"),
        "editable": open_one is None or open_one.state in EDITABLE,
    }
    return private(render(request, "steering/plan.html", context))


def _explain(rows: Any, lines: tuple[Line, ...], error: DomainError) -> str:
    """Each problem at its field; what is about the whole plan is said above."""
    written = [form for form in rows if form.line is not None]
    listed = error.data.get("lines") or [(-1, "", str(error))]
    for place, name, message in listed:
        if 0 <= place < len(written):
            written[place].add_error(FIELDS.get(name, name), message)
    general = [message for place, _name, message in listed if place < 0]
    return general[0] if general else _("Some lines need another look.")
