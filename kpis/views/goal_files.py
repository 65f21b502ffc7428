"""Goals from a file: an empty one to fill in, what each line would do, and then doing it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import access_client
from accounts.requests import AgencyRequest
from kpis.goal_setting.files import GoalFileRefused, empty_file, lines_in, text_of
from kpis.goal_setting.importing import REFUSED, goals_import
from kpis.views.entering import private


@require_http_methods(["GET", "HEAD", "POST"])
def goals_file(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """The first sending shows a verdict on each line; the second, with the same text, writes."""
    brand = access_client(request.access, client, "edit_goals")
    context: dict[str, Any] = {
        "client": brand, "verdicts": None, "error": "", "text": "", "is_written": False,
    }  # fmt: skip
    if request.method == "POST":
        is_writing = request.POST.get("do") == "write"
        try:
            upload = request.FILES.get("file")
            text = text_of(upload.read()) if upload else request.POST.get("text", "")
            lines = lines_in(text)
            is_all = request.POST.get("all") == "on"
            verdicts = goals_import(brand, lines, request.access.actor_id, is_all, not is_writing)
            refused = sum(each.verdict == REFUSED for each in verdicts)
            context |= {
                "verdicts": verdicts,
                "text": text,
                "good": len(verdicts) - refused,
                "refused": refused,
                "is_written": is_writing and not (is_all and refused),
            }
        except GoalFileRefused as error:
            context["error"] = str(error)
        if is_writing and not context["is_written"] and not context["error"]:
            context["error"] = _("Nothing was written: some lines are refused.")
    return private(render(request, "goals/goals_file.html", context))


@require_safe
def goals_file_empty(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    access_client(request.access, client, "edit_goals")
    response = HttpResponse(empty_file(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="goals.csv"'
    return private(response)
