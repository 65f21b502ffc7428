"""Members: invited by a secret link, given roles, ended; an agency always keeps an owner."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Invitation, Membership, Role, User
from accounts.queries import invitation_by_secret, people_of
from accounts.services import (
    invitation_accept,
    invitation_resend,
    invitation_revoke,
    member_change,
    member_end,
    member_invite,
)
from accounts.tenancy import tenant_scope
from tests.accounts.mails import deliver
from tests.cast import Cast, member, person

BASE = "https://rumbo.test/"


def secret_in(text: str) -> str:
    found = re.search(r"/invitations/([\w-]{43})/", text)
    assert found
    return found[1]


def membership(user: User, cast: Cast) -> Membership:
    return Membership.objects.select_related("agency", "user").get(agency=cast.aurora, user=user)


def people(cast: Cast) -> list[tuple[str, str, tuple[str, ...] | None]]:
    return [
        (
            str(each.membership.user),
            each.membership.role,
            None if each.clients is None else tuple(client.slug for client in each.clients),
        )
        for each in people_of(cast.aurora)
    ]


@pytest.fixture
def invited(cast: Cast) -> tuple[Invitation, str]:
    """Alicia has invited nora@example.com as a viewer of Bodega; with the secret from the mail."""
    with tenant_scope(cast.aurora.pk):
        invitation = member_invite(
            membership(cast.alicia, cast), "Nora@Example.com", Role.VIEWER, [cast.bodega], BASE
        )
    deliver(cast.aurora)
    return invitation, secret_in(str(mail.outbox[0].body))


def test_an_invitation_becomes_a_membership(cast: Cast, invited: tuple[Invitation, str]) -> None:
    invitation, secret = invited
    assert mail.outbox[0].to == ["nora@example.com"]
    assert secret not in str(Invitation.__dict__) and invitation.secret_hash != secret
    offer = invitation_by_secret(secret)
    assert offer is not None
    made = invitation_accept(person("nora@example.com", "Nora"), offer)
    assert (made.role, made.sees_all_clients, made.agency.slug) == ("viewer", False, "aurora")
    with tenant_scope(cast.aurora.pk):
        assert people(cast)[-2:] == [
            ("Nora", "viewer", ("bodega",)),
            ("Vera", "viewer", ("bodega",)),
        ]


def test_an_invitation_works_once(cast: Cast, invited: tuple[Invitation, str]) -> None:
    offer = invitation_by_secret(invited[1])
    assert offer is not None
    nora = person("nora@example.com", "Nora")
    invitation_accept(nora, offer)
    with pytest.raises(DomainError) as error:
        invitation_accept(nora, offer)
    assert error.value.code == "used"


def test_an_invitation_is_for_its_address(cast: Cast, invited: tuple[Invitation, str]) -> None:
    offer = invitation_by_secret(invited[1])
    assert offer is not None
    with pytest.raises(DomainError) as error:
        invitation_accept(cast.malena, offer)
    assert error.value.code == "other_person"


def test_an_invitation_expires_after_a_week(cast: Cast, invited: tuple[Invitation, str]) -> None:
    invitation, secret = invited
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() < timedelta(days=7)
    with tenant_scope(cast.aurora.pk):
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    offer = invitation_by_secret(secret)
    assert offer is not None
    with pytest.raises(DomainError) as error:
        invitation_accept(person("nora@example.com", "Nora"), offer)
    assert error.value.code == "expired"


def test_sending_again_closes_the_old_link(cast: Cast, invited: tuple[Invitation, str]) -> None:
    invitation, old = invited
    with tenant_scope(cast.aurora.pk):
        invitation_resend(membership(cast.alicia, cast), invitation, BASE)
    deliver(cast.aurora)
    new = secret_in(str(mail.outbox[1].body))
    assert invitation_by_secret(old) is None
    assert invitation_by_secret(new) is not None


def test_a_withdrawn_invitation_opens_nothing(cast: Cast, invited: tuple[Invitation, str]) -> None:
    with tenant_scope(cast.aurora.pk):
        invitation_revoke(membership(cast.alicia, cast), invited[0])
    offer = invitation_by_secret(invited[1])
    assert offer is not None
    with pytest.raises(DomainError) as error:
        invitation_accept(person("nora@example.com", "Nora"), offer)
    assert error.value.code == "revoked"


@pytest.mark.parametrize(
    ("who", "email", "role", "with_client", "code"),
    [
        ("alicia", "vera@example.com", "analyst", False, "already_member"),
        ("alicia", "nora@example.com", "viewer", False, "viewer_needs_clients"),
        ("alicia", "nora@example.com", "admin", True, "role_sees_all"),
        ("marta", "nora@example.com", "owner", False, "owners_only"),
    ],
)
def test_a_wrong_offer_is_refused(
    cast: Cast, who: str, email: str, role: str, with_client: bool, code: str
) -> None:
    with tenant_scope(cast.aurora.pk), pytest.raises(DomainError) as error:
        actor = membership(getattr(cast, who), cast)
        member_invite(actor, email, role, [cast.bodega] if with_client else [], BASE)
    assert error.value.code == code


def test_an_ended_member_comes_back_as_offered(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        alicia = membership(cast.alicia, cast)
        member_end(alicia, membership(cast.vera, cast))
        member_invite(alicia, "vera@example.com", Role.VIEWER, [cast.cafe], BASE)
    deliver(cast.aurora)
    offer = invitation_by_secret(secret_in(str(mail.outbox[0].body)))
    assert offer is not None
    invitation_accept(cast.vera, offer)
    with tenant_scope(cast.aurora.pk):
        assert people(cast)[-1] == ("Vera", "viewer", ("cafe",))


def test_a_role_and_its_clients_are_changed(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        alicia = membership(cast.alicia, cast)
        member_change(alicia, membership(cast.vera, cast), Role.VIEWER, [cast.bodega, cast.cafe])
        member_change(alicia, membership(cast.ana, cast), Role.MANAGER, [cast.cafe])
        member_change(alicia, membership(cast.marta, cast), Role.ANALYST, [])
        assert people(cast) == [
            ("Alicia", "owner", None),
            ("Ana", "manager", ("cafe",)),
            ("Marta", "analyst", None),
            ("Sergio", "seller", None),
            ("Vera", "viewer", ("bodega", "cafe")),
        ]


def test_the_last_owner_stays(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        alicia = membership(cast.alicia, cast)
        for act in (
            lambda: member_end(alicia, alicia),
            lambda: member_change(alicia, alicia, Role.ADMIN, []),
        ):
            with pytest.raises(DomainError) as error:
                act()
            assert error.value.code == "last_owner"
        second = member(cast.aurora, person("otto@example.com", "Otto"), Role.OWNER)
        member_end(second, alicia)
        assert ("Alicia", "owner", None) not in people(cast)


def test_only_an_owner_touches_an_owner(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        admin = member(cast.aurora, person("adela@example.com", "Adela"), Role.ADMIN)
        alicia = membership(cast.alicia, cast)
        for act in (
            lambda: member_end(admin, alicia),
            lambda: member_change(admin, alicia, Role.ANALYST, []),
            lambda: member_change(admin, membership(cast.ana, cast), Role.OWNER, []),
        ):
            with pytest.raises(DomainError) as error:
                act()
            assert error.value.code == "owners_only"
