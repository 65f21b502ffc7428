"""Going: out of an agency, or for good."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import memberships_of
from accounts.confirming import confirmed
from accounts.errors import DomainError
from accounts.forms.leaving import EraseLoginForm
from accounts.requests import PersonRequest
from accounts.services.people import person_erase, person_leave


@login_required
@require_POST
@confirmed
def leave(request: PersonRequest, house: str) -> HttpResponse:
    """Out of one agency. The address names it otherwise than its pages do: no scope is opened."""
    held = [row for row in memberships_of(request.user) if row.agency.slug == house]
    if not held:
        raise Http404
    try:
        person_leave(held[0])
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("profile")
    messages.success(
        request,
        _("You have left %(agency)s. What you did there stays.") % {"agency": held[0].agency.name},
    )
    return redirect("profile")


@login_required
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: PersonRequest) -> HttpResponse:
    """Delete one's own login."""
    form = EraseLoginForm(request.POST or None, expected=request.user.email)
    if request.method == "POST" and form.is_valid():
        try:
            person_erase(request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            messages.success(request, _("Your login is deleted."))
            return redirect("account_login")
    return render(request, "accounts/erase_login.html", {"form": form})
