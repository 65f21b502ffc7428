"""What the frame around every page shows: where one is, where one can go, and as whom."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, memberships_of
from accounts.models import Client, Language, Membership

DEFAULT_ACCENT = "#0f766e"


@dataclass(frozen=True)
class Place:
    """A page that the navigation leads to: its URL's name, icon, key after "g", and gate (empty: none)."""

    route: str
    label: str | Promise
    icon: str
    key: str
    capability: str
    unless: str = ""  # a capability with which there is a better place


@dataclass(frozen=True)
class Link:
    """A place as one reader has it."""

    place: Place
    href: str


#: In the order in which they are shown. A place whose route does not exist, or that the reader may
#: not enter, is left out.
AGENCY_PLACES = (
    Place("portfolio", _("Portfolio"), "layout-dashboard", "p", "see_numbers"),
    Place("agency_goals", _("Goals of all clients"), "target", "2", "see_data"),
    Place("agency_incidents", _("Incidents"), "alert-triangle", "3", "see_data"),
    Place("inbox", pgettext_lazy("page", "Inbox"), "bell", "h", ""),
    Place("lead_home", _("My leads"), "users", "w", "edit_leads", "see_numbers"),
    Place("glossary", _("Glossary"), "book", "b", "see_numbers"),
    Place("own_kpis", _("Own figures"), "edit", "f", "see_data"),
    Place("kpi_templates", _("KPI templates"), "list", "t", "choose_kpis"),
)
CLIENT_PLACES = (
    Place("dashboard", pgettext_lazy("page", "Dashboard"), "chart-line", "d", "see_numbers"),
    Place("goals", _("Goals"), "target", "o", "see_numbers"),
    Place("plan", _("Measurement plan"), "flag", "1", "see_numbers"),
    Place("leads", _("Leads"), "users", "l", "see_leads"),
    Place("sales", _("Sales"), "coin", "r", "see_data"),
    Place("customers", pgettext_lazy("page", "Customers"), "trending-up", "v", "see_numbers"),
    Place("landing_pages", _("Landing pages"), "world", "j", "see_numbers"),
    Place("client_kpis", _("Own figures"), "edit", "y", "see_data"),
    Place("campaigns", _("Campaigns"), "speakerphone", "n", "see_data"),
    Place("costs", _("Costs"), "arrows-exchange", "x", "see_costs"),
    Place("data", pgettext_lazy("page", "Data"), "database", "i", "see_data"),
    Place("client_settings", pgettext_lazy("page", "Settings"), "settings", "s", "manage_clients"),
)
#: Stands for a client in an address; longer than any slug.
ANY_CLIENT = "-" * 100
ADMIN_PLACES = (
    Place("clients", _("Clients"), "building-store", "c", "manage_clients"),
    Place("members", _("Members"), "user-plus", "m", "manage_members"),
    Place("rates", _("Exchange rates"), "coin", "e", "edit_data"),
    Place("tokens", _("API keys"), "key", "k", "manage_tokens"),
    Place("webhooks", _("Webhooks"), "arrow-up-right", "q", "manage_webhooks"),
    Place("agency_settings", pgettext_lazy("page", "Brand"), "palette", "a", "manage_agency"),
    Place("status", pgettext_lazy("page", "Status"), "shield-check", "z", "see_data"),
    Place("audit", _("Audit"), "history", "u", "see_audit"),
)


