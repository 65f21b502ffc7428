"""/members/ and /invitations/: who is in, as what, over which clients; by people and keys of the whole agency."""

from typing import Any

import pytest

from accounts.models import AuditEntry, Client, Invitation, Membership, MembershipClient, User
from accounts.tenancy import tenant_scope
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

MEMBERS, INVITATIONS = "/api/v1/members/", "/api/v1/invitations/"


def membership(cast: Cast, user: User) -> Membership:
    with tenant_scope(cast.aurora.pk):
        found: Membership = Membership.objects.get(agency=cast.aurora, user=user)
        return found


def key(cast: Cast, user: User, *scopes: str, client: Client | None = None) -> Caller:
    """A token that this member made."""
    return token(cast.aurora, *scopes, client=client, created_by=membership(cast, user))


@pytest.fixture
def owner(cast: Cast) -> Caller:
    return person(cast.alicia, "aurora")


def test_who_is_in(cast: Cast, owner: Caller) -> None:
    answer = owner.get(MEMBERS, fields="email,name,role,clients,ended_on", sort="created_at").json()
    assert answer["results"] == [
        {"email": f"{name}@example.com", "name": name.capitalize(), "role": role,
         "clients": clients, "ended_on": None}
        for name, role, clients in (
            ("alicia", "owner", None), ("marta", "manager", None), ("ana", "analyst", None),
            ("sergio", "seller", None), ("vera", "viewer", ["bodega"]),
        )
    ]  # fmt: skip
    vera = membership(cast, cast.vera)
    one = owner.get(f"{MEMBERS}{vera.pk}/").json()
    assert (one["id"], one["role"], one["clients"]) == (vera.pk, "viewer", ["bodega"])
    assert [row["name"] for row in owner.get(MEMBERS, role="seller").json()["results"]] == [
        "Sergio"
    ]


def test_another_role_and_other_clients(cast: Cast, owner: Caller) -> None:
    sergio = membership(cast, cast.sergio)
    address = f"{MEMBERS}{sergio.pk}/"
    assert owner.patch(address, {"role": "analyst"}).json()["role"] == "analyst"
    changed = owner.patch(address, {"clients": ["cafe", "bodega"]}).json()
    assert (changed["role"], changed["clients"]) == ("analyst", ["bodega", "cafe"])
    # What is not named stays.
    assert owner.patch(address, {"role": "seller"}).json()["clients"] == ["bodega", "cafe"]
    assert owner.patch(address, {"clients": None}).json()["clients"] is None
    with tenant_scope(cast.aurora.pk):
        assert not MembershipClient.objects.filter(membership=sergio).exists()
        roles = AuditEntry.objects.filter(
            table_name="accounts_membership", row_id=sergio.pk, action="update",
            after__has_key="role",
        )  # fmt: skip
        assert list(roles.order_by("pk").values_list("before__role", "after__role")) == [
            ("seller", "analyst"), ("analyst", "seller")
        ]  # fmt: skip


def test_the_end_of_a_membership(cast: Cast, owner: Caller) -> None:
    sergio = membership(cast, cast.sergio)
    assert owner.delete(f"{MEMBERS}{sergio.pk}/").json()["ended_on"] is not None
    assert person(cast.sergio, "aurora").get("/api/v1/clients/").status_code == 404
    assert owner.get(f"{MEMBERS}{sergio.pk}/").status_code == 200  # history names them
    assert [row["name"] for row in owner.get(MEMBERS, is_ended="true").json()["results"]] == [
        "Sergio"
    ]
    assert heard(owner.delete(f"{MEMBERS}{sergio.pk}/")) == (404, error("not_found"))


def test_an_invitation(cast: Cast, owner: Caller) -> None:
    wish = {"email": "Nina@Example.com", "role": "viewer", "clients": ["cafe"]}
    made = owner.post(INVITATIONS, wish, Idempotency_Key="k-1")
    assert made.status_code == 201
    body = made.json()
    assert (body["email"], body["role"], body["clients"]) == (
        "nina@example.com",
        "viewer",
        ["cafe"],
    )
    assert owner.post(INVITATIONS, wish, Idempotency_Key="k-1").json() == body
    assert owner.get(INVITATIONS).json()["results"] == [body]
    assert owner.delete(f"{INVITATIONS}{body['id']}/").status_code == 200
    assert owner.get(INVITATIONS).json()["results"] == []
    with tenant_scope(cast.aurora.pk):
        assert Invitation.objects.get().revoked_at is not None


