"""The request as our views meet it: behind the login and the scope's middleware."""

from django.http import HttpRequest

from accounts.access import Access
from accounts.models import User


class PersonRequest(HttpRequest):
    """Somebody is logged in."""

    user: User


class AgencyRequest(PersonRequest):
    """The URL named an agency, and the middleware has let the person in."""

    access: Access
