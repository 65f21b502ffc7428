"""The inbox of a member in an agency, and what they choose to hear."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership
from accounts.requests import AgencyRequest
from inbox.forms import ChoicesForm
from inbox.queries import choices_of, deliveries_of, delivery_of
from inbox.services import choices_set, kinds_for, notice_unread, notices_read
from inbox.words import told

PAGE = 30


def _member(request: AgencyRequest) -> Membership:
    """An inbox is a person's: a key of the API has none."""
    if request.access.membership is None:
        raise PermissionDenied("inbox")
    return request.access.membership


@require_safe
def inbox(request: AgencyRequest, agency: str) -> HttpResponse:
    member = _member(request)
    is_new_only = request.GET.get("new") == "1"
    rows = deliveries_of(member, request.GET.get("kind", ""), is_new_only)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [told(each, request.access.agency) for each in page],
        "page": page,
        "kinds": kinds_for(member),
        "kind": request.GET.get("kind", ""),
        "is_new_only": is_new_only,
    }
    return render(request, "inbox/inbox.html", context)


@require_POST
def notice_open(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    """Read, and on to the page it speaks of."""
    member = _member(request)
    delivery = delivery_of(member, number)
    if delivery is None:
        raise Http404
    notices_read(member, [number])
    line = told(delivery, request.access.agency)
    return redirect(line.href) if line.href else redirect("inbox", agency)


@require_POST
def notice_mark(request: AgencyRequest, agency: str, number: int) -> HttpResponse:
    """Read without opening; or new again."""
    member = _member(request)
    delivery = delivery_of(member, number)
    if delivery is None:
        raise Http404
    if delivery.read_at is None:
        notices_read(member, [number])
    else:
        notice_unread(member, number)
    return redirect("inbox", agency)


@require_POST
def notices_mark_all(request: AgencyRequest, agency: str) -> HttpResponse:
    notices_read(_member(request))
    messages.success(request, _("All notices are read."))
    return redirect("inbox", agency)


@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request: AgencyRequest, agency: str) -> HttpResponse:
    member = _member(request)
    form = ChoicesForm(request.POST or None, kinds=kinds_for(member), chosen=choices_of(member))
    if request.method == "POST" and form.is_valid():
        choices_set(member, form.wanted())
        messages.success(request, _("From now on you hear what you chose."))
        return redirect("inbox", agency)
    return render(request, "inbox/choices.html", {"form": form})
