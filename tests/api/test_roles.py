"""Every route of the API, every method, every role and scope: one table. A missing route fails."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from accounts.access import TOKEN_SCOPES
from accounts.models import Client, Membership, Role
from accounts.services import member_invite
from accounts.tenancy import tenant_scope
from campaigns.models import DailyFact, Lead
from kpis.experiments.services import experiment_create
from kpis.models import Goal, GoalTemplate
from steering.plans.acting import plan_discard, plan_propose, plan_write
from steering.plans.lines import Line
from steering.reviews.acting import ReviewWish, Writer, comment_write, review_keep
from steering.rule_services import RuleWish, rule_create
from tests.api.conftest import ALL_SCOPES, Caller, error, heard, person, token
from tests.api.one_of_each import about_and_fact, facts_of
from tests.cast import Cast
from tests.kpis.test_experiment_services import wish
from tests.steering.scene import judged, only_incident
from webhooks.endpoint_services import EndpointWish, endpoint_create

READERS = {"viewer", "analyst", "manager", "owner", "read", "goals:write", "kpis:write"}
LEAD_READERS = {"seller", "analyst", "manager", "owner", "leads:read", "leads:write"}
LEAD_WRITERS = {"seller", "manager", "owner", "leads:write"}
DATA_READERS = {"analyst", "manager", "owner", "data:read", "data:write", "kpis:write"}
DATA_WRITERS = {"manager", "owner", "data:write"}
KPI_WRITERS = {"manager", "owner", "kpis:write"}
GOAL_WRITERS = {"manager", "owner", "goals:write"}
COMMENTERS = {"viewer", "analyst", "manager", "owner", "goals:write"}
MEMBER_READERS = {"owner", "members:read", "members:write"}
MEMBER_WRITERS = {"owner", "members:write"}
HOOK_KEEPERS = {"owner", "webhooks"}
EVERYBODY = {"viewer", "seller", "analyst", "manager", "owner", *TOKEN_SCOPES}

#: (method, route) -> who may. Whoever may not gets 403.
TABLE: dict[tuple[str, str], set[str]] = {
    ("GET", "kpis/"): READERS,
    ("GET", "kpis/cpl/"): READERS,
    ("GET", "goal-templates/"): GOAL_WRITERS,
    ("POST", "goal-templates/"): GOAL_WRITERS,
    ("GET", "goal-templates/<pk>/"): GOAL_WRITERS,
    ("PATCH", "goal-templates/<pk>/"): GOAL_WRITERS,
    ("POST", "goal-templates/<pk>/check/"): GOAL_WRITERS,
    ("POST", "goal-templates/<pk>/apply/"): GOAL_WRITERS,
    ("GET", "members/"): MEMBER_READERS,
    ("GET", "members/<pk>/"): MEMBER_READERS,
    ("PATCH", "members/<pk>/"): MEMBER_WRITERS,
    ("DELETE", "members/<pk>/"): MEMBER_WRITERS,
    ("GET", "invitations/"): MEMBER_READERS,
    ("POST", "invitations/"): MEMBER_WRITERS,
    ("DELETE", "invitations/<pk>/"): MEMBER_WRITERS,
    ("GET", "webhooks/"): HOOK_KEEPERS,
    ("POST", "webhooks/"): HOOK_KEEPERS,
    ("GET", "webhooks/<pk>/"): HOOK_KEEPERS,
    ("PATCH", "webhooks/<pk>/"): HOOK_KEEPERS,
    ("DELETE", "webhooks/<pk>/"): HOOK_KEEPERS,
    ("POST", "webhooks/<pk>/secret/"): HOOK_KEEPERS,
    ("POST", "webhooks/<pk>/test/"): HOOK_KEEPERS,
    ("POST", "webhooks/<pk>/replay/"): HOOK_KEEPERS,
    ("GET", "webhooks/<pk>/deliveries/"): HOOK_KEEPERS,
    ("GET", "webhook-events/"): HOOK_KEEPERS,
    ("GET", "clients/"): EVERYBODY,
    ("GET", "clients/bodega/"): EVERYBODY,
    ("GET", "clients/bodega/events/"): EVERYBODY,
    ("GET", "clients/bodega/kpis/values/?keys=cpl"): READERS,
    ("GET", "rates/"): DATA_READERS,
    ("POST", "rates/bulk/"): DATA_WRITERS,
    ("GET", "clients/bodega/annotations/"): READERS,
    ("POST", "clients/bodega/annotations/"): GOAL_WRITERS,
    ("GET", "clients/bodega/anomalies/"): READERS,
    ("GET", "clients/bodega/explanations/?key=leads"): READERS,
    ("GET", "clients/bodega/restatements/?key=leads"): READERS,
    ("GET", "clients/bodega/experiments/"): READERS,
    ("GET", "clients/bodega/experiments/<pk>/"): READERS,
    ("GET", "clients/bodega/customer-value/"): READERS,
    ("POST", "clients/bodega/customer-value/"): DATA_WRITERS,
    ("GET", "clients/bodega/kpis/"): READERS,
    ("GET", "clients/bodega/custom-kpis/"): DATA_READERS,
    ("POST", "clients/bodega/custom-kpis/"): KPI_WRITERS,
    ("POST", "clients/bodega/custom-kpis/check/"): KPI_WRITERS,
    ("GET", "clients/bodega/own-measures/"): DATA_READERS,
    ("POST", "clients/bodega/own-measures/"): KPI_WRITERS,
    ("GET", "clients/bodega/own-values/"): DATA_READERS,
    ("POST", "clients/bodega/own-values/bulk/"): DATA_WRITERS,
    ("GET", "clients/bodega/incidents/"): DATA_READERS,
    ("GET", "clients/bodega/incidents/<pk>/"): DATA_READERS,
    ("POST", "clients/bodega/incidents/<pk>/"): GOAL_WRITERS,
    ("GET", "clients/bodega/alert-rules/"): DATA_READERS,
    ("POST", "clients/bodega/alert-rules/"): GOAL_WRITERS,
    ("GET", "clients/bodega/alert-rules/<pk>/"): DATA_READERS,
    ("PATCH", "clients/bodega/alert-rules/<pk>/"): GOAL_WRITERS,
    ("DELETE", "clients/bodega/alert-rules/<pk>/"): GOAL_WRITERS,
    ("GET", "clients/bodega/goals/"): READERS,
    ("POST", "clients/bodega/goals/"): GOAL_WRITERS,
    ("POST", "clients/bodega/goals/check/"): GOAL_WRITERS,
    ("POST", "clients/bodega/goals/bulk/"): GOAL_WRITERS,
    ("GET", "clients/bodega/goals/<pk>/"): READERS,
    ("PATCH", "clients/bodega/goals/<pk>/"): GOAL_WRITERS,
    ("GET", "clients/bodega/reviews/"): READERS,
    ("POST", "clients/bodega/reviews/"): GOAL_WRITERS,
    ("GET", "clients/bodega/reviews/<pk>/"): READERS,
    ("GET", "clients/bodega/comments/"): READERS,
    ("POST", "clients/bodega/comments/"): COMMENTERS,
    ("GET", "clients/bodega/comments/<pk>/"): READERS,
    ("DELETE", "clients/bodega/comments/<pk>/"): {"owner", "goals:write"},  # Alicia's own
    ("GET", "clients/bodega/plans/"): READERS,
    ("POST", "clients/bodega/plans/"): GOAL_WRITERS,
    ("GET", "clients/bodega/plans/<pk>/"): READERS,
    ("PATCH", "clients/bodega/plans/<pk>/"): GOAL_WRITERS,
    ("POST", "clients/bodega/plans/<pk>/"): GOAL_WRITERS,
    ("DELETE", "clients/bodega/plans/<pk>/"): GOAL_WRITERS,
    ("POST", "clients/bodega/plans/<pk>/decision/"): {"viewer"},
    ("GET", "clients/bodega/leads/"): LEAD_READERS,
    ("POST", "clients/bodega/leads/"): LEAD_WRITERS,
    ("POST", "clients/bodega/leads/bulk/"): LEAD_WRITERS,
    ("GET", "clients/bodega/leads/<pk>/"): LEAD_READERS,
    ("PATCH", "clients/bodega/leads/<pk>/"): LEAD_WRITERS,
    ("DELETE", "clients/bodega/leads/<pk>/"): LEAD_WRITERS,
    ("GET", "clients/bodega/daily-facts/"): DATA_READERS,
    ("POST", "clients/bodega/daily-facts/"): DATA_WRITERS,
    ("POST", "clients/bodega/daily-facts/bulk/"): DATA_WRITERS,
    ("GET", "clients/bodega/daily-facts/<pk>/"): DATA_READERS,
    ("PATCH", "clients/bodega/daily-facts/<pk>/"): DATA_WRITERS,
    ("DELETE", "clients/bodega/daily-facts/<pk>/"): DATA_WRITERS,
}
#: Kinds of facts of which the same five things may be asked, by the same people; and a new row of each.
FACTS: dict[str, dict[str, Any]] = {
    "campaigns": {},
    "salespeople": {},
    "customers": {},
    "sales": {"sold_on": "2026-03-01", "amount": "10"},
    "refunds": {"refunded_on": "2026-03-01", "amount": "10"},
    "costs": {"starts_on": "2026-03-01", "amount": "10"},
    "budgets": {"starts_on": "2026-03-01", "amount": "10"},
    "interactions": {"happened_on": "2026-03-01", "kind": "call"},
    "products": {},
    "terms": {"starts_on": "2026-03-01", "customer": "C"},
}
for kind in FACTS:
    TABLE |= {
        ("GET", f"clients/bodega/{kind}/"): DATA_READERS,
        ("POST", f"clients/bodega/{kind}/"): DATA_WRITERS,
        ("POST", f"clients/bodega/{kind}/bulk/"): DATA_WRITERS,
        ("GET", f"clients/bodega/{kind}/<pk>/"): DATA_READERS,
        ("PATCH", f"clients/bodega/{kind}/<pk>/"): DATA_WRITERS,
        ("DELETE", f"clients/bodega/{kind}/<pk>/"): DATA_WRITERS,
    }
BODIES: dict[str, Any] = {
    "POST rates": {"day": "2026-03-03", "from": "EUR", "to": "USD", "rate": "1.08"},
    "POST annotations": {"from": "2026-03-01", "text": "Fair"},
    "POST goals": {"kpi": "leads", "from": "2026-01-01", "to": "2026-03-31", "target": "9"},
    "POST goal-templates": {
        "name": "A",
        "kpi": "leads",
        "target": "9",
        "period": "next_quarter",
    },
    "POST reviews": {"comment": "Seen"},
    "POST plans": {"lines": [{"objective": "Grow", "kpi": "leads", "target": "900"}]},
    "POST comments": {"kpi": "leads", "text": "Rain"},
    "POST incidents": {"act": "acknowledge"},
    "POST alert-rules": {
        "name": "A",
        "kpi": "leads",
        "condition": "threshold",
        "direction": "below",
        "limit": "1",
    },
    "POST custom-kpis/check": {"formula": "clicks / sessions"},
    "POST custom-kpis": {"name": "A", "formula": "clicks / sessions"},
    "POST own-measures": {"name": "Calls"},
    "POST own-values": {"measure": "own_calls", "day": "2026-03-01", "value": "1"},
    "POST invitations": {"role": "analyst"},
    "POST secret": {},
    "POST test": {},
    "POST replay": {"since": "2026-03-01T00:00:00Z"},
    "POST webhooks": {"name": "CRM", "url": "https://hooks.example/"},
    "POST leads": {"created_on": "2026-03-01"},
    "POST daily-facts": {"family": "web", "day": "2026-03-01", "sessions": 1},
    **{f"POST {kind}": row for kind, row in FACTS.items()},
}


def address(route: str, rows: dict[str, int]) -> str:
    kind = next((name for name in rows if f"/{name}/" in f"/{route}"), "")
    return "/api/v1/" + route.replace("<pk>", str(rows.get(kind, 0)))


def body(method: str, route: str, who: str, rows: dict[str, int]) -> Any:
    named = [name.partition(" ")[2] for name in BODIES]
    kind = next((name for name in named if f"/{name}/" in f"/{route}"), "")
    if method in ("PATCH", "DELETE") or "customer-value" in route:
        return {}
    if route.startswith("goal-templates/<pk>/"):
        return {"clients": ["bodega"]}
    if route.endswith("plans/<pk>/"):
        return {"act": "propose"}
    if "decision" in route:
        return {"act": "return", "answer": "More detail"}
    made = dict(BODIES[f"{method} {kind}"])
    if kind in ("leads", "daily-facts", *FACTS):
        made["external_id"] = f"by {who}"
    if kind == "reviews":
        made["goal"] = rows["goals"]
    if kind == "invitations":
        made["email"] = f"{who.replace(':', '-')}@example.com"
    return {"rows": [made]} if "bulk" in route else made


@pytest.fixture
def rows(cast: Cast) -> dict[str, int]:
    about, fact = about_and_fact(cast)
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.create(**fact, external_id="L", created_date="2026-03-01")
        daily = DailyFact.objects.create(**fact, external_id="D", family="web", day="2026-03-01")
        goal = Goal.objects.create(
            **about, kpi="leads", starts_on="2026-01-01", ends_on="2026-03-31", kind="increase",
            accumulation="cumulative", target=9,
        )  # fmt: skip
        goal.refresh_from_db()
        judged(goal, "on_track", "at_risk", date(2026, 3, 15))
        incident = only_incident().pk
        seen = review_keep(
            cast.bodega, goal, ReviewWish(date(2026, 3, 1), "Seen", date(2026, 4, 1)), None
        )
        rule = rule_create(
            cast.bodega, RuleWish("R", "leads", "threshold", "below", "week", Decimal(1)), None
        )
        experiment = experiment_create(cast.bodega, wish())
        facts = facts_of(cast, FACTS)
        sergio = Membership.objects.get(agency=cast.aurora, user=cast.sergio)
        alicia = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
        wrote = Writer(alicia.pk, "Alicia")
        said = comment_write(cast.bodega, "leads", None, "Fair", wrote, timezone.now())
        template = GoalTemplate.objects.create(
            agency=cast.aurora, name="T", kpi="leads", kind="increase", target=9,
            accumulation="cumulative", period="next_year",
        )  # fmt: skip
        line = Line("Grow", "leads", target="900")
        plan = plan_write(cast.bodega, "", [line], None)
        offer = member_invite(alicia, "new@example.com", Role.SELLER, [], "https://rumbo.example/")
        hook, _secret = endpoint_create(cast.aurora, EndpointWish("ERP", "https://a.example"), None)
    agencys = {
        "goal-templates": template.pk,
        "members": sergio.pk,
        "invitations": offer.pk,
        "webhooks": hook.pk,
    }
    return agencys | facts | {
        "leads": lead.pk, "daily-facts": daily.pk, "goals": goal.pk, "incidents": incident,
        "alert-rules": rule.pk, "experiments": experiment.pk, "reviews": seen.pk,
        "comments": said.pk, "plans": plan.pk,
    }  # fmt: skip


@pytest.fixture
def callers(cast: Cast) -> dict[str, Caller]:
    people = {
        "viewer": cast.vera, "seller": cast.sergio, "analyst": cast.ana, "manager": cast.marta,
        "owner": cast.alicia,
    }  # fmt: skip
    assert set(people) | {Role.ADMIN} == set(Role.values)  # an administrator is an owner here
    by_role = {name: person(user, "aurora") for name, user in people.items()}
    with tenant_scope(cast.aurora.pk):
        alicia = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
    return by_role | {scope: token(cast.aurora, scope, created_by=alicia) for scope in TOKEN_SCOPES}


#: What stands first, where a call needs another state of things than the table's fixture.
BEFORE: dict[tuple[str, str], Callable[[Client], Any]] = {
    ("POST", "clients/bodega/plans/"): plan_discard,  # one is worked on at a time
    ("GET", "clients/bodega/plans/<pk>/"): lambda client: plan_propose(client, timezone.now()),
    ("POST", "clients/bodega/plans/<pk>/decision/"): lambda client: plan_propose(
        client, timezone.now()
    ),
}


def prepare(client: Client, method: str, route: str) -> None:
    if (method, route) in BEFORE:
        with tenant_scope(client.agency_id):
            BEFORE[method, route](client)


def send(caller: Caller, client: Client, method: str, route: str, path: str, document: Any) -> Any:
    """The answer, with whatever the call did taken back: the next one finds everything there again."""
    with transaction.atomic():
        prepare(client, method, route)
        if method in ("GET", "DELETE"):
            response = getattr(caller, method.lower())(path)
        else:
            response = getattr(caller, method.lower())(path, document)
        transaction.set_rollback(True)
    return response


def area(route: str) -> str:
    """What a route is about: one stage does for all of its calls, of which none leaves a trace."""
    return route.removeprefix("clients/bodega/").partition("/")[0] or "bodega"


AREAS = sorted({area(route) for _method, route in TABLE})


def calls(about: str) -> Iterator[tuple[str, str]]:
    for method, route in TABLE:
        if area(route) == about:
            cache.clear()  # the limits of callers
            yield method, route


@pytest.mark.parametrize("about", AREAS)
def test_who_may(cast: Cast, rows: dict[str, int], callers: dict[str, Caller], about: str) -> None:
    for method, route in calls(about):
        path = address(route, rows)
        for who, caller in callers.items():
            document = body(method, route, who, rows) if method != "GET" else None
            response = send(caller, cast.bodega, method, route, path, document)
            call = (method, route, who, response.content)
            is_allowed = response.status_code in (200, 201, 204)
            assert is_allowed == (who in TABLE[method, route]), call
            assert is_allowed or response.status_code == 403, call


@pytest.mark.parametrize("about", sorted({area(route) for _, route in TABLE if "bodega" in route}))
def test_what_is_not_theirs_is_404(cast: Cast, rows: dict[str, int], about: str) -> None:
    strangers = [
        token(cast.boreal, *ALL_SCOPES), person(cast.malena, "boreal"),
        token(cast.aurora, *ALL_SCOPES, client=cast.cafe),
    ]  # fmt: skip
    vera = person(cast.vera, "aurora")
    for method, route in calls(about):
        if "bodega" not in route:
            continue
        path = address(route, rows)
        elsewhere = path.replace("/bodega/", "/cafe/")
        for number, (caller, place) in enumerate(
            [*((stranger, path) for stranger in strangers), (vera, elsewhere)]
        ):
            document = body(method, route, str(number), rows) if method != "GET" else None
            answer = heard(send(caller, cast.bodega, method, route, place, document))
            assert (method, route, number, answer) == (
                method, route, number, (404, error("not_found")),
            )  # fmt: skip


def test_no_route_is_missing() -> None:
    api = next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/v1/")
    known = set()
    for pattern in api.url_patterns:  # type: ignore[union-attr]
        if pattern.name == "nothing":
            continue
        route = re.sub(r"<slug:client>", "bodega", str(pattern.pattern))
        route = re.sub(r"<slug:key>", "cpl", re.sub(r"<row:pk>", "<pk>", route))
        known |= {(method, route) for method in pattern.callback.cls.capabilities}
    assert known == {(method, route.partition("?")[0]) for method, route in TABLE}
