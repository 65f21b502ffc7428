"""Many rows of a list at once: given the same values, or removed; each time one act."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.going_on import next_page
from accounts.models import Client
from accounts.numbers import shown_here
from accounts.requests import AgencyRequest
from campaigns.forms.records import BulkForm
from campaigns.lists import LISTS, ListKind
from campaigns.lists.asking import asked_of
from campaigns.lists.reading import ids_asked
from campaigns.records import MOST_ROWS, RecordConflict, records_change, records_remove
from campaigns.views.lists import address, usual_of
from campaigns.views.records import row_or_404
from campaigns.views.telling import tell


@require_POST
def records_bulk(request: AgencyRequest, agency: str, client: str, kind: str) -> HttpResponse:
    """The button says what: "edit" shows the form, "save" gives the values, "remove" removes."""
    listed = LISTS[kind]
    brand = access_client(request.access, client, listed.edit)
    ids = _chosen(request, listed, brand)
    if not ids:
        messages.warning(request, _("Choose at least one row."))
        return redirect(next_page(request, address(request, listed.route)))
    if len(ids) > MOST_ROWS:
        words = _(
            "At most %(most)s rows go in one act. Narrow the list by its filters, then choose all."
        )
        messages.error(request, words % {"most": shown_here(MOST_ROWS)})
        return redirect(next_page(request, address(request, listed.route)))
    match request.POST.get("do"):
        case "remove":
            return _remove(request, listed, brand, ids)
        case "save":
            return _save(request, listed, brand, ids)
        case _:
            return _form(request, listed, brand, ids, None)


def _save(request: AgencyRequest, kind: ListKind, client: Client, ids: list[int]) -> HttpResponse:
    form = _bulk_form(request, kind, client, request.POST)
    if form.is_valid():
        if not form.values:
            form.add_error(None, _("Choose at least one thing to change."))
        else:
            try:
                done = records_change(kind.key, client, ids, form.values, request.access.membership)
            except DomainError as error:
                name = str(error.data.get("field") or "")
                form.add_error(name if name in form.fields else None, str(error))
            else:
                tell(request, client, request.access.agency.slug, done)
                return redirect(next_page(request, address(request, kind.route)))
    return _form(request, kind, client, ids, form, status=422)


@require_POST
def record_delete(
    request: AgencyRequest, agency: str, client: str, kind: str, number: int
) -> HttpResponse:
    listed = LISTS[kind]
    brand = access_client(request.access, client, listed.edit)
    row_or_404(listed, brand, number)
    return _remove(request, listed, brand, [number])


def _remove(request: AgencyRequest, kind: ListKind, client: Client, ids: list[int]) -> HttpResponse:
    """What hangs on the rows is named first; the page that names it offers to take it along."""
    back = next_page(request, address(request, kind.route))
    whole = request.POST.get("whole") == "yes"
    try:
        done = records_remove(kind.key, client, ids, request.access.membership, whole)
    except RecordConflict as error:
        context = _page(request, kind, client, ids) | {
            "refusal": str(error), "may_whole": kind.key == "leads" and not whole,
        }  # fmt: skip
        return render(request, "lists/conflict.html", context, status=409)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        tell(request, client, request.access.agency.slug, done)
    return redirect(back)


def _page(request: AgencyRequest, kind: ListKind, client: Client, ids: list[int]) -> dict[str, Any]:
    href = address(request, kind.route)
    return {
        "client": client,
        "kind": kind,
        "ids": ids,
        "ids_text": ",".join(map(str, ids)),
        "list_href": href,
        "next": next_page(request, href),
    }


def _form(
    request: AgencyRequest,
    kind: ListKind,
    client: Client,
    ids: list[int],
    form: BulkForm | None,
    status: int = 200,
) -> HttpResponse:
    context = _page(request, kind, client, ids)
    context["form"] = form or _bulk_form(request, kind, client, None)
    return render(request, "lists/bulk.html", context, status=status)


def _bulk_form(request: AgencyRequest, kind: ListKind, client: Client, data: object) -> BulkForm:
    return BulkForm(
        data,
        kind=kind.key,
        client=client,
        find=lambda key: address(request, f"{LISTS[key].route}_find"),
    )


def _chosen(request: AgencyRequest, kind: ListKind, client: Client) -> list[int]:
    """The ids that were ticked, or of all rows that the list was narrowed to; what is no id is nothing.

    Those of a page that asks again come in one field: a form has no thousand of them.
    """
    if request.POST.get("all") == "yes":
        said = QueryDict(request.POST.get("asked", "")[:2000]).dict()
        asked = asked_of(kind, client, said, usual_of(request, kind, client))
        return ids_asked(kind, client, asked, MOST_ROWS)
    texts = ",".join(request.POST.getlist("ids")).split(",")[: MOST_ROWS + 1]
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]
