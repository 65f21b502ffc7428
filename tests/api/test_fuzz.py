"""Schemathesis over the whole schema: whatever is sent, no 5xx, and answers of the documented shape."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from config.reference import schema_document
from tests.api.conftest import ALL_SCOPES, Caller, token
from tests.cast import Cast

#: Of each operation, in each mode; an operation with fewer possibilities gets all of them. The summary
#: of the run says how many calls that made: at least 3,000 over the whole schema.
EXAMPLES = 12
DOCUMENT = schemathesis.openapi.from_dict(dict(schema_document()))
OPERATIONS = [result.ok() for result in DOCUMENT.get_all_operations()]


@pytest.fixture
def app() -> Iterator[Any]:
    """The real WSGI application, inside the test's transaction: as the test client, it must not
    close the connection after a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def fuzzer(cast: Cast) -> Caller:
    """A token with every scope, made by an owner, in whose name it may do everything."""
    with tenant_scope(cast.aurora.pk):
        alicia = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
    return token(cast.aurora, *ALL_SCOPES, created_by=alicia)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_whatever_is_sent(
    cast: Cast,
    fuzzer: Caller,
    settings: Any,
    app: Any,
    operation: Any,
    mode: GenerationMode,
    record_property: Any,
) -> None:
    settings.API_LIMITS = {"read": (10**6, 60), "write": (10**6, 60)}
    sent = 0

    @hypothesis_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        if "client" in (case.path_parameters or {}):
            case.path_parameters["client"] = "bodega"
        response = case.call(app=app, headers=fuzzer.headers)
        assert response.status_code < 500, response.text
        case.operation.validate_response(response)
        documented = set(operation.definition.raw["responses"])
        # What a server in front of Django would have refused: 405 and 414 are not the endpoint's.
        assert str(response.status_code) in documented | {"405"}, response.text

    send()
    record_property("fuzzed", sent)
