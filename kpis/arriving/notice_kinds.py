"""What an owner is told of the archive that they sent. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.kinds import Data, Kind, day_text, declare


def _checked(data: Data) -> str:
    return _("“%(file)s” can be brought in") % data


def _checked_text(data: Data) -> str:
    words = _("Its numbers agree. Until %(day)s you can look at what it brings, and start it.")
    return words % {"day": day_text(data["until"])}


def _not_in(data: Data) -> str:
    return _("“%(file)s” was not brought in") % data


def _not_in_text(data: Data) -> str:
    """Of one whose name was taken meanwhile all is kept: its words say what to do."""
    if data["state"] == "failed":
        return _("It was tried several times. Nothing of it was kept; send it again later.")
    if data["state"] == "refused":
        return _("Nothing of it was kept. %(message)s") % data
    return str(data["message"])


def _is_in(data: Data) -> str:
    return _("“%(file)s” is brought in") % data


def _is_in_text(data: Data) -> str:
    return _("The client is here with its numbers worked out.")


declare(
    Kind(
        "archive_checked", gettext_lazy("An archive can be brought in"), "manage_agency", "good",
        _checked, _checked_text, "arrival", ("arrival",), is_of_client=False,
    ),
    Kind(
        "archive_not_in", gettext_lazy("An archive was not brought in"), "manage_agency", "bad",
        _not_in, _not_in_text, "arrival", ("arrival",), is_of_client=False,
    ),
    Kind(
        "archive_in", gettext_lazy("An archive is brought in"), "manage_agency", "good",
        _is_in, _is_in_text, "dashboard",
    ),
)  # fmt: skip
