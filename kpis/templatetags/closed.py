"""Closed figures on a page of another app: the data page knows no numbers, its template asks here."""

from typing import Any

from django import template

from accounts.models import Client
from kpis.pages.moved import closed_figures
from kpis.views.entering import access_of, reader_for

register = template.Library()


@register.inclusion_tag("kpis/parts/closed_figures.html", takes_context=True, name="closed_figures")
def closed_figures_of(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """{% closed_figures client %}: what moved by much after it was closed, and the audit's finds."""
    request = context["request"]
    return {"closed": closed_figures(client, access_of(request), reader_for(request, client))}
