"""What members are told of the nights and of closed figures that moved."""

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.measures import MEASURES
from inbox.kinds import Data, Kind, day_text, declare
from kpis.calendar import unit_of
from kpis.pages.reader import Reader, measure_name


def _night_failed(data: Data) -> str:
    return _("The night run of %(day)s failed") % {"day": day_text(data["day"])}


def _night_failed_text(data: Data) -> str:
    return _(
        "It was tried %(attempts)s times. The numbers of before stand; stocks, closings and goals of"
        " that night are missing. The next night makes up for it."
    ) % {"attempts": data["attempts"]}


def _restated(data: Data) -> str:
    return _("%(measure)s, %(month)s: reported as %(reported)s, now %(now)s") % _figures(data)


def _restated_text(data: Data) -> str:
    return _(
        "The month was closed. What was added later, and why, is listed with the client's data."
    )


def _figures(data: Data) -> dict[str, str]:
    reader = Reader.of(get_language() or "en", (), data["currency"])
    unit = MEASURES[data["measure"]].unit if data["measure"] in MEASURES else "count"
    month = unit_of(date.fromisoformat(data["month"]), "month")
    return {
        "measure": measure_name(data["measure"]),
        "month": reader.period(month),
        "reported": reader.number(Decimal(data["reported"]), unit),
        "now": reader.number(Decimal(data["now"]), unit),
    }


def _export_ready(data: Data) -> str:
    return _("The export of %(client)s is ready") % data


def _export_ready_text(data: Data) -> str:
    return _("It can be taken away until %(day)s.") % {"day": day_text(data["until"])}


def _export_failed(data: Data) -> str:
    return _("The export of %(client)s failed") % data


def _export_failed_text(data: Data) -> str:
    return _("It was tried several times. Nothing of the client has changed; try it again later.")


declare(
    Kind(
        "night_failed", gettext_lazy("A night run failed"), "see_data", "bad",
        _night_failed, _night_failed_text, "data",
    ),
    Kind(
        "restated", gettext_lazy("A closed figure moved by 5 % or more"), "see_data", "warn",
        _restated, _restated_text, "data",
    ),
    Kind(
        "export_ready", gettext_lazy("An export is ready"), "manage_clients", "good",
        _export_ready, _export_ready_text, "client_export",
    ),
    Kind(
        "export_failed", gettext_lazy("An export failed"), "manage_clients", "bad",
        _export_failed, _export_failed_text, "client_export",
    ),
)  # fmt: skip
