"""What is answered when no view could."""

import json

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import RequestFactory

from config.failures import bad_request, server_error


def test_programs_get_the_apis_error_shape() -> None:
    request = RequestFactory().post("/api/v1/clients/")
    answers = {
        500: server_error(request),
        413: bad_request(request, RequestDataTooBig()),
        400: bad_request(request, SuspiciousOperation()),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        body = json.loads(answer.content)
        assert set(body) == {"code", "message", "data"}
        assert body["message"].endswith(".")
