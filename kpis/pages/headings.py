"""Headings of chosen KPIs: a group's code is shown in the reader's language, other words as written. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import GROUPS
from kpis.catalogue.kpi import Words
from kpis.choosing.starting import HEADLINE

KNOWN: Mapping[str, Words] = {HEADLINE: _("The most important"), **GROUPS}


def heading_text(section: str) -> str:
    return str(KNOWN.get(section, section))


def section_of(text: str) -> str:
    """The code whose name a person sees there, else the words themselves."""
    words = " ".join(text.split())
    return next((code for code, name in KNOWN.items() if str(name) == words), words)
