"""A row of any list: added, looked at with its history, changed, removed; and any act taken back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.going_on import next_page
from accounts.models import Client
from accounts.requests import AgencyRequest
from campaigns.daily_by_hand.places import KIND as DAILY
from campaigns.forms.lines import SaleForm
from campaigns.forms.records import RecordForm
from campaigns.lists import LISTS, ListKind
from campaigns.lists.columns import cell_of
from campaigns.lists.picking import offers
from campaigns.lists.reading import row_of
from campaigns.queries import act_in
from campaigns.records import (
    KINDS,
    Change,
    RecordNotFound,
    act_undo,
    history_of,
    record_create,
    records_change,
)
from campaigns.views.lists import address, tabs_of
from campaigns.views.telling import tell, tell_undoable


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: AgencyRequest, agency: str, client: str, kind: str) -> HttpResponse:
    listed = LISTS[kind]
    brand = access_client(request.access, client, listed.edit)
    form = form_of(request, listed, brand, initial=_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            done = record_create(kind, brand, form.values, request.access.membership)
        except DomainError as error:
            form.refuse(error)
        else:
            tell(request, brand, agency, done)
            if request.POST.get("do") == "more":
                return redirect(request.get_full_path())
            return redirect(next_page(request, address(request, listed.route)))
    status = 422 if form.is_bound else 200
    return render(request, "lists/record.html", _page(request, listed, brand, form), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def record(
    request: AgencyRequest, agency: str, client: str, kind: str, number: int
) -> HttpResponse:
    """A row: its form for who may change it, else what it says; and its history."""
    listed = LISTS[kind]
    is_post = request.method == "POST"
    brand = access_client(request.access, client, listed.edit if is_post else listed.see)
    row = row_or_404(listed, brand, number)
    form = form_of(request, listed, brand, row) if request.access.can(listed.edit) else None
    if is_post and form is not None and form.is_valid():
        try:
            done = records_change(kind, brand, [number], form.values, request.access.membership)
        except DomainError as error:
            form.refuse(error)
        else:
            tell(request, brand, agency, done)
            return redirect(next_page(request, _after_edit(request, listed, number)))
    context = _page(request, listed, brand, form, row)
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "lists/record.html", context, status=status)


@require_POST
def record_undo(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """Take an act back; the undo can be taken back too."""
    brand = access_client(request.access, client, None)
    act = act_in(brand, number)
    if act is None:
        raise Http404
    is_daily = act.kind == DAILY  # of the one grid that is no list
    access_client(request.access, client, "edit_data" if is_daily else KINDS[act.kind].edits)
    try:
        undone = act_undo(brand, number, request.access.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        tell_undoable(request, brand, agency, undone, _("Undone: it is as it was before."))
    route = "daily_figures" if is_daily else LISTS[act.kind].route
    return redirect(next_page(request, address(request, route)))


@require_safe
def record_find(request: AgencyRequest, agency: str, client: str, kind: str) -> HttpResponse:
    """The rows of a list that fit what is being typed: choices for a form's field."""
    listed = LISTS[kind]
    brand = access_client(request.access, client, listed.see)
    text, name = request.GET.get("find", "")[:100], request.GET.get("field", "")
    context = {"offers": offers(kind, brand, text), "name": name if name.isidentifier() else kind}
    shape = "options" if request.GET.get("as") == "options" else "offers"
    return render(request, f"lists/parts/{shape}.html", context)


def form_of(
    request: AgencyRequest,
    kind: ListKind,
    client: Client,
    row: Any = None,
    initial: dict[str, Any] | None = None,
) -> RecordForm:
    form = SaleForm if kind.key == "sales" else RecordForm
    without = () if request.access.can("see_data") else ("customer",)
    return form(
        request.POST if request.method == "POST" else None,
        kind=kind.key,
        client=client,
        find=lambda key: address(request, f"{LISTS[key].route}_find"),
        row=row,
        initial=initial,
        without=without if kind.key == "interactions" else (),
    )


def row_or_404(kind: ListKind, client: Client, number: int) -> Any:
    row = row_of(kind, client, number)
    if row is None:
        raise Http404
    return row


def _page(
    request: AgencyRequest, kind: ListKind, client: Client, form: RecordForm | None, row: Any = None
) -> dict[str, Any]:
    return {
        "client": client,
        "kind": kind,
        "form": form,
        "row": row,
        "tabs": tabs_of(request, kind),
        "list_href": address(request, kind.route),
        "remove_href": (
            address(request, f"{kind.one}_remove", number=row.pk) if row is not None else ""
        ),
        "changes": changes_of(kind, client, row.pk) if row is not None else [],
        "may_edit": request.access.can(kind.edit),
        "products_href": address(request, "products_find") if kind.key == "sales" else "",
        "cells": [cell_of(column, row) for column in kind.seen(request.access.can)] if row else [],
    }


def changes_of(kind: ListKind, client: Client, number: int) -> list[Change]:
    """A row's history; a row that came before there was an audit has none."""
    try:
        return history_of(kind.key, client, number)
    except RecordNotFound:
        return []


def _given(request: AgencyRequest) -> dict[str, Any]:
    """What a link to the form fills in: the lead of a contact, the sale of a refund."""
    names = ("lead", "customer", "sale", "campaign")
    return {name: request.GET[name] for name in names if request.GET.get(name, "").isdecimal()}


def _after_edit(request: AgencyRequest, kind: ListKind, number: int) -> str:
    if kind.key == "leads":
        return address(request, "lead_detail", number=number)
    return address(request, kind.route)
