"""The people of the tests: agency Aurora with Alicia, Sergio and Vera; agency Boreal with Malena."""

from dataclasses import dataclass

from django.db import connection, transaction

from accounts.models import Agency, Client, Membership, MembershipClient, Role, User
from accounts.tenancy import tenant_scope

PASSWORD = "un-rumbo-de-prueba"


@dataclass(frozen=True)
class Cast:
    """Bodega and Cafe are Aurora's clients; Vera sees Bodega only; Malena must see none of them."""

    aurora: Agency
    bodega: Client
    cafe: Client
    alicia: User
    marta: User
    ana: User
    sergio: User
    vera: User
    boreal: Agency
    dulce: Client
    malena: User


@dataclass(frozen=True)
class Stage:
    """Where the cast is committed: a database to clone, one to work in and roll back, and its objects."""

    template: str
    database: str
    people: Cast


def person(email: str, name: str) -> User:
    # A fast hash: the tests log people in, they do not attack passwords.
    return User.objects.create(email=email, name=name, password="!")


def member(
    agency: Agency, user: User, role: str, clients: list[Client] | None = None
) -> Membership:
    """A membership; with `clients`, limited to these. Inside the agency's scope."""
    membership = Membership.objects.create(
        agency=agency, user=user, role=role, sees_all_clients=clients is None
    )
    for client in clients or []:
        MembershipClient.objects.create(agency=agency, client=client, membership=membership)
    return membership


def new_agency(name: str, slug: str) -> Agency:
    """An agency and nothing else: its id is needed to open the scope in which it is inserted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_agency', 'id'))")
        number = cursor.fetchone()[0]
    with tenant_scope(number):
        return Agency.objects.create(pk=number, name=name, slug=slug)


def make_cast() -> Cast:
    """Inside a transaction, outside any scope."""
    people = {
        name: person(f"{name}@example.com", name.capitalize())
        for name in ("alicia", "marta", "ana", "sergio", "vera", "malena")
    }
    aurora = new_agency("Aurora", "aurora")
    with tenant_scope(aurora.pk):
        bodega = Client.objects.create(agency=aurora, name="Bodega", slug="bodega")
        cafe = Client.objects.create(agency=aurora, name="Cafe", slug="cafe")
        member(aurora, people["alicia"], Role.OWNER)
        member(aurora, people["marta"], Role.MANAGER)
        member(aurora, people["ana"], Role.ANALYST)
        member(aurora, people["sergio"], Role.SELLER)
        member(aurora, people["vera"], Role.VIEWER, [bodega])
    boreal = new_agency("Boreal", "boreal")
    with tenant_scope(boreal.pk):
        dulce = Client.objects.create(agency=boreal, name="Dulce", slug="dulce")
        member(boreal, people["malena"], Role.OWNER)
    return Cast(aurora=aurora, bodega=bodega, cafe=cafe, boreal=boreal, dulce=dulce, **people)


def make_cast_committed() -> Cast:
    with transaction.atomic():
        return make_cast()
