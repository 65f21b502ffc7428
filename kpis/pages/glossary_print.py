"""The glossary as what the printed template takes: plain strings in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.branding import palette
from accounts.models import Agency, Client
from kpis.calendar import Period
from kpis.pages.glossary import Term, TermGroup
from kpis.pages.put_in import PutIn
from kpis.pages.reader import Reader

TEMPLATE = "glossary.typ"
PNG = b"\x89PNG\r\n\x1a\n"


def printed_glossary(
    agency: Agency,
    groups: Sequence[TermGroup],
    reader: Reader,
    today: date,
    client: Client | None = None,
    period: Period | None = None,
) -> dict[str, Any]:
    """Data for `kpis.printing`; with a client, its name and the days of its numbers stand in front."""
    subtitle = _("What every number means, how it is computed, and an example to follow by hand.")
    if client and period:
        subtitle = _("With the numbers of %(client)s, %(days)s.") % {
            "client": client.name,
            "days": reader.days(period),
        }
    return {
        "lang": get_language() or "en",
        "paper": "a4",
        "title": _("KPI glossary"),
        "subtitle": subtitle,
        "agency": agency.name,
        "accent": palette(agency.accent).light,
        "logo": _picture(agency),
        "dated": reader.day(today),
        "labels": {
            "contents": _("Contents"),
            "formula": _("Formula"),
            "own": _("Your numbers") if client else "",
            "example": _("Example"),
            "pitfall": _("Mind"),
            "dated_by": _("Which date counts"),
            "source": _("Source of the definition"),
            "key": _("Name in the API"),
        },
        "groups": [
            {"name": group.name, "terms": [_term(term) for term in group.terms]} for group in groups
        ],
    }


def _picture(agency: Agency) -> list[int] | None:
    """The logo's bytes; None for anything but a PNG, which is what logos are kept as."""
    logo = bytes(agency.logo or b"")
    return list(logo) if logo.startswith(PNG) else None


def _term(term: Term) -> dict[str, Any]:
    kpi = term.kpi
    return {
        "key": kpi.key,
        "name": str(kpi.name).strip() or kpi.key,
        "meaning": str(kpi.meaning),
        "formula": term.formula,
        "example": term.example and {"sides": term.example.sides, "answer": term.example.answer},
        "own": _own(term.own),
        "parameters": " ".join(term.parameters),
        "pitfall": str(kpi.pitfall),
        "dated_by": str(kpi.dated_by),
        "aggregation": term.aggregation,
        "source": str(kpi.source),
    }


def _own(own: PutIn | None) -> dict[str, str] | None:
    return {"sides": own.sides, "answer": own.answer} if own else None
