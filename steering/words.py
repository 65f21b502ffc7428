"""Incidents in whole sentences, in the language that is active. Pure: from what was noted, no queries."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.channels import NAMES
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.pages.goal_course import chance_text
from kpis.pages.reader import Reader

Line = Mapping[str, Any]


def reader_of(line: Line) -> Reader:
    return Reader.of(get_language() or "en", (), line["currency"])


def what(line: Line) -> str:
    """The KPI, and the channel or campaign that it is narrowed to: "Leads · Paid Search"."""
    kpi = line["kpi"]
    name = str(KPIS[kpi].name) if kpi in KPIS else line["name"] or kpi
    channel = line.get("channel", "")
    scope = str(NAMES.get(channel, channel)) or line.get("campaign", "")
    return f"{name} · {scope}" if scope else name


def about(line: Line) -> str:
    """What an incident is about: a rule by its name, a goal by its KPI and its period."""
    if line["about"] == "rule":
        return str(line["rule"])
    days = Period(date.fromisoformat(line["first"]), date.fromisoformat(line["last"]))
    return _("%(goal)s (%(period)s)") % {"goal": what(line), "period": reader_of(line).period(days)}


def verdict(line: Line) -> str:
    """One sentence: what happened."""
    named = {"goal": about(line)}
    if line["about"] == "rule":
        return _rule_verdict(line, named)
    if line["why"] == "reminded":
        return _("%(goal)s: still off course, and nobody has acknowledged it.") % named
    if line["why"] == "woken":
        return _("%(goal)s: the pause is over, and it is not on course.") % named
    sentences = {
        "at_risk": _("%(goal)s: at risk."),
        "off_track": _("%(goal)s: off course."),
        "missed": _("%(goal)s: missed."),
        "achieved": _("%(goal)s: achieved."),
        "on_track": _("%(goal)s: on course again."),
    }
    if line["status"] == "at_risk" and line["before"] == "off_track":
        return _("%(goal)s: better, at risk and no longer off course.") % named
    return sentences[line["status"]] % named


def _rule_verdict(line: Line, named: Mapping[str, str]) -> str:
    if line["why"] == "reminded":
        return _("%(goal)s: still so, and nobody has acknowledged it.") % named
    if line["why"] == "woken":
        return _("%(goal)s: the pause is over, and it is still so.") % named
    if line["status"] == "on_track":
        return _("%(goal)s: over.") % named
    return str(line["rule"]) + "."


def figures(line: Line) -> str:
    """One sentence: where it stands, and where it should; "" if nothing is known."""
    reader, unit = reader_of(line), line["unit"]
    if not line["value"] or not line["as_of"]:
        return ""
    numbers = {
        "kpi": what(line),
        "value": reader.number(Decimal(line["value"]), unit),
        "day": reader.day(date.fromisoformat(line["as_of"])),
    }
    if not line["expected"]:
        return _("%(kpi)s: %(value)s by %(day)s.") % numbers
    numbers["expected"] = reader.number(Decimal(line["expected"]), unit)
    if line["about"] == "rule":
        return _("%(kpi)s: %(value)s by %(day)s, against %(expected)s.") % numbers
    if line.get("probability") and line["status"] in ("at_risk", "off_track"):
        numbers["probability"] = chance_text(float(line["probability"]), reader.locale)
        return (
            _(
                "%(kpi)s: %(value)s by %(day)s; %(expected)s was expected. The target is reached with a"
                " probability of %(probability)s."
            )
            % numbers
        )
    return _("%(kpi)s: %(value)s by %(day)s; %(expected)s was expected.") % numbers


def sentences(line: Line) -> str:
    return " ".join(each for each in (verdict(line), figures(line)) if each)
