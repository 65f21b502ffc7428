"""Every list of rows that people keep: one page, one CSV, declared in `campaigns.lists`."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import access_client
from accounts.models import Client
from accounts.requests import AgencyRequest
from campaigns.forms.records import BULK
from campaigns.lists import LISTS, ListKind
from campaigns.lists.asking import asked_of
from campaigns.lists.columns import plain_cells, plain_heads
from campaigns.lists.reading import all_asked, page_asked, tally_asked
from campaigns.lists.showing import controls_of, heads_of, lines_of, orders_of
from campaigns.queries import salesperson_of

#: A file of more rows than this nobody opens in a spreadsheet; the export of a client is another thing.
MOST_LINES = 200_000


@require_safe
def rows(request: AgencyRequest, agency: str, client: str, kind: str) -> HttpResponse:
    listed = LISTS[kind]
    brand = access_client(request.access, client, listed.see)
    usual = usual_of(request, listed, brand)
    asked = asked_of(listed, brand, request.GET.dict(), usual)
    columns = listed.seen(request.access.can)
    page = page_asked(listed, brand, asked)
    context = {
        "client": brand,
        "kind": listed,
        "asked": asked,
        "page": page,
        "tally": tally_asked(listed, brand, asked),
        "heads": heads_of(listed, columns, asked),
        "lines": lines_of(
            columns,
            page.rows,
            lambda row: address(request, f"{listed.one}_detail", number=row.pk),
            lambda row: address(request, "lead_edit", number=row.pk) if kind == "leads" else "",
        ),
        "controls": controls_of(listed, brand, asked, usual),
        "orders": orders_of(listed, columns, asked),
        "tabs": tabs_of(request, listed),
        "csv_href": address(request, f"{listed.route}_csv"),
        "bulk_href": address(request, f"{listed.route}_bulk"),
        "may_edit": request.access.can(listed.edit),
        "may_bulk": bool(BULK[kind]),
        "new_href": new_address(request, listed),
    }
    return render(request, "lists/list.html", context)


@require_safe
def rows_csv(request: AgencyRequest, agency: str, client: str, kind: str) -> HttpResponse:
    """All that was asked for, with exact numbers; no cell is a formula."""
    listed = LISTS[kind]
    brand = access_client(request.access, client, listed.see)
    asked = asked_of(listed, brand, request.GET.dict(), usual_of(request, listed, brand))
    columns = listed.seen(request.access.can)
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([head for column in columns for head in plain_heads(column)])
    for number, row in enumerate(all_asked(listed, brand, asked)):
        if number == MOST_LINES:
            break
        writer.writerow([cell for column in columns for cell in plain_cells(column, row)])
    name = f"{brand.slug}-{listed.key}-{timezone.now().date().isoformat()}.csv"
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def usual_of(request: AgencyRequest, kind: ListKind, client: Client) -> dict[str, str]:
    """A seller's list of leads begins with their own."""
    if kind.key != "leads" or request.access.can("see_data"):
        return {}
    own = salesperson_of(client, request.access.membership)
    return {"salesperson": str(own.pk)} if own else {}


def tabs_of(request: AgencyRequest, kind: ListKind) -> list[tuple[ListKind, str, bool]]:
    """The lists beside this one that the reader may see, with their addresses."""
    return [
        (LISTS[key], address(request, LISTS[key].route), key == kind.key)
        for key in kind.tabs
        if request.access.can(LISTS[key].see)
    ]


def address(request: AgencyRequest, route: str, **parts: Any) -> str:
    """An address of the client that this request is about."""
    known = request.resolver_match.kwargs if request.resolver_match else {}
    return reverse(route, kwargs={"agency": known["agency"], "client": known["client"], **parts})


def new_address(request: AgencyRequest, kind: ListKind) -> str:
    return address(request, f"{kind.one}_new") if request.access.can(kind.edit) else ""
