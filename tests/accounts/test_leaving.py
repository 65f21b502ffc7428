"""Leaving an agency, and deleting one's login: history stays, the last owner does too."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client as Browser

from accounts.models import AuditEntry, Device, IdentityEvent, Membership, Role, User
from accounts.queries import member_names
from accounts.services.people import person_erase
from accounts.tenancy import tenant_scope
from tests.cast import Cast, member


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def test_a_member_leaves_and_their_history_stays(cast: Cast) -> None:
    vera = browser_of(cast.vera)
    assert vera.post("/me/leave/aurora/").url == "/me/"
    assert vera.get("/a/aurora/c/bodega/").status_code == 404
    with tenant_scope(cast.aurora.pk):
        held = Membership.objects.get(user=cast.vera)
        assert held.ended_on is not None
        assert member_names(cast.aurora, [held.pk]) == {held.pk: "Vera"}
        entry = AuditEntry.objects.filter(table_name="accounts_membership").order_by("-pk")[0]
        assert (entry.row_id, entry.actor_id, list(entry.after)) == (held.pk, held.pk, ["ended_on"])
    assert vera.post("/me/leave/aurora/").status_code == 404, "twice is once"


def test_the_last_owner_cannot_leave(cast: Cast) -> None:
    alicia = browser_of(cast.alicia)
    answer = alicia.post("/me/leave/aurora/", follow=True)
    assert "needs an owner" in str(next(iter(answer.context["messages"])))
    assert alicia.get("/a/aurora/").status_code == 200
    with tenant_scope(cast.aurora.pk):
        Membership.objects.filter(user=cast.marta).update(role=Role.OWNER)
    alicia.post("/me/leave/aurora/")
    assert alicia.get("/a/aurora/").status_code == 404


@pytest.mark.parametrize("house", ["boreal", "nowhere"])
def test_nobody_leaves_where_they_are_not(cast: Cast, house: str) -> None:
    assert browser_of(cast.vera).post(f"/me/leave/{house}/").status_code == 404


def test_a_login_is_deleted_and_opens_nothing(cast: Cast) -> None:
    ana = cast.ana
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    here, elsewhere = browser_of(ana), browser_of(ana)
    wrong = here.post("/me/delete/", {"email": "vera@example.com"})
    assert list(wrong.context["form"].errors) == ["email"]
    assert here.post("/me/delete/", {"email": "Ana@example.com"}).url == "/accounts/login/"
    assert [each.get("/me/").status_code for each in (here, elsewhere)] == [302, 302]
    gone = User.objects.get(pk=ana.pk)
    assert (gone.name, gone.is_active, gone.has_usable_password()) == ("Ana", False, False)
    assert not User.objects.filter(email__icontains="ana@").exists()
    assert not EmailAddress.objects.filter(user=gone).exists()
    assert not Device.objects.filter(user=gone).exists()
    assert IdentityEvent.objects.filter(user=gone, kind="login_deleted").count() == 1
    with tenant_scope(cast.aurora.pk):
        held = Membership.objects.get(user=gone)
        assert member_names(cast.aurora, [held.pk]) == {held.pk: "Ana"}


def test_a_second_factor_is_asked_for_first_and_goes_too(cast: Cast) -> None:
    TOTP.activate(cast.ana, "JBSWY3DPEHPK3PXP")
    answer = browser_of(cast.ana).post("/me/delete/", {"email": "ana@example.com"})
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert User.objects.get(pk=cast.ana.pk).is_active
    person_erase(cast.ana)
    assert not Authenticator.objects.filter(user=cast.ana).exists()


def test_a_last_owner_keeps_login_and_all_memberships(cast: Cast) -> None:
    """Malena owns Boreal alone; leaving Aurora, which comes first, is taken back with the rest."""
    with tenant_scope(cast.aurora.pk):
        member(cast.aurora, cast.malena, Role.ANALYST)
    malena = browser_of(cast.malena)
    answer = malena.post("/me/delete/", {"email": "malena@example.com"})
    assert "needs an owner" in str(answer.context["form"].non_field_errors())
    assert [malena.get(f"/a/{each}/").status_code for each in ("aurora", "boreal")] == [200, 200]
    assert User.objects.get(pk=cast.malena.pk).is_active
