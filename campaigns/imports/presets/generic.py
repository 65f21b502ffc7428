"""Presets for any table whose headers say what they are, one for each kind, and by family of daily facts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.imports.headers import names_of
from campaigns.imports.kinds import DAILY_MEASURES, KINDS
from campaigns.imports.presets.preset import Preset, PresetColumn


def _names(kind: str, target: str) -> tuple[str, ...]:
    """In a file of any daily facts, "impressions" are of ads: mail and posts say what they are."""
    is_other = {column.key for family in ("mail", "social") for column in DAILY_MEASURES[family]}
    if kind == "daily" and target in is_other:
        return (target.replace("_", " "), target)
    return names_of(kind, target)


def _generic(kind: str, label: str | Promise) -> Preset:
    columns = {
        column.key: PresetColumn(_names(kind, column.key), column.is_required)
        for column in KINDS[kind].columns
    }
    return Preset(f"generic_{kind}", label, kind, "file", columns)


_DAY = (
    "day",
    "date",
    "send date",
    "send time",
    "día",
    "fecha",
    "fecha de envío",
    "dia",
    "data",
    "data de envio",
)


def _of_family(family: str, key: str, label: str | Promise, channel: str, source: str) -> Preset:
    """Daily rows of one family, found by the names that its services use."""
    columns = {
        column.key: PresetColumn(names_of("daily", column.key)) for column in DAILY_MEASURES[family]
    }
    touch = {"channel": PresetColumn(constant=channel)}
    if family == "mail":
        touch["campaign"] = PresetColumn(
            ("campaign", "campaign title", "title", "subject", "campaña", "asunto")
        )
        touch["item"] = PresetColumn(("unique id", "campaign id", "email id", "id"))
    platform = PresetColumn(names_of("daily", "platform"))
    day = PresetColumn(_DAY, is_required=True)
    return Preset(
        key, label, "daily", source, {"day": day, **touch, "platform": platform, **columns},
        family=family,
    )  # fmt: skip


MAIL_DAILY = _of_family("mail", "mail_daily", _("Email service: results by day"), "email", "mail")
SOCIAL_DAILY = _of_family(
    "social", "social_daily", _("Social network: results by day"), "organic_social", "social"
)

GENERIC = (
    _generic("leads", _("Any table of leads")),
    _generic("sales", _("Any table of sales")),
    _generic("costs", _("Any table of costs")),
    _generic("daily", _("Any table of daily facts")),
    _generic("lines", _("Any table of order lines")),
    _generic("products", _("Any table of products")),
    _generic("budgets", _("Any table of budgets")),
    _generic("contacts", _("Any table of contacts with customers")),
    _generic("terms", _("Any table of contracts")),
    _generic("visitors", _("Any table of visitors by day")),
    _generic("ranges", _("Any table of reach and users by period")),
    _generic("months", _("Any table of company figures by month")),
    _generic("own", _("Any table of own measures by day")),
)
