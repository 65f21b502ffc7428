"""What a kind of notice is: who hears of it, in which words, and where to look.

Each app declares its own, beside what it tells of; here are those of people.

A notice keeps codes, names and numbers; words are made from them when it is read, in the reader's
own language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import CAPABILITIES

Data = Mapping[str, Any]
Tone = Literal["good", "warn", "bad", "quiet"]


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    capability: who may hear of it; empty: everybody. route: the page that shows more, with the
    agency (unless is_of_person), the client and `place`, names in the data, as arguments. is_mailed:
    by e-mail too, unless a person chose otherwise.
    """

    key: str
    name: Promise
    capability: str
    tone: Tone
    title: Callable[[Data], str]
    text: Callable[[Data], str]
    route: str
    place: tuple[str, ...] = ()
    is_of_client: bool = True
    is_of_person: bool = False
    is_mailed: bool = True

    def concerns(self, role: str) -> bool:
        return not self.capability or self.capability in CAPABILITIES[role]


KINDS: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Make kinds known, when the app that tells of them is ready."""
    KINDS.update((kind.key, kind) for kind in kinds)


def day_text(written: str) -> str:
    """A noted day, as the reader writes days."""
    return date_format(date.fromisoformat(written), "SHORT_DATE_FORMAT")


def _accepted(data: Data) -> str:
    return _("%(person)s has accepted the invitation") % data


def _accepted_text(data: Data) -> str:
    return _("They are in with the address %(email)s.") % data


def _new_login(data: Data) -> str:
    return _("Somebody logged in as you on a new device")


def _new_login_text(data: Data) -> str:
    words = _(
        "%(device)s, from %(address)s. If that was you, all is well. If not, choose a new password and"
        " end the other sessions."
    )
    return words % {"device": data["device"] or _("Unknown device"), "address": data["address"]}


declare(
    Kind(
        "new_login", gettext_lazy("A login on a new device"), "", "quiet", _new_login,
        _new_login_text, "usersessions_list", is_of_client=False, is_of_person=True,
    ),
    Kind(
        "invitation_accepted", gettext_lazy("Somebody accepted an invitation"), "manage_members",
        "good", _accepted, _accepted_text, "members", is_of_client=False, is_mailed=False,
    ),
)  # fmt: skip
