"""E-mails of notices: one for each person with all that is due, in their language, as plain text."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from inbox.models import Delivery
from inbox.words import Told, told


def mail_of(membership: Membership, deliveries: Sequence[Delivery]) -> EmailMessage:
    """The message, not yet sent. Sent twice, it carries the same id, by which mail programs know it."""
    agency = membership.agency
    with translation.override(membership.user.language):
        lines = [told(each, agency) for each in deliveries]
        body = render_to_string(
            "inbox/mail/notices.txt",
            {
                "person": membership.user,
                "agency": agency,
                "lines": [(line, _address(line)) for line in lines],
                "choices": settings.PUBLIC_URL + reverse("notice_choices", args=[agency.slug]),
            },
        ).strip()
        subject = _subject(lines, agency.name)
    first = deliveries[0].pk
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return EmailMessage(
        " ".join(subject.split()),
        body,
        settings.DEFAULT_FROM_EMAIL,
        [membership.user.email],
        headers={
            "Message-ID": f"<notice-{agency.pk}-{first}-{len(deliveries)}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _subject(lines: Sequence[Told], agency: str) -> str:
    if len(lines) == 1:
        return f"{_named(lines[0])}{lines[0].title}"
    counted = ngettext("%(count)s notice", "%(count)s notices", len(lines)) % {"count": len(lines)}
    return _("%(agency)s: %(notices)s") % {"agency": agency, "notices": counted}


def _named(line: Told) -> str:
    client = line.delivery.notice.client
    return f"{client.name}: " if client else ""


def _address(line: Told) -> str:
    return settings.PUBLIC_URL + line.href if line.href else ""
