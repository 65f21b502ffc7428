"""One row of everything that an address may name, for who goes through all of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Agency, Client, Invitation, Membership, Role, User
from accounts.services import token_create
from accounts.tenancy import digest, tenant_scope
from campaigns.lead_services import lead_create
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    ImportBatch,
    Interaction,
    Product,
    Refund,
    Sale,
    Salesperson,
)
from campaigns.own_services import MeasureWish, own_measure_define
from campaigns.records import record_create
from inbox.models import Delivery, Notice
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.choices.services import template_create
from kpis.choosing import Entry
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.experiments.services import ExperimentWish, VariantWish, experiment_create
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_setting.template_services import goal_template_save
from kpis.models import Anomaly, Arrival, GoalTemplate
from kpis.notes.services import NoteWish, note_add
from kpis.parameters import parameters_change
from kpis.trials.planning import Wish
from steering.models import Incident
from steering.plans.acting import plan_propose, plan_write
from steering.plans.lines import Line
from steering.reviews.acting import Writer, comment_write
from steering.rule_services import RuleWish, rule_create
from tests.accounts.route_addresses import SECRET
from tests.cast import Cast, member, person
from tests.steering.scene import judged
from webhooks.endpoint_services import EndpointWish, endpoint_create, endpoint_test
from webhooks.models import Delivery as EventDelivery

DAY = date(2026, 1, 1)
FACT: dict[str, Any] = {"source": "manual", "external_id": "1", "tz": "Europe/Madrid"}
MONEY: dict[str, Any] = {"amount": 1, "currency": "EUR"}
GOAL = GoalWish(
    "leads", Period(date(2026, 1, 1), date(2026, 6, 30)), "increase", "cumulative", Decimal(900)
)
BULK: dict[str, Any] = {
    "name": "Grow", "kpi": "leads", "kind": "increase", "accumulation": "cumulative", "target": 90,
    "period": "next_quarter",
}  # fmt: skip
RULE = RuleWish("Fewer leads", "leads", "change", "below", "week", Decimal("0.2"))
EXPERIMENT = ExperimentWish(
    "Form", (VariantWish("A"), VariantWish("B")), Wish(0.05, 0.065), date(2026, 3, 1), date(2026, 3, 28),
    "totals",
)  # fmt: skip
UNUSUAL = {"value": 1, "expected": 9, "low": 5, "high": 13, "p": 0.001, "rule": "robust"}


def set_stage(cast: Cast) -> tuple[Cast, User, dict[str, int]]:
    """Aurora with an administrator, and one row of everything that an address may name."""
    adela = person("adela@example.com", "Adela")
    with tenant_scope(cast.aurora.pk):
        member(cast.aurora, adela, Role.ADMIN)
        Agency.objects.filter(pk=cast.aurora.pk).update(logo=b"png", logo_type="image/png")
        for client, name in ((None, "All"), (cast.bodega, "Mine")):
            own_measure_define(cast.aurora, client, MeasureWish(name))
            custom_kpi_define(cast.aurora, client, KpiWish(name, "clicks / sessions"))
        numbers = {**_doors(cast), **_campaigns(cast), **_money(cast), **_steered(cast)}
    return cast, adela, numbers


def _doors(cast: Cast) -> Mapping[str, int]:
    """Who and what may come in, and where events go."""
    hook, _secret = endpoint_create(cast.aurora, EndpointWish("CRM", "https://a.example"), None)
    endpoint_test(hook, "Alicia", timezone.now())
    invitation = Invitation.objects.create(
        agency=cast.aurora,
        email="nora@example.com",
        role=Role.ANALYST,
        secret_hash=digest(SECRET),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return {
        "webhook": hook.pk,
        "delivery": EventDelivery.objects.get().pk,
        "member": Membership.objects.get(agency=cast.aurora, user=cast.vera).pk,
        "invitation": invitation.pk,
        "token": token_create(cast.aurora, "Sheets", ["read"])[0].pk,
        "arrival": Arrival.objects.create(agency=cast.aurora, state="checked", name="B", size=1).pk,
    }


def _campaigns(cast: Cast) -> Mapping[str, int]:
    """What is known of the client's visitors, leads and campaigns."""
    own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
    fact = own | FACT
    return {
        "import": ImportBatch.objects.create(**own, kind="leads", source="crm", state="queued").pk,
        "daily": DailyFact.objects.create(**fact, family="web", day=DAY, sessions=1).pk,
        "campaign": Campaign.objects.create(**own, external_id="1", name="Spring").pk,
        "salesperson": Salesperson.objects.create(**own, external_id="1", name="Sara").pk,
        "lead": lead_create(cast.bodega, None, {"name": "Nora"}).pk,
        "record": record_create("leads", cast.bodega, {"name": "Ada"}, None).act.pk,
        "interaction": Interaction.objects.create(**fact, kind="call", happened_date=DAY).pk,
    }


