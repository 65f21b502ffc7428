"""Who may act, for which agency and client. Facts and numbers live elsewhere."""

from accounts.models.agencies import Agency, TenantModel
from accounts.models.audit import AuditEntry
from accounts.models.clients import Client, ClientModel
from accounts.models.letters import Letter
from accounts.models.members import Invitation, InvitationClient, Membership, MembershipClient
from accounts.models.people import Device, IdentityEvent, User, UserManager
from accounts.models.programs import ApiToken, IdempotencyKey
from accounts.models.words import CURRENCY, HEX_COLOUR, Language, Role, validate_time_zone

__all__ = [
    "CURRENCY",
    "HEX_COLOUR",
    "Agency",
    "ApiToken",
    "AuditEntry",
    "Client",
    "ClientModel",
    "Device",
    "IdempotencyKey",
    "IdentityEvent",
    "Invitation",
    "InvitationClient",
    "Language",
    "Letter",
    "Membership",
    "MembershipClient",
    "Role",
    "TenantModel",
    "User",
    "UserManager",
    "validate_time_zone",
]
