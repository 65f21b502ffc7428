"""A notice as its reader sees it: title, text, and the address of the page that shows more."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.models import Agency
from inbox.kinds import KINDS, Kind
from inbox.models import Delivery, Notice


@dataclass(frozen=True)
class Told:
    """One line of the inbox, in the language that is active."""

    delivery: Delivery
    kind: Kind
    title: str
    text: str
    href: str

    @property
    def is_new(self) -> bool:
        return self.delivery.read_at is None


def told(delivery: Delivery, agency: Agency) -> Told:
    notice: Notice = delivery.notice
    kind = KINDS[notice.kind]
    words = kind.title(notice.data), kind.text(notice.data)
    return Told(delivery, kind, *words, _href(notice, kind, agency))


def _href(notice: Notice, kind: Kind, agency: Agency) -> str:
    """'' where there is nothing to see any more, such as the page of what was removed."""
    parts = [] if kind.is_of_person else [agency.slug]
    if kind.is_of_client:
        if notice.client is None:
            return ""
        parts.append(notice.client.slug)
    parts += [str(notice.data.get(name, "")) for name in kind.place]
    try:
        return reverse(kind.route, args=parts)
    except NoReverseMatch:
        return ""
