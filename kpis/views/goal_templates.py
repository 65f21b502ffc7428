"""Goals in bulk: the agency's goal templates, and setting one at many clients after a look."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_whole_agency, clients_of
from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.requests import AgencyRequest
from kpis.book import book_of_agency
from kpis.goal_setting.template_forms import GoalTemplateForm, said_by
from kpis.goal_setting.template_services import (
    MOST_CLIENTS,
    NEW,
    goal_template_apply,
    goal_template_archive,
    goal_template_in,
    goal_template_restore,
    goal_template_save,
    goal_templates_of,
    prospects,
)
from kpis.models import GoalTemplate
from kpis.pages.goal_templates import prospect_lines, template_lines
from kpis.views.entering import private, reader_for

MAY = "edit_goals"
WRITING = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def goal_templates(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, MAY)
    book = book_of_agency(house.pk)
    context = {
        "lines": template_lines(goal_templates_of(house), book, reader_for(request)),
        "archived": goal_templates_of(house, is_archived=True),
    }
    return render(request, "goals/templates.html", context)


@WRITING
def goal_template_new(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, MAY)
    return _editor(request, house, GoalTemplate(agency=house))


@WRITING
def goal_template_edit(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    house = access_whole_agency(request.access, MAY)
    return _editor(request, house, _template_or_404(house, number))


def _editor(request: AgencyRequest, house: Agency, template: GoalTemplate) -> HttpResponse:
    book = book_of_agency(house.pk)
    initial = said_by(template, book) if template.pk else {"kpi": "leads", "target_as": "absolute"}
    title = template.name
    form = GoalTemplateForm(request.POST or None, initial=initial, book=book)
    if request.method == "POST" and form.is_valid():
        try:
            saved = goal_template_save(form.write_to(template))
            messages.success(request, _("The template is saved. Choose its clients now."))
            return redirect("goal_template_apply", house.slug, saved.pk)
        except DomainError as error:
            form.add_error("name", str(error))
    return render(request, "goals/template_form.html", {"form": form, "title": title})


@require_POST
def goal_template_close(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    goal_template_archive(_template_or_404(access_whole_agency(request.access, MAY), number))
    messages.success(request, _("The template is in the archive; goals set from it stay."))
    return redirect("goal_templates", agency)


@require_POST
def goal_template_reopen(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    try:
        goal_template_restore(_template_or_404(access_whole_agency(request.access, MAY), number))
        messages.success(request, _("The template is back."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("goal_templates", agency)


@WRITING
def goal_template_give(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    """Choose clients (`?q=`, `?mark=all`), look at what it comes to, set it: `do` look or set."""
    house = access_whole_agency(request.access, MAY)
    template = _template_or_404(house, number)
    clients = list(clients_of(request.access).filter(archived_at=None).order_by("name"))
    wanted = set(request.POST.getlist("client"))
    chosen = [client for client in clients if str(client.pk) in wanted]
    context: dict[str, Any] = {"template": template, "total": len(clients)}
    book = book_of_agency(house.pk)
    context["line"] = template_lines([template], book, reader_for(request))[0]
    if request.method == "POST" and _is_enough(request, chosen):
        if request.POST.get("do") == "set":
            given = goal_template_apply(template, chosen, request.access.actor_id)
            context |= {"given": given, "done": sum(each.verdict == NEW for each in given)}
        else:
            found = prospects(template, chosen)
            lines = prospect_lines(found, lambda client: reader_for(request, client))
            context |= {"lines": lines, "good": sum(line.is_good for line in lines)}
        return private(render(request, "goals/template_apply.html", context))
    sought, is_all = request.GET.get("q", "").strip(), request.GET.get("mark") == "all"
    context |= {
        "clients": [
            (client, is_all or client in chosen)
            for client in clients
            if sought.casefold() in client.name.casefold()
        ],
        "q": sought,
    }
    return private(render(request, "goals/template_apply.html", context))


def _is_enough(request: AgencyRequest, chosen: list[Client]) -> bool:
    """At least one client and not too many at once; says so otherwise."""
    if not chosen:
        messages.error(request, _("Choose at least one client."))
    elif len(chosen) > MOST_CLIENTS:
        words = _("Choose at most %(most)s clients at a time.") % {"most": MOST_CLIENTS}
        messages.error(request, words)
    return 0 < len(chosen) <= MOST_CLIENTS


def _template_or_404(house: Agency, number: int) -> GoalTemplate:
    template = goal_template_in(house, number)
    if template is None:
        raise Http404
    return template