def _money(cast: Cast) -> Mapping[str, int]:
    """What was sold, to whom, and what it cost."""
    own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
    fact, span = own | FACT | MONEY, {"starts_on": DAY, "ends_on": DAY}
    renewing = Customer.objects.create(**own, external_id="2")
    return {
        "cost": Cost.objects.create(**fact, **span, layer="fee").pk,
        "budget": Budget.objects.create(**fact, **span).pk,
        "sale": Sale.objects.create(**fact, sold_date=DAY).pk,
        "refund": Refund.objects.create(**fact, refunded_date=DAY).pk,
        "customer": Customer.objects.create(**own, external_id="1", name="Nora").pk,
        "product": Product.objects.create(**own, external_id="1", name="Rioja").pk,
        "term": CustomerTerm.objects.create(**own, **FACT, starts_on=DAY, customer=renewing).pk,
    }


def _steered(cast: Cast) -> Mapping[str, int]:
    """What is wanted of the numbers, and what people were told and said of them."""
    own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
    return {
        "parameters": parameters_change(cast.bodega, DAY, {"cost_basis": "full"}, "", None).pk,
        "template": template_create(cast.aurora, "Wine", (Entry("leads"),), KPIS).pk,
        "goal": goal_set(cast.bodega, GOAL).pk,
        "goal_template": goal_template_save(GoalTemplate(agency=cast.aurora, **BULK)).pk,
        "experiment": experiment_create(cast.bodega, EXPERIMENT).pk,
        "note": note_add(cast.bodega, NoteWish(DAY, "Fair"), None).pk,
        "unusual": Anomaly.objects.create(**own, day=DAY, kpi="leads", **UNUSUAL).pk,
        "notice": notice_of(cast),
        "incident": incident_of(cast.bodega),
        "rule": rule_create(cast.bodega, RULE, None).pk,
        "plan": plan_of(cast.bodega),
        "comment": comment_of(cast),
    }


def incident_of(client: Client) -> int:
    """A goal that is at risk. Inside the scope."""
    goal = goal_set(client, GOAL)
    judged(goal, "on_track", "at_risk", date(2026, 3, 15))
    return Incident.objects.get(goal=goal).pk


def comment_of(cast: Cast) -> int:
    """What Vera, the client's user, has said. Inside the scope."""
    vera = Membership.objects.get(agency=cast.aurora, user=cast.vera)
    wrote = Writer(vera.pk, "Vera")
    return comment_write(cast.bodega, "leads", None, "Fair week", wrote, timezone.now()).pk


def plan_of(client: Client) -> int:
    """A version that waits for the client. Inside the scope."""
    plan_write(client, "", [Line("Grow", "leads", target="900")], None)
    return plan_propose(client, timezone.now()).number


def notice_of(cast: Cast) -> int:
    """Something that only Alicia, the owner, is told. Inside the scope."""
    alicia = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
    own = {"agency": cast.aurora, "notice": Notice.objects.create(
        agency=cast.aurora, client=cast.bodega, kind="night_failed", key="n",
        data={"day": "2026-03-01", "attempts": 5},
    )}  # fmt: skip
    return Delivery.objects.create(**own, membership=alicia).pk
