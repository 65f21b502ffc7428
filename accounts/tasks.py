"""TenantTask: the base of every Celery task that touches tenant tables."""

from typing import Any

from celery import Task

from accounts.errors import ScopeError
from accounts.tenancy import current_scope, tenant_transaction


class TenantTask(Task):
    """Opens one agency's scope, in system reach, around the body; `agency_id` is always a keyword.

    A body that needs several transactions (claim, work, record the failure) says
    opens_transaction=False and opens each with tenant_transaction().
    """

    abstract = True
    opens_transaction = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        agency_id = kwargs.get("agency_id")
        if not isinstance(agency_id, int):
            raise ScopeError(f"{self.name} was sent without an agency")
        if current_scope() is not None:
            raise ScopeError(f"{self.name} found the scope of somebody else's work")
        if not self.opens_transaction:
            return super().__call__(*args, **kwargs)
        with tenant_transaction(agency_id):
            return super().__call__(*args, **kwargs)
