"""The data page: what delivers and how fresh it is, and the imports, newest first."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from campaigns.queries import batches_of, syncs_of
from campaigns.services import has_samples, source_retire, source_revive
from campaigns.views.imports import WAITING

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
        "is_waiting": any(batch.state in WAITING for batch in page),
        "may_import": request.access.can("import_data"),
        "may_enter": request.access.can("edit_data"),
        "has_samples": has_samples(brand),
    }
    return render(request, "campaigns/data.html", context)


@require_POST
def source_end(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """A source that nobody delivers any more is no longer waited for; `again` waits for it again."""
    brand = access_client(request.access, client, "import_data")
    source = request.POST.get("source", "")
    if "again" in request.POST:
        source_revive(brand, source)
        messages.success(request, _("“%(source)s” is expected to deliver.") % {"source": source})
    elif source_retire(brand, source):
        words = _("“%(source)s” is no longer waited for: later days have nothing of it.")
        messages.success(request, words % {"source": source})
    return redirect("data", agency, client)
