"""Every call that changes something leaves a line in the audit, with who did it."""

from typing import Any

from django.db import transaction

from accounts.models import AuditEntry, Membership
from accounts.tenancy import tenant_scope
from campaigns.own_services import MeasureWish, own_measure_define
from tests.api.conftest import person
from tests.api.test_roles import TABLE, address, body, prepare, rows  # noqa: F401
from tests.cast import Cast

#: Calls that leave no line, and why.
EXEMPT = {
    ("POST", "clients/bodega/custom-kpis/check/"): "tries a formula and keeps nothing",
    ("POST", "clients/bodega/customer-value/"): "changes nothing that anybody entered",
    ("POST", "clients/bodega/goals/check/"): "tries a goal and keeps nothing",
    ("POST", "goal-templates/<pk>/check/"): "looks at a goal and keeps nothing",
    ("POST", "rates/bulk/"): "rates are only added, and each says who wrote it",
}
#: Not walked here: what these change has the audit's trigger, or a history of its own, and tests beside it.
ELSEWHERE = (
    "webhooks/", "clients/bodega/incidents/", "clients/bodega/alert-rules/",
    "clients/bodega/plans/<pk>/decision/",
)  # fmt: skip
#: What a PATCH changes, by kind.
CHANGES: dict[str, Any] = {
    "members": {"role": "analyst"}, "goals": {"note": "Higher"}, "leads": {"name": "Ada"},
    "daily-facts": {"sessions": 5}, "campaigns": {"name": "Summer"}, "salespeople": {"name": "Sam"},
    "customers": {"name": "Paz"}, "sales": {"amount": "7"}, "refunds": {"amount": "7"},
    "costs": {"amount": "7"}, "budgets": {"amount": "7"}, "interactions": {"kind": "visit"},
    "goal-templates": {"note": "Higher"}, "plans": {"summary": "2026"},
    "products": {"name": "Rioja"}, "terms": {"ends_on": "2026-12-31"},
}  # fmt: skip


def test_every_call_that_changes_something_is_in_the_audit(
    cast: Cast,
    rows: dict[str, int],  # noqa: F811
) -> None:
    alicia = person(cast.alicia, "aurora")
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.alicia).pk
        own_measure_define(cast.aurora, None, MeasureWish("Mine"))
    call, traces = {"POST": alicia.post, "PATCH": alicia.patch}, {}
    for method, route in TABLE:
        if method == "GET" or (method, route) in EXEMPT or route.startswith(ELSEWHERE):
            continue
        kind = next((name for name in CHANGES if f"/{name}/" in f"/{route}"), "")
        document = CHANGES[kind] if method == "PATCH" else body(method, route, "nora", rows)
        if "own-values" in route:
            document["rows"][0]["measure"] = "own_mine"
        with transaction.atomic():
            prepare(cast.bodega, method, route)
            with tenant_scope(cast.aurora.pk):
                known = set(AuditEntry.objects.values_list("pk", flat=True))
            path = address(route, rows)
            answer = alicia.delete(path) if method == "DELETE" else call[method](path, document)
            with tenant_scope(cast.aurora.pk):
                new = AuditEntry.objects.exclude(pk__in=known)
                found = set(new.values_list("actor_id", flat=True))
            transaction.set_rollback(True)
        assert answer.status_code in (200, 201, 204), (method, route, answer.content)
        traces[method, route] = found
    assert {name: found for name, found in traces.items() if found != {number}} == {}
    assert set(EXEMPT) <= set(TABLE)
