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


declare(
    Kind(
        "night_failed", gettext_lazy("A night run failed"), "see_data", "bad",
        _night_failed, _night_failed_text, "data",
    ),
    Kind(
        "restated", gettext_lazy("A closed figure moved by 5 % or more"), "see_data", "warn",
        _restated, _restated_text, "data",
    ),
)  # fmt: skip
