"""E-mails of ours, beside those of allauth."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Invitation


def invitation_send(invitation: Invitation, sender: str, link: str) -> None:
    """In the agency's language: that of the person who is invited is not known yet."""
    agency = invitation.agency
    with translation.override(agency.language):
        subject = _("%(sender)s invites you to %(agency)s") % {
            "sender": sender,
            "agency": agency.name,
        }
        body = render_to_string(
            "accounts/mail/invitation.txt",
            {
                "agency": agency,
                "sender": sender,
                "role": invitation.get_role_display(),
                "link": link,
                "expires_at": invitation.expires_at,
            },
        )
        send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [invitation.email])
