"""One structured line per request, with an id that also goes out; nothing secret in it."""

import json
import logging
import logging.config
from io import StringIO

import pytest
import structlog
from django.conf import settings
from django.test import Client

from config.logs import logging_config

HERE = Client(headers={"host": "localhost"})


def test_each_request_has_an_id_of_its_own() -> None:
    first, second = HERE.get("/healthz"), HERE.get("/healthz")
    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]


@pytest.mark.parametrize(
    ("sent", "is_kept"), [("proxy-1234.abc", True), ("short", False), ("a b c d e f g h", False)]
)
def test_a_proxys_plain_id_is_kept(sent: str, is_kept: bool) -> None:
    response = HERE.get("/healthz", headers={"X-Request-ID": sent})
    assert (response["X-Request-ID"] == sent) is is_kept


def test_a_line_is_json_with_what_and_when_and_for_which_request() -> None:
    stream = StringIO()
    config = logging_config("INFO", as_json=True)
    config["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(config)
    try:
        with structlog.contextvars.bound_contextvars(request_id="r-1"):
            structlog.get_logger("rumbo.test").info("sent", count=2)
            logging.getLogger("django.test").warning("plain %s", "text")
    finally:
        logging.config.dictConfig(settings.LOGGING)
    ours, djangos = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {
        "event": "sent",
        "count": 2,
        "level": "info",
        "logger": "rumbo.test",
        "request_id": "r-1",
    }
    assert (djangos["event"], djangos["level"], djangos["request_id"]) == (
        "plain text",
        "warning",
        "r-1",
    )