def links(places: tuple[Place, ...], access: Access, **kwargs: str) -> list[Link]:
    """The places that exist and that the reader may enter, with their addresses."""
    found = []
    for place in places:
        is_open = not place.capability or access.can(place.capability)
        if is_open and not (place.unless and access.can(place.unless)):
            try:
                found.append(Link(place, reverse(place.route, kwargs=kwargs)))
            except NoReverseMatch:
                continue
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A client as every page names it. Hundreds of them may be on the menu: no more is read of each."""

    pk: int
    agency_id: int
    name: str
    slug: str
    currency: str
    time_zone: str
    archived_at: datetime | None
    erase_on: date | None


@dataclass(frozen=True)
class Shell:
    """The frame of one request. Everything is empty for someone who has not come into an agency."""

    path: str
    memberships: list[Membership]
    access: Access | None = None
    client_slug: str = ""
    clients: list[Listed] = field(default_factory=list)
    leaving: list[Listed] = field(default_factory=list)
    agency_links: list[Link] = field(default_factory=list)
    client_links: list[Link] = field(default_factory=list)
    admin_links: list[Link] = field(default_factory=list)

    @property
    def accent(self) -> str:
        return self.access.agency.accent if self.access else DEFAULT_ACCENT

    @property
    def agency_slug(self) -> str:
        return self.access.agency.slug if self.access else ""

    @property
    def client(self) -> Listed | None:
        return next((each for each in self.clients if each.slug == self.client_slug), None)

    @property
    def leaving_client(self) -> Listed | None:
        """The client of this page, if it is to be deleted and the reader may take that back."""
        if self.access is None or not self.access.can("manage_clients"):
            return None
        return next((each for each in self.leaving if each.slug == self.client_slug), None)

    @property
    def all_links(self) -> list[Link]:
        return [*self.agency_links, *self.client_links, *self.admin_links]

    @property
    def here(self) -> str:
        """The address of the place that this page belongs to: the longest that begins its own."""
        fitting = [link.href for link in self.all_links if self.path.startswith(link.href)]
        return max(fitting, key=len, default="")

    @cached_property
    def client_choices(self) -> list[tuple[Listed, str]]:
        """Where choosing another client leads."""
        if not self._around_client:
            return []
        return [(client, self.address_of(client)) for client in self.clients]

    def address_of(self, client: Listed | Client) -> str:
        """Its dashboard, or its leads for who sees no numbers; to be asked of one who sees either."""
        return client.slug.join(self._around_client)

    @cached_property
    def _around_client(self) -> tuple[str, ...]:
        """The address before and after the client: one is looked up, however many there are."""
        if self.access is None:
            return ()
        its = links(CLIENT_PLACES[:3], self.access, agency=self.agency_slug, client=ANY_CLIENT)
        return tuple(its[0].href.split(ANY_CLIENT)) if its else ()

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, Language(code).label) for code, _name in settings.LANGUAGES]


def shell_of(request: HttpRequest) -> Shell:
    """The frame of this request, looked up once."""
    if not hasattr(request, "rumbo_shell"):
        request.rumbo_shell = _shell_of(request)  # type: ignore[attr-defined]
    return request.rumbo_shell  # type: ignore[attr-defined]


def _shell_of(request: HttpRequest) -> Shell:
    """Two small queries: the person's agencies, and the clients of this one that they may see."""
    access: Access | None = getattr(request, "access", None)
    user = getattr(request, "user", None)
    memberships = memberships_of(user) if user is not None and user.is_authenticated else []
    if access is None:
        return Shell(request.path, memberships)
    agency_slug = access.agency.slug
    client_slug = (
        str(request.resolver_match.kwargs.get("client", "")) if request.resolver_match else ""
    )
    shown = Q(archived_at=None) | Q(erase_on__isnull=False)
    named = [each.name for each in fields(Listed)]
    rows = Client.objects.filter(shown).order_by("name").values_list(*named)
    found = [Listed(*row) for row in rows]
    clients = [each for each in found if each.archived_at is None]
    is_known = any(each.slug == client_slug for each in clients)
    return Shell(
        request.path,
        memberships,
        access,
        client_slug,
        clients,
        [each for each in found if each.erase_on],
        links(AGENCY_PLACES, access, agency=agency_slug),
        links(CLIENT_PLACES, access, agency=agency_slug, client=client_slug) if is_known else [],
        links(ADMIN_PLACES, access, agency=agency_slug),
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, read only by templates that have a frame, and their `layout`.

    htmx asks for the main part alone; every other request gets the whole page.
    """
    details = getattr(request, "htmx", None)
    is_part = (
        details is not None and details.target == "main" and not details.history_restore_request
    )
    return {
        "shell": SimpleLazyObject(lambda: shell_of(request)),
        "layout": "parts/main_only.html" if is_part else "base.html",
    }
