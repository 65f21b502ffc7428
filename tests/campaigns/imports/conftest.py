"""The cast of imports: their clients read English, so that errors can be compared word by word."""

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_scope
from tests.cast import Cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    with tenant_scope(cast.aurora.pk):
        Client.objects.all().update(language="en")
    for client in (cast.bodega, cast.cafe):
        client.language = "en"
    return cast
