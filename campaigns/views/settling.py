"""Settle times: how long the figures of each source still move."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import access_client
from accounts.requests import AgencyRequest
from campaigns.forms.settling import SettlingForm
from campaigns.services.settling import settling_of, settling_set


@require_http_methods(["GET", "HEAD", "POST"])
def settling(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "import_data")
    sources = settling_of(brand)
    form = SettlingForm(request.POST or None, sources=sources)
    if request.method == "POST" and form.is_valid():
        for each in sources:
            settling_set(brand, each.family, each.source, form.cleaned_data[each.key])
        messages.success(request, _("Saved."))
        return redirect("settling", agency, client)
    return render(request, "campaigns/settling.html", {"client": brand, "form": form})
