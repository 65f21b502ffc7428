"""A client goes for good, or an agency: announced, a fortnight in which it can be taken back, then erased."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.services.agencies import agency_erase_later
from accounts.services.clients import client_erase_later, today_in
from accounts.services.erasing import agency_erase, client_erase
from accounts.tenancy import tenant_transaction
from kpis.exports.files import agency_files_forget, client_files_forget
from kpis.exports.services import export_queue
from kpis.leaving.queries import export_ready, leavers_of

GRACE_DAYS = 14


def client_leave(client: Client, is_export_declined: bool, actor_id: int | None) -> Client:
    """Archive it at once and erase it after GRACE_DAYS. In scope.

    Raises DomainError `export_missing` if nobody has had it exported in the last days and nobody
    said that none is needed.
    """
    if not is_export_declined and export_ready(client, timezone.now()) is None:
        raise DomainError("export_missing", _("Make an export first, or say that you need none."))
    return client_erase_later(client, GRACE_DAYS, actor_id)


def agency_leave(agency: Agency, is_export_declined: bool) -> Agency:
    """Erase it after GRACE_DAYS. In scope.

    Raises DomainError `export_missing` if a client has no export and nobody said that none is needed.
    """
    without = [each for each in leavers_of(agency, timezone.now()) if not each.is_exported]
    if without and not is_export_declined:
        raise DomainError(
            "export_missing",
            _("Export the clients first, or say that you need no export. Without one: %(clients)s.")
            % {"clients": ", ".join(each.client.name for each in without[:5])},
        )
    return agency_erase_later(agency, GRACE_DAYS)


def agency_export(agency: Agency, actor_id: int | None) -> int:
    """Have every client exported that has no export at hand, nor one on its way; how many. In scope."""
    wanting = [
        each.client
        for each in leavers_of(agency, timezone.now())
        if not each.is_exported and not each.is_waiting
    ]
    for client in wanting:
        export_queue(client, actor_id)
    return len(wanting)


def client_erase_due(agency_id: int, client_id: int) -> bool:
    """Erase a client whose day has come, with its files; whether it had. Outside any scope."""
    with tenant_transaction(agency_id):
        client = Client.objects.filter(agency_id=agency_id, pk=client_id).first()
        if client is None or not _is_due(client):
            return False
    # The files first: once the client is gone nobody would come back for them.
    client_files_forget(agency_id, client_id)
    client_erase(client, client.erase_by)
    client_files_forget(agency_id, client_id)  # what a worker was still writing
    return True


def _is_due(client: Client) -> bool:
    """By its own day, or with its agency."""
    agency = Agency.objects.only("erase_on").get(pk=client.agency_id)
    of_agency = agency.erase_on is not None and agency.erase_on <= timezone.now().date()
    return of_agency or (client.erase_on is not None and client.erase_on <= today_in(client))


def agency_erase_due(agency_id: int) -> bool:
    """Erase what is left of an agency whose day has come; whether it had. Outside any scope."""
    with tenant_transaction(agency_id):
        due = Agency.objects.filter(pk=agency_id, erase_on__lte=timezone.now().date())
        if not due.exists() or Client.objects.filter(agency_id=agency_id).exists():
            return False
    agency_files_forget(agency_id)
    agency_erase(agency_id)
    return True
