"""A month of daily figures, entered by hand: of the web, of ads, mails and social media."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import access_client
from accounts.models import Client
from accounts.requests import AgencyRequest
from campaigns.channels import CHANNELS
from campaigns.daily_by_hand.grid import Line, lines_of, shown_of, typed_of
from campaigns.daily_by_hand.places import KIND, PARTS, Place, place_asked
from campaigns.daily_by_hand.queries import history_of, others_of, standing_of
from campaigns.daily_by_hand.services import daily_figures_enter
from campaigns.models.batches import Family
from campaigns.own_months import Month, month_of
from campaigns.queries import campaign_in, campaigns_of
from campaigns.records import Done
from campaigns.views.telling import tell

ENTERS = "edit_data"
_FAMILIES = [(family, Family(family).label) for family in PARTS]


@require_http_methods(["GET", "HEAD", "POST"])
def daily_figures(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """A month of a place as a grid; saving writes the cells that were changed, as one act."""
    is_post = request.method == "POST"
    brand = access_client(request.access, client, ENTERS if is_post else "see_data")
    today = datetime.now(ZoneInfo(brand.time_zone)).date()
    month = month_of(request.GET.get("month", ""), today)
    place = _place(request, brand)
    stands, currencies = standing_of(brand, place, month)
    if is_post:
        typed = typed_of(month, place.keys, request.POST.dict(), today, currencies)
        if not typed.is_wrong:
            done = daily_figures_enter(brand, place, typed.figures, request.access.membership)
            tell(request, brand, agency, Done(done))
            return redirect(request.get_full_path())
        context = _page(request, brand, place, month, typed.lines, today)
        context["shown"] = request.POST.get("shown", "")
        return render(request, "daily/grid.html", context, status=422)
    lines = lines_of(month, place.keys, stands, today, currencies)
    context = _page(request, brand, place, month, lines, today)
    return render(request, "daily/grid.html", context)


def _place(request: AgencyRequest, client: Client) -> Place:
    """Http404 for a campaign that is none here: what was typed for it must not come to stand elsewhere."""
    number = request.GET.get("campaign", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    campaign = campaign_in(client, int(number)) if is_number else None
    if number and campaign is None:
        raise Http404
    return place_asked(request.GET.dict(), campaign)


def _page(
    request: AgencyRequest,
    client: Client,
    place: Place,
    month: Month,
    lines: list[Line],
    today: date,
) -> dict[str, Any]:
    later = month.following
    return {
        "client": client,
        "kind": KIND,
        "place": place,
        "families": _FAMILIES,
        "channels": CHANNELS,
        "campaigns": campaigns_of(client, is_archived=False) if "campaign" in place.parts else [],
        "month": month,
        "earlier": month.preceding,
        "later": later if later.first <= today else None,
        "lines": lines,
        "heads": [cell.label for cell in lines[0].cells],
        "shown": shown_of(lines),
        "others": others_of(client, place.family),
        "history": history_of(client),
        "may_enter": request.access.can(ENTERS),
    }
