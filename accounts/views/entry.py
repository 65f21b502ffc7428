"""Coming in: the first page, one's own name, a new agency, an invitation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import memberships_of
from accounts.browser_defaults import defaults_for
from accounts.errors import DomainError
from accounts.forms import AcceptForm, AgencyNewForm, ProfileForm
from accounts.going_on import next_page
from accounts.languages import remember_language
from accounts.models import Agency, Invitation, Membership, Role, User
from accounts.queries import (
    agency_offering,
    invitation_by_secret,
    only_client_of,
    unfinished_agency,
    user_by_email,
)
from accounts.requests import PersonRequest
from accounts.services import (
    agency_change,
    agency_create,
    agency_logo_set,
    invitation_accept,
    person_change,
    person_create,
    person_guide_close,
)
from accounts.services.invitations import acceptance_check
from accounts.shell import DEFAULT_ACCENT
from accounts.tenancy import tenant_scope

LOGIN_BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@login_required
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """To the one agency, or a choice among several; without any, to making one."""
    memberships = memberships_of(request.user)
    if not memberships:
        return redirect("agency_new")
    if len(memberships) == 1:
        return redirect(first_page(memberships[0]))
    return render(
        request,
        "accounts/choose.html",
        {"choices": [(row, first_page(row)) for row in memberships]},
    )


def first_page(membership: Membership) -> str:
    """Where work begins: sellers have no dashboards, and who sees one client needs no list."""
    only = only_client_of(membership)
    if membership.role == Role.VIEWER and only is not None:
        return reverse("dashboard", args=[membership.agency.slug, only])
    name = "lead_home" if membership.role == Role.SELLER else "portfolio"
    return reverse(name, args=[membership.agency.slug])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_new(request: PersonRequest) -> HttpResponse:
    """A first agency, or another. Coming back by the browser's button changes the first one again."""
    memberships = memberships_of(request.user)
    begun = unfinished_agency(memberships)
    form = AgencyNewForm(
        request.POST or None, request.FILES or None, initial=_agency_so_far(request, begun)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        request.session["browser_zone"] = data["browser_zone"]
        wish = data["name"], data["language"], data["accent"]
        try:
            made = begun or agency_create(request.user, *wish)
            with tenant_scope(made.pk):
                agency_change(made, *wish[:2], wish[2] or made.accent, _currency(data, begun))
                if content := form.logo_content:
                    agency_logo_set(made, content)
        except DomainError as error:
            form.add_error("logo_file" if error.code.startswith("logo") else "name", str(error))
        else:
            return redirect("client_new", made.slug)
    is_first = begun is not None or not memberships
    return render(
        request,
        "accounts/agency_new.html",
        {"form": form, "memberships": memberships, "is_first": is_first, "begun": begun},
    )


def _agency_so_far(request: PersonRequest, begun: Agency | None) -> dict[str, str]:
    if begun is None:
        return {"language": request.user.language, "accent": DEFAULT_ACCENT}
    return {"name": begun.name, "language": begun.language, "accent": begun.accent}


def _currency(data: dict[str, Any], begun: Agency | None) -> str:
    """A new agency reports in its country's currency; one that was begun keeps what it has."""
    return "" if begun else defaults_for(data["browser_zone"]).currency


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person_change(user, **form.cleaned_data)
        response = redirect("profile")
        remember_language(response, user)
        messages.success(request, _("Saved."))
        return response
    choices = [(row, first_page(row)) for row in memberships_of(user)]
    return render(request, "accounts/profile.html", {"form": form, "choices": choices})


@login_required
@require_POST
def guide_close(request: PersonRequest) -> HttpResponse:
    """Fold up the words that explain the dashboard, for this person, on all their devices."""
    person_guide_close(request.user)
    return redirect(safe_next(request))


def safe_next(request: HttpRequest) -> str:
    """The page that a form names to go on to, if it is one of ours."""
    return next_page(request, reverse("home"), within="/")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind the link: join with the login one has, or make one."""
    offer = invitation_by_secret(secret)
    if offer is None:
        raise Http404
    agency = agency_offering(offer)
    page: dict[str, Any] = {"offer": offer, "agency": agency, "secret": secret}
    try:
        acceptance_check(offer)
    except DomainError as error:
        return render(request, "accounts/invitation.html", page | {"refusal": error}, status=410)
    if isinstance(request.user, User):
        return _accept_as_user(request, request.user, offer, page)
    if user_by_email(offer.email):
        link = reverse("account_login") + f"?next={request.path}"
        return render(request, "accounts/invitation.html", page | {"login": link})
    return _accept_as_stranger(request, offer, page)


def _accept_as_user(
    request: HttpRequest, user: User, offer: Invitation, page: dict[str, Any]
) -> HttpResponse:
    if user.email.lower() != offer.email.lower():
        return render(request, "accounts/invitation.html", page | {"is_other_person": True})
    if request.method != "POST":
        return render(request, "accounts/invitation.html", page)
    try:
        return redirect(first_page(invitation_accept(user, offer)))
    except DomainError as error:  # somebody was faster: the offer is used or withdrawn
        return render(request, "accounts/invitation.html", page | {"refusal": error}, status=410)


def _accept_as_stranger(
    request: HttpRequest, offer: Invitation, page: dict[str, Any]
) -> HttpResponse:
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = person_create(
                offer.email,
                form.cleaned_data["name"],
                form.cleaned_data["password"],
                page["agency"].language,
            )
        except ValidationError as error:
            form.add_error("password", error)
        else:
            membership = invitation_accept(user, offer)
            login(request, user, backend=LOGIN_BACKEND)
            response: HttpResponseRedirect = redirect(first_page(membership))
            remember_language(response, user)
            return response
    return render(request, "accounts/invitation.html", page | {"form": form})
