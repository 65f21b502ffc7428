"""Notes beside a client's numbers: the list, a new one, changing, removing and putting back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from kpis.book import book_of
from kpis.models import Annotation
from kpis.notes.forms import NoteForm, initial_of
from kpis.notes.queries import note_in, notes_of
from kpis.notes.services import note_add, note_change, note_remove, note_restore
from kpis.pages.notes import note_rows
from kpis.services import last_complete_of
from kpis.views.entering import private, reader_for

MOST = 300
#: Removed notes that the list still offers to put back.
MOST_REMOVED = 20


@require_safe
def notes(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """Who sees only the client's side sees only what is shared with it."""
    brand = access_client(request.access, client, "see_numbers")
    may_edit, sees_agency = request.access.can("edit_goals"), request.access.can("see_costs")
    rows = list(notes_of(brand, sees_agency)[:MOST])
    names = member_names(request.access.agency, [note.author_id for note in rows])
    context = {
        "client": brand,
        "rows": note_rows(
            rows, book_of(brand), names if sees_agency else {}, reader_for(request, brand)
        ),
        "removed": notes_of(brand, True, is_removed=True)[:MOST_REMOVED] if may_edit else [],
        "may_edit": may_edit,
        "sees_agency": sees_agency,
    }
    return private(render(request, "notes/notes.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """`?kpi=` and `?day=` fill the form; from a KPI's page (`?back=`) one returns to it."""
    brand = access_client(request.access, client, "edit_goals")
    book = book_of(brand)
    initial: dict[str, Any] = {
        "starts_on": request.GET.get("day") or last_complete_of(brand),
        "size_as": "relative",
    }
    form = NoteForm(request.POST or None, book=book, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            note_add(brand, form.wish, request.access.actor_id)
        except DomainError as error:
            _explain(form, error)
        else:
            messages.success(request, _("The note is in."))
            back = request.GET.get("back", "")
            if back in book:
                return redirect("kpi", agency, client, back)
            return redirect("notes", agency, client)
    return private(render(request, "notes/note_form.html", {"client": brand, "form": form}))


@require_http_methods(["GET", "HEAD", "POST"])
def note_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    note, book = _note_or_404(brand, number), book_of(brand)
    form = NoteForm(request.POST or None, book=book, initial=initial_of(note, book))
    if request.method == "POST" and form.is_valid():
        try:
            note_change(brand, note, form.wish)
        except DomainError as error:
            _explain(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("notes", agency, client)
    context = {"client": brand, "form": form, "note": note}
    return private(render(request, "notes/note_form.html", context))


@require_POST
def note_delete(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    note_remove(brand, _note_or_404(brand, number))
    messages.success(request, _("The note is removed; it can be put back below."))
    return redirect("notes", agency, client)


@require_POST
def note_undelete(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    note_restore(brand, _note_or_404(brand, number))
    messages.success(request, _("The note is back."))
    return redirect("notes", agency, client)


def _explain(form: NoteForm, error: DomainError) -> None:
    for name, message in error.data.get("fields", []):
        form.add_error(name if name in form.fields else None, message)


def _note_or_404(client: Client, number: int) -> Annotation:
    note = note_in(client, number)
    if note is None:
        raise Http404
    return note
