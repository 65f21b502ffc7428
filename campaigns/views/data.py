"""The data page: what delivers and how fresh it is, and the imports, newest first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access_client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from campaigns.queries import batches_of, syncs_of

PAGE = 25


@require_safe
def data(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "see_data")
    page = Paginator(batches_of(brand), PAGE).get_page(request.GET.get("page"))
    names = member_names(request.access.agency, (batch.written_by for batch in page))
    context = {
        "client": brand,
        "syncs": syncs_of(brand),
        "page": page,
        "batches": [(batch, names.get(batch.written_by or 0, "")) for batch in page],
        "may_import": request.access.can("import_data"),
    }
    return render(request, "campaigns/data.html", context)
