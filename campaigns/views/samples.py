"""Sample files: each kind's to download, and some brought into a client to look around with."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.requests import AgencyRequest
from campaigns.imports.samples import SAMPLES
from campaigns.services import sample_text, samples_import, samples_undo


@require_safe
def import_sample_file(request: AgencyRequest, agency: str, client: str, name: str) -> HttpResponse:
    """A small CSV of that kind, with the headers of the reader's language."""
    brand = access_client(request.access, client, "import_data")
    if name not in SAMPLES:
        raise Http404
    return HttpResponse(
        "\ufeff" + sample_text(brand, name, _language()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="sample-{name}.csv"'},
    )


@require_POST
def import_sample(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """Bring the sample data in; with it there already, nothing happens."""
    brand = access_client(request.access, client, "import_data")
    samples_import(brand, _language(), request.access.actor_id)
    messages.success(
        request, _("The sample data is on its way. It is marked “sample” and goes with one click.")
    )
    return redirect("data", agency, client)


@require_POST
def import_sample_undo(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "import_data")
    try:
        samples_undo(brand)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The sample data is gone: everything is as it was before it."))
    return redirect("data", agency, client)


def _language() -> str:
    return (get_language() or "en")[:2]
