"""What people type into the pages of this app; checked here, acted on by services."""

from accounts.forms.agencies import AgencyForm, AgencyNewForm
from accounts.forms.clients import ClientForm
from accounts.forms.people import AcceptForm, InviteForm, MemberForm, ProfileForm
from accounts.forms.tokens import TokenForm

__all__ = [
    "AcceptForm",
    "AgencyForm",
    "AgencyNewForm",
    "ClientForm",
    "InviteForm",
    "MemberForm",
    "ProfileForm",
    "TokenForm",
]
