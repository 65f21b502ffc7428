"""The board of leads. Its cards are moved by the addresses of a lead."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access_client
from accounts.requests import AgencyRequest
from campaigns.lists import LISTS
from campaigns.lists.asking import asked_of
from campaigns.lists.board import CLOSED_DAYS, board_of
from campaigns.lists.showing import controls_of
from campaigns.models.leads import Stage
from campaigns.views.lists import new_address, tabs_of, usual_of


@require_safe
def lead_board(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """`?salesperson=` narrows it, `?whole=` shows more of one column."""
    listed = LISTS["leads"]
    brand = access_client(request.access, client, "see_leads")
    usual = usual_of(request, listed, brand)
    said = {"salesperson": request.GET.get("salesperson", "")}
    asked = asked_of(listed, brand, said, usual)
    whole = request.GET.get("whole", "")
    narrowed = {}
    if "salesperson" in asked.values:
        narrowed = {"salesperson_id": asked.values["salesperson"] or None}
    context = {
        "client": brand,
        "kind": listed,
        "is_board": True,
        "columns": board_of(brand, narrowed, whole if whole in Stage.values else ""),
        "closed_days": CLOSED_DAYS,
        "controls": [
            each for each in controls_of(listed, brand, asked, usual) if each.key == "salesperson"
        ],
        "tabs": tabs_of(request, listed),
        "new_href": new_address(request, listed),
        "may_edit": request.access.can("edit_leads"),
    }
    return render(request, "lists/board.html", context)