@pytest.mark.parametrize(
    ("method", "body", "code"),
    [
        ("patch", {"role": "viewer"}, "viewer_needs_clients"),
        ("patch", {"role": "admin", "clients": ["bodega"]}, "role_sees_all"),
        ("patch", {"role": "emperor"}, "invalid"),
        ("patch", {"clients": []}, "invalid"),
        ("patch", {"clients": ["dulce"]}, "invalid"),  # Boreal's
        ("patch", {"ended_on": "2026-01-01"}, "invalid"),
        ("patch", {"user": 1}, "invalid"),
        ("patch", {"agency": 1}, "invalid"),
        ("post", {"email": "no", "role": "seller"}, "invalid"),
        ("post", {"email": "alicia@example.com", "role": "seller"}, "already_member"),
        ("post", {"email": "a@example.com"}, "invalid"),
        ("post", {"email": "a@example.com", "role": "viewer"}, "viewer_needs_clients"),
    ],
)
def test_bad_input(cast: Cast, owner: Caller, method: str, body: Any, code: str) -> None:
    sergio = membership(cast, cast.sergio)
    address = f"{MEMBERS}{sergio.pk}/" if method == "patch" else INVITATIONS
    status, answer = heard(getattr(owner, method)(address, body))
    assert (status, answer["code"]) == (400, code)


def test_only_an_owner_decides_about_owners_and_one_stays(cast: Cast, owner: Caller) -> None:
    alicia, marta = membership(cast, cast.alicia), membership(cast, cast.marta)
    address = f"{MEMBERS}{alicia.pk}/"
    for refused in (owner.delete(address), owner.patch(address, {"role": "admin"})):
        assert heard(refused) == (400, error("last_owner"))
    owner.patch(f"{MEMBERS}{marta.pk}/", {"role": "admin"})
    for admin in (person(cast.marta, "aurora"), key(cast, cast.marta, "members:write")):
        assert heard(admin.delete(address)) == (400, error("owners_only"))
        promoted = admin.patch(f"{MEMBERS}{marta.pk}/", {"role": "owner"})
        assert heard(promoted) == (400, error("owners_only"))
        offer = {"email": "a@example.com", "role": "owner"}
        assert heard(admin.post(INVITATIONS, offer)) == (400, error("owners_only"))


def test_a_token_may_no_more_than_who_made_it(cast: Cast, owner: Caller) -> None:
    sergio, marta = membership(cast, cast.sergio), membership(cast, cast.marta)
    address = f"{MEMBERS}{sergio.pk}/"
    owner.patch(f"{MEMBERS}{marta.pk}/", {"role": "admin"})
    robot = key(cast, cast.marta, "members:write")
    assert robot.patch(address, {"role": "analyst"}).status_code == 200
    owner.patch(f"{MEMBERS}{marta.pk}/", {"role": "manager"})
    refusal = (403, error("forbidden", capability="manage_members"))
    assert heard(robot.patch(address, {"role": "seller"})) == refusal
    owner.delete(f"{MEMBERS}{marta.pk}/")
    assert heard(robot.delete(address)) == refusal
    assert heard(token(cast.aurora, "members:write", "members:read").delete(address)) == refusal


def test_who_is_limited_to_clients_sees_no_members(cast: Cast) -> None:
    limited = key(cast, cast.alicia, "members:write", client=cast.bodega)
    for answer in (
        limited.get(MEMBERS), limited.get(INVITATIONS),
        limited.post(INVITATIONS, {"email": "a@example.com", "role": "seller"}),
        limited.delete(f"{MEMBERS}{membership(cast, cast.sergio).pk}/"),
    ):  # fmt: skip
        assert answer.status_code == 403


def test_another_agencys_members_do_not_exist(cast: Cast) -> None:
    malena = person(cast.malena, "boreal")
    sergio = membership(cast, cast.sergio)
    assert [row["name"] for row in malena.get(MEMBERS).json()["results"]] == ["Malena"]
    address = f"{MEMBERS}{sergio.pk}/"
    for answer in (malena.get(address), malena.patch(address, {}), malena.delete(address)):
        assert heard(answer) == (404, error("not_found"))
