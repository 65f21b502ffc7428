"""API tokens: the list, a new one whose secret is shown once, and the end of one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_whole_agency
from accounts.confirming import confirmed
from accounts.forms import TokenForm
from accounts.queries import clients_of, token_in, tokens_of
from accounts.requests import AgencyRequest
from accounts.services import token_create, token_revoke


@require_safe
def tokens(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, "manage_tokens")
    return render(
        request, "accounts/tokens.html", {"tokens": tokens_of(house), "now": timezone.now()}
    )


@confirmed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, "manage_tokens")
    form = TokenForm(request.POST or None, clients=clients_of(house))
    if request.method == "POST" and form.is_valid():
        token, secret = token_create(
            house, **form.cleaned_data, created_by=request.access.membership
        )
        # Shown on this answer and nowhere else: a redirect would have to keep it somewhere.
        return render(request, "accounts/token_secret.html", {"token": token, "secret": secret})
    return render(request, "accounts/token_new.html", {"form": form})


@require_POST
@confirmed
def token_end(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    token = token_in(access_whole_agency(request.access, "manage_tokens"), number)
    if token is None:
        raise Http404
    token_revoke(token)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("tokens", agency)
