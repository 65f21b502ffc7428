"""TenantTask: the base of every Celery task that touches tenant tables. Beside it, accounts' own."""

from typing import Any

from celery import Task, shared_task

from accounts.errors import ScopeError
from accounts.services.invitation_mails import invitation_mail as invitation_mail_send
from accounts.services.letters import letter_send
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


@shared_task(base=TenantTask, opens_transaction=False, name="accounts.tasks.invitation_mail")
def invitation_mail(*, agency_id: int, invitation_id: int) -> None:
    """Send the e-mail of an invitation, if it is still due."""
    invitation_mail_send(agency_id, invitation_id)


@shared_task(name="accounts.tasks.letter")
def letter(*, letter_id: int) -> None:
    """Send an e-mail about a login, if it is still due. Of a person and no agency: no TenantTask."""
    letter_send(letter_id)
