"""The members page: who is in, who is invited, as what and over which clients."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_whole_agency
from accounts.confirming import confirmed
from accounts.errors import DomainError
from accounts.forms import InviteForm, MemberForm
from accounts.models import Agency, Invitation, Membership, Role
from accounts.queries import (
    client_ids_of,
    clients_named,
    clients_of,
    invitation_in,
    membership_in,
    offers_of,
    people_of,
)
from accounts.requests import AgencyRequest
from accounts.services import (
    invitation_resend,
    invitation_revoke,
    member_change,
    member_end,
    members_invite,
)
from accounts.services.invitations import Invited


@require_safe
def members(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, "manage_members")
    return render(
        request,
        "accounts/members.html",
        {
            "people": people_of(house),
            "offers": offers_of(house, timezone.now()),
            "own": request.access.membership,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member_new(request: AgencyRequest, agency: str) -> HttpResponse:
    house = access_whole_agency(request.access, "manage_members")
    actor = _actor(request)
    form = InviteForm(
        request.POST or None,
        actor=actor,
        clients=clients_of(house),
        initial={
            "role": request.GET.get("role") or Role.ANALYST,
            "clients": clients_named(house, request.GET.getlist("client")),
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invited = members_invite(
                actor, data["emails"], data["role"], list(data["clients"]), _base(request)
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _say(request, invited)
            return redirect("members", agency)
    return render(request, "accounts/member_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    house = access_whole_agency(request.access, "manage_members")
    person = _member_or_404(house, number)
    form = MemberForm(
        request.POST or None,
        actor=_actor(request),
        clients=clients_of(house),
        initial={"role": person.role, "clients": client_ids_of(person)},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            member_change(_actor(request), person, data["role"], list(data["clients"]))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("members", agency)
    return render(request, "accounts/member.html", {"form": form, "person": person})


@require_POST
@confirmed
def member_remove(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    house = access_whole_agency(request.access, "manage_members")
    person = _member_or_404(house, number)
    try:
        member_end(_actor(request), person)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("member", agency, number)
    messages.success(request, _("%(person)s is no longer a member.") % {"person": person.user})
    return redirect("members", agency)


@require_POST
def invitation_again(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    offer = _offer_or_404(access_whole_agency(request.access, "manage_members"), number)
    return _on_offer(
        request,
        agency,
        lambda: invitation_resend(_actor(request), offer, _base(request)),
        _("The invitation is on its way to %(email)s.") % {"email": offer.email},
    )


@require_POST
def invitation_withdraw(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    offer = _offer_or_404(access_whole_agency(request.access, "manage_members"), number)
    return _on_offer(
        request,
        agency,
        lambda: invitation_revoke(_actor(request), offer),
        _("The invitation of %(email)s is withdrawn.") % {"email": offer.email},
    )


def _on_offer(
    request: AgencyRequest, agency: str, act: Callable[[], Invitation], done: str
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("members", agency)


def _actor(request: AgencyRequest) -> Membership:
    if request.access.membership is None:
        raise Http404
    return request.access.membership


def _member_or_404(house: Agency, number: int) -> Membership:
    found = membership_in(house, number)
    if found is None:
        raise Http404
    return found


def _offer_or_404(house: Agency, number: int) -> Invitation:
    found = invitation_in(house, number)
    if found is None:
        raise Http404
    return found


def _say(request: AgencyRequest, invited: Invited) -> None:
    to = [row.email for row in invited.invitations]
    if len(to) == 1:
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": to[0]}
        )
    elif to:
        messages.success(
            request,
            ngettext(
                "%(count)s invitation is on its way.",
                "%(count)s invitations are on their way.",
                len(to),
            )
            % {"count": len(to)},
        )
    if invited.members:
        messages.warning(
            request,
            _("Already members, and not invited again: %(people)s.")
            % {"people": ", ".join(invited.members)},
        )


def _base(request: AgencyRequest) -> str:
    return request.build_absolute_uri("/")
