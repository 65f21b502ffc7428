"""Alert rules: the list, the form with its trial of the last 90 days, and their buttons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.forms.numbers import amounts_in
from accounts.models import Client
from accounts.requests import AgencyRequest
from campaigns.queries import campaigns_of
from kpis.book import book_of
from kpis.views.entering import private, reader_for
from steering.alerts.firing import rule_replay
from steering.models import AlertRule
from steering.pages.rules import ReplayPage, replay_page, rule_rows
from steering.rule_forms import RuleForm, initial_of
from steering.rule_queries import rule_in, rules_of, standings_of
from steering.rule_services import (
    rule_archive,
    rule_change,
    rule_create,
    rule_draft,
    rule_pause,
    rule_restore,
)


@require_safe
def rules(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "see_data")
    reader = reader_for(request, brand)
    standings = standings_of(brand)
    context = {
        "client": brand,
        "rows": rule_rows(brand, list(rules_of(brand)), standings, reader),
        "archived": rule_rows(brand, list(rules_of(brand, is_archived=True)), {}, reader),
        "may_edit": request.access.can("edit_goals"),
    }
    return private(render(request, "steering/rules.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    first = {"kpi": request.GET.get("kpi", "leads"), "condition": "change", "direction": "below",
             "span": "week", "severity": "warning", "against": "before"}  # fmt: skip
    return _edit(request, brand, None, first)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    rule = _rule_or_404(brand, number)
    return _edit(request, brand, rule, initial_of(rule, book_of(brand)))


def _edit(
    request: AgencyRequest, client: Client, rule: AlertRule | None, first: dict[str, Any]
) -> HttpResponse:
    """Saved, or tried out: a trial writes and sends nothing."""
    form = RuleForm(
        request.POST or None,
        initial=first,
        campaigns=campaigns_of(client, is_archived=False),
        book=book_of(client),
    )
    amounts_in(form, client.currency)
    trial: ReplayPage | None = None
    is_stale = False
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("do") == "save":
                return _save(request, client, rule, form)
            draft = rule_draft(client, form.wish)
            replay = rule_replay(client, draft)
            is_stale = replay is None
            if replay is not None:
                trial = replay_page(client, draft, replay, reader_for(request, client))
        except DomainError as error:
            _explain(form, error)
    context = {"client": client, "form": form, "rule": rule, "trial": trial, "is_stale": is_stale}
    return private(render(request, "steering/rule_form.html", context))


def _save(
    request: AgencyRequest, client: Client, rule: AlertRule | None, form: RuleForm
) -> HttpResponse:
    if rule is None:
        rule_create(client, form.wish, request.access.actor_id)
    else:
        rule_change(client, rule, form.wish)
    messages.success(request, _("The rule is set. It is judged every night."))
    return redirect("rules", request.access.agency.slug, client.slug)


@require_POST
def rule_act(
    request: AgencyRequest, agency: str, client: str, number: int, act: str
) -> HttpResponse:
    """archive, pause, or restore from either."""
    brand = access_client(request.access, client, "edit_goals")
    rule = _rule_or_404(brand, number)
    undo = f"undo:{reverse('rule_restore', args=[agency, client, number])}"
    if act == "archive":
        rule_archive(brand, rule, timezone.now())
        messages.success(request, _("The rule is in the archive."), extra_tags=undo)
    elif act == "pause":
        rule_pause(brand, rule, timezone.now())
        messages.success(request, _("The rule rests until it is resumed."), extra_tags=undo)
    else:
        rule_restore(rule)
        messages.success(request, _("The rule is at work."))
    return redirect("rules", agency, client)


def _explain(form: RuleForm, error: DomainError) -> None:
    for name, message in error.data.get("fields") or [("", str(error))]:
        form.add_error(name if name in form.fields else None, message)


def _rule_or_404(client: Client, number: int) -> AlertRule:
    rule = rule_in(client, number)
    if rule is None:
        raise Http404
    return rule
