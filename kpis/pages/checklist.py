"""The checklist of the first steps: what is done follows from the facts, not from what was clicked."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.models import Client, User
from accounts.queries import has_second_factor
from kpis.start_queries import StartFacts, start_facts


@dataclass(frozen=True)
class Step:
    """One thing to do: what for, where, and whether it is done."""

    key: str
    title: str | Promise
    text: str | Promise
    action: str | Promise
    href: str
    is_done: bool


@dataclass(frozen=True)
class Checklist:
    steps: tuple[Step, ...]
    close_href: str

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_shown(self) -> bool:
        """Gone when all is done, by itself."""
        return self.done < len(self.steps)


def agency_checklist(access: Access, user: User) -> Checklist | None:
    """For who may act on the whole agency, until it is done or closed."""
    if access.agency.checklist_closed_at or not access.can("manage_clients"):
        return None
    facts, slug = start_facts(access.agency), access.agency.slug
    steps = (
        Step(
            "client", _("Add a client"), _("A brand, with its time zone and currency."), _("Add"),
            reverse("client_new", args=[slug]), facts.has_client,
        ),
        Step(
            "data", _("Bring in data"), _("An export of Google Ads, Meta, GA4 or your CRM; or sample data."),
            _("Bring in"), reverse("clients", args=[slug]), facts.has_data,
        ),
        Step(
            "goal", _("Set a goal"), _("Then each dashboard says whether it is on course."), _("Set"),
            reverse("clients", args=[slug]), facts.has_goal,
        ),
        *_people(access, facts, None),
        _factor(user),
    )  # fmt: skip
    return Checklist(steps, reverse("checklist_close", args=[slug]))


def client_checklist(access: Access, user: User, client: Client) -> Checklist | None:
    """For who may bring in data or set goals of this client, until it is done or closed."""
    if client.checklist_closed_at or not (access.can("import_data") and access.can("edit_goals")):
        return None
    facts, slugs = start_facts(access.agency, client), [access.agency.slug, client.slug]
    steps = (
        Step(
            "data", _("Bring in data"), _("An export of Google Ads, Meta, GA4 or your CRM; or sample data."),
            _("Bring in"), reverse("start", args=slugs), facts.has_data,
        ),
        Step(
            "goal", _("Set a goal"), _("Of leads, revenue or cost: the dashboard then says whether it is on course."),
            _("Set"), reverse("goal_new", args=slugs), facts.has_goal,
        ),
        *_people(access, facts, client),
    )  # fmt: skip
    return Checklist(steps, reverse("client_checklist_close", args=slugs))


def _people(access: Access, facts: StartFacts, client: Client | None) -> tuple[Step, ...]:
    if not access.can("manage_members"):
        return ()
    invite = reverse("member_new", args=[access.agency.slug])
    of_client = Step(
        "viewer", _("Invite the client"), _("Its people see its dashboards and goals, and nothing else."),
        _("Invite"), f"{invite}?role=viewer" + (f"&client={client.slug}" if client else ""),
        facts.has_clients_person,
    )  # fmt: skip
    if client is not None:
        return (of_client,)
    colleague = Step(
        "colleague", _("Invite a colleague"), _("Each with a role: manager, analyst, seller."),
        _("Invite"), f"{invite}?role=manager", facts.has_colleague,
    )  # fmt: skip
    return (colleague, of_client)


def _factor(user: User) -> Step:
    return Step(
        "factor", _("Protect your login"), _("By a passkey or an app: a stolen password is not enough then."),
        _("Protect"), reverse("mfa_index"), has_second_factor(user),
    )  # fmt: skip
