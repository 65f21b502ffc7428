"""What a kind of notice is: who hears of it, in which words, and where to look. Pure.

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

Data = Mapping[str, Any]
Tone = Literal["good", "warn", "bad", "quiet"]


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    capability: who may hear of it. route: the page that shows more, with the agency, the client and
    `place`, names in the data, as arguments. is_mailed: by e-mail too, unless a person chose otherwise.
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
    is_mailed: bool = True


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


declare(
    Kind(
        "invitation_accepted", gettext_lazy("Somebody accepted an invitation"), "manage_members",
        "good", _accepted, _accepted_text, "members", is_of_client=False, is_mailed=False,
    )
)  # fmt: skip
