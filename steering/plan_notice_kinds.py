"""What people are told of a measurement plan. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.kinds import Data, Kind, declare


def _proposed(data: Data) -> str:
    return _("Version %(version)s of the measurement plan waits for your approval") % data


def _proposed_text(data: Data) -> str:
    return _("Read it, and approve it or say what should change.")


def _approved(data: Data) -> str:
    return _("%(person)s approved version %(version)s of the measurement plan") % data


def _approved_text(data: Data) -> str:
    return _("It is in force from today.")


def _returned(data: Data) -> str:
    return _("%(person)s asks for changes of the measurement plan") % data


def _returned_text(data: Data) -> str:
    return str(data["answer"])


declare(
    Kind(
        "plan_proposed", gettext_lazy("A measurement plan to approve"), "approve_plans", "warn",
        _proposed, _proposed_text, "plan",
    ),
    Kind(
        "plan_approved", gettext_lazy("A measurement plan was approved"), "edit_goals", "good",
        _approved, _approved_text, "plan",
    ),
    Kind(
        "plan_returned", gettext_lazy("A measurement plan came back"), "edit_goals", "warn",
        _returned, _returned_text, "plan",
    ),
)  # fmt: skip
