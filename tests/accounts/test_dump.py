"""A stolen dump: none of the secrets that Rumbo holds or hands out can be read in it."""

import re
import subprocess
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client as Browser

from accounts.adapters import MFAAdapter
from accounts.models import Letter, Membership
from accounts.roles import BACKUP
from accounts.sealing import Place, unseal
from accounts.services import member_invite, token_create
from accounts.services.invitation_mails import invitation_mail
from accounts.tenancy import tenant_scope
from tests.cast import Cast

pytestmark = pytest.mark.skipif(
    not settings.USES_EMBEDDED, reason="a server of one's own does not tell rumbo_backup's password"
)
TOTP_SECRET, PASSWORD = "JBSWY3DPEHPK3PXPJBSW", "un-rumbo-que-nadie-lee"


def session_of(cast: Cast) -> str:
    """What the cookie of somebody who is logged in says."""
    browser = Browser()
    browser.force_login(cast.ana)
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def reset_of(cast: Cast) -> str:
    """The key of a link to a new password, whose e-mail waits for the mail server."""
    Browser().post("/accounts/password/reset/", {"email": cast.ana.email})
    letter = Letter.objects.get()
    said = unseal(letter.sealed, Place("accounts_letter", letter.name))
    return re.findall(r"/password/reset/key/([\w-]+)/", said)[0]


def test_a_dump_tells_no_secret(committed: str, committed_cast: Cast) -> None:
    cast = committed_cast
    with transaction.atomic():
        cast.ana.set_password(PASSWORD)
        cast.ana.save()
        TOTP.activate(cast.ana, TOTP_SECRET)
        codes = RecoveryCodes.activate(cast.ana)
        with tenant_scope(cast.aurora.pk):
            alicia = Membership.objects.select_related("agency", "user").get(user=cast.alicia)
            _token, api_secret = token_create(cast.aurora, "CRM", ["read"])
            offer = member_invite(alicia, "nora@example.com", "analyst", [], "https://rumbo.test/")
    assert invitation_mail(cast.aurora.pk, offer.pk)
    links = re.findall(r"/invitations/([\w-]{43})/", str(mail.outbox[0].body))
    seed = MFAAdapter().decrypt(codes.instance.data["seed"])
    assert len(links) == 1
    secrets = [TOTP_SECRET, PASSWORD, seed, api_secret, *links, *codes.generate_codes()]
    secrets += [session_of(cast), reset_of(cast)]
    address = settings.SERVICES.database_url(BACKUP, committed)
    program = Path(settings.SERVICES.programs) / "pg_dump"
    dumped = subprocess.run([program, "--data-only", address], capture_output=True, check=True)
    assert b"nora@example.com" in dumped.stdout and b"sealed:1:" in dumped.stdout
    assert [secret for secret in secrets if secret.encode() in dumped.stdout] == []
