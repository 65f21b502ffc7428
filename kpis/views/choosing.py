"""Choosing KPIs: the agency's templates, giving them to clients, and a client's own choice."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client, access_whole_agency, clients_of
from accounts.errors import DomainError
from accounts.models import Agency
from accounts.requests import AgencyRequest
from kpis.book import book_of, book_of_agency
from kpis.catalogue import Kpi
from kpis.choices.queries import clients_with, set_of, sets_of, template_in, templates_of
from kpis.choices.services import (
    application_undo,
    changes_of,
    choice_change,
    choice_forget,
    choice_undo,
    previews,
    template_apply,
    template_archive,
    template_change,
    template_create,
    template_restore,
)
from kpis.choosing import STARTING_POINTS, Entries, from_json
from kpis.chosen import chosen_of
from kpis.models import KpiTemplate
from kpis.pages.applying import change_words, origin_words, preview_rows
from kpis.pages.chooser import (
    Line,
    entries_of,
    lines_from,
    lines_of,
    offers,
    shown_lines,
    stepped,
)
from kpis.views.entering import private

MAY = "choose_kpis"
WRITING = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def kpi_templates(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, MAY)
    context = {
        "templates": templates_of(house),
        "archived": templates_of(house, is_archived=True),
        "starting_points": STARTING_POINTS.values(),
    }
    return render(request, "choosing/templates.html", context)


@WRITING
def kpi_template_new(request: AgencyRequest, agency: str) -> HttpResponse:
    """`?from=` a starting point. Every step posts the whole list; only `do=save` writes it."""
    house = access_whole_agency(request.access, MAY)
    point = STARTING_POINTS.get(request.GET.get("from", ""))
    book = book_of_agency(house.pk)
    entries = _known(point.entries, book) if point else ()
    form = _Editor(request, book, entries, str(point.name) if point else "")
    if form.is_saving:
        try:
            made = template_create(
                house, form.name, form.entries, book, point.code if point else ""
            )
            messages.success(request, _("The template is saved. Apply it to clients now."))
            return redirect("kpi_template_apply", agency, made.pk)
        except DomainError as error:
            form.problem = str(error)
    return render(request, "choosing/template_form.html", form.context())


@WRITING
def kpi_template(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    house = access_whole_agency(request.access, MAY)
    template, book = _template_or_404(house, number), book_of_agency(house.pk)
    form = _Editor(request, book, from_json(template.entries), template.name)
    if form.is_saving:
        version = template.version
        try:
            template_change(template, form.name, form.entries, book)
        except DomainError as error:
            form.problem = str(error)
        else:
            if template.version == version:
                messages.success(request, _("Saved."))
                return redirect("kpi_templates", agency)
            messages.success(request, _("Saved. Clients keep what they have until you apply it."))
            return redirect("kpi_template_apply", agency, template.pk)
    context = form.context() | {"template": template, "held": clients_with(template)}
    return render(request, "choosing/template_form.html", context)


@require_POST
def kpi_template_archive(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    template_archive(_template_or_404(access_whole_agency(request.access, MAY), number))
    messages.success(request, _("The template is in the archive; clients keep what they have."))
    return redirect("kpi_templates", agency)


@require_POST
def kpi_template_restore(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    try:
        template_restore(_template_or_404(access_whole_agency(request.access, MAY), number))
        messages.success(request, _("The template is back."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("kpi_templates", agency)


@WRITING
def kpi_template_apply(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    """What it would change for each client; `client` are the ids it is given to."""
    house = access_whole_agency(request.access, MAY)
    template = _template_or_404(house, number)
    clients = list(clients_of(request.access).filter(archived_at=None).order_by("name"))
    if request.method == "POST":
        wanted = set(request.POST.getlist("client"))
        chosen = [client for client in clients if str(client.pk) in wanted]
        if chosen:
            application = template_apply(template, chosen)
            return redirect(f"{request.path}?done={application}")
        messages.error(request, _("Choose at least one client."))
    held = sets_of(clients)
    application = request.GET.get("done", "")
    context = {
        "template": template,
        "rows": preview_rows(template, previews(template, clients), held, book_of_agency(house.pk)),
        "application": application,
        "done": sum(row.application == application for row in held.values()) if application else 0,
    }
    return render(request, "choosing/apply.html", context)


@require_POST
def kpi_apply_undo(request: AgencyRequest, agency: str, application: str) -> HttpResponse:
    house = access_whole_agency(request.access, MAY)
    undone = len(application_undo(house, application))
    words = ngettext(
        "%(count)s client has its earlier KPIs again.",
        "%(count)s clients have their earlier KPIs again.",
        undone,
    )
    messages.success(request, words % {"count": undone})
    return redirect("kpi_templates", agency)


@WRITING
def kpi_choice(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """One client's own list: what it shows, where that comes from, and what it changed."""
    brand = access_client(request.access, client, MAY)
    book, row = book_of(brand), set_of(brand)
    form = _Editor(request, book, chosen_of(brand, book).entries, "")
    if form.is_saving:
        try:
            choice_change(brand, form.entries, book)
            messages.success(request, _("Saved. The dashboard shows these KPIs now."))
            return redirect("dashboard", agency, client)
        except DomainError as error:
            form.problem = str(error)
    context = form.context() | {
        "client": brand,
        "row": row,
        "origin": origin_words(row),
        "changes": change_words(changes_of(row), book) if row else [],
    }
    return private(render(request, "choosing/choice.html", context))


@require_POST
def kpi_choice_forget(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    choice_forget(access_client(request.access, client, MAY))
    messages.success(request, _("This client shows what suits its data again."))
    return redirect("kpi_choice", agency, client)


@require_POST
def kpi_choice_undo(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """Take back what the last applying of a template did to this client alone."""
    brand = access_client(request.access, client, MAY)
    if choice_undo(brand):
        messages.success(request, _("The KPIs from before are back."))
    else:
        messages.error(request, _("There is nothing to undo: the list was changed since."))
    return redirect("kpi_choice", agency, client)


class _Editor:
    """The list in the form of this request, one step further than it came."""

    def __init__(
        self, request: HttpRequest, book: Mapping[str, Kpi], stored: Entries, name: str
    ) -> None:
        self.book, self.problem = book, ""
        step = request.POST.get("do", "")
        self.is_saving = request.method == "POST" and step == "save"
        self.lines: list[Line] = lines_of(stored)
        self.name = name
        if request.method == "POST":
            sent = lines_from(request.POST.getlist("kind"), request.POST.getlist("text"))
            self.lines = stepped(sent, step)
            self.name = request.POST.get("name", "")

    @property
    def entries(self) -> Entries:
        return entries_of(self.lines)

    def context(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "lines": shown_lines(self.lines, self.book),
            "offers": offers(self.book),
            "problem": self.problem,
        }


def _known(entries: Entries, book: Mapping[str, Kpi]) -> Entries:
    return tuple(entry for entry in entries if entry.key in book)


def _template_or_404(house: Agency, number: int) -> KpiTemplate:
    template = template_in(house, number)
    if template is None:
        raise Http404
    return template
