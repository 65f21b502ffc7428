"""What members do to agencies, clients, people and keys. No service sees a request."""

from accounts.services.agencies import (
    agency_change,
    agency_checklist_close,
    agency_create,
    agency_logo_remove,
    agency_logo_set,
)
from accounts.services.clients import (
    client_archive,
    client_change,
    client_checklist_close,
    client_create,
    client_restore,
)
from accounts.services.invitations import (
    invitation_accept,
    invitation_resend,
    invitation_revoke,
    member_invite,
    members_invite,
)
from accounts.services.members import member_change, member_end, member_leave
from accounts.services.people import (
    identity_event_record,
    person_change,
    person_create,
    person_guide_close,
)
from accounts.services.tokens import token_create, token_revoke, token_used

__all__ = [
    "agency_change",
    "agency_checklist_close",
    "agency_create",
    "agency_logo_remove",
    "agency_logo_set",
    "client_archive",
    "client_change",
    "client_checklist_close",
    "client_create",
    "client_restore",
    "identity_event_record",
    "invitation_accept",
    "invitation_resend",
    "invitation_revoke",
    "member_change",
    "member_end",
    "member_invite",
    "member_leave",
    "members_invite",
    "person_change",
    "person_create",
    "person_guide_close",
    "token_create",
    "token_revoke",
    "token_used",
]
