"""A task that touches tenant tables says whose; one that does not say it fails loudly."""

import pytest
from celery import Celery

from accounts.errors import ScopeError
from accounts.models import Client
from accounts.tasks import TenantTask
from accounts.tenancy import current_scope, tenant_scope
from tests.cast import Cast

app = Celery("tests", set_as_current=False)


@app.task(base=TenantTask)
def count_clients(*, agency_id: int) -> int:
    return Client.objects.count()


@app.task
def count_clients_without_base(*, agency_id: int) -> int:
    return Client.objects.count()


def test_it_works_in_its_agency(cast: Cast) -> None:
    assert count_clients(agency_id=cast.aurora.pk) == 2
    assert count_clients(agency_id=cast.boreal.pk) == 1
    assert current_scope() is None


def test_it_refuses_to_run_for_nobody_or_inside_another(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        count_clients()
    with tenant_scope(cast.boreal.pk), pytest.raises(ScopeError):
        count_clients(agency_id=cast.aurora.pk)


def test_a_bare_task_fails_instead_of_finding_nothing(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        count_clients_without_base(agency_id=cast.aurora.pk)
