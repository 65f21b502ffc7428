"""kill -9 of a worker while a receiver holds its event: it comes again by itself, with the same id."""

import socket
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest

from accounts.tenancy import tenant_transaction
from tests.cast import Cast
from tests.processes import processes, wait_until
from tests.webhooks.receivers import receiver, says
from webhooks.endpoint_services import EndpointWish, endpoint_create, endpoint_test
from webhooks.models import Attempt, Delivery, Event


def test_a_killed_delivery_is_made_again(
    committed_cast: Cast, committed: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, settings: Any,
) -> None:  # fmt: skip
    cast, go_on = committed_cast, Flag()

    def hold(line: socket.socket, stop: Flag) -> None:
        """Has read the event, and says nothing until the worker is dead."""
        go_on.wait(100)

    with receiver(hold, says(200)) as to:
        monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)  # what has sealed the secret opens it
        monkeypatch.setenv("WEBHOOK_LOOPBACK_PORTS", str(to.port))
        monkeypatch.setenv("WEBHOOK_TIMEOUT_SECONDS", "60")
        settings.WEBHOOK_LOOPBACK_PORTS = [to.port]
        with tenant_transaction(cast.aurora.pk):
            endpoint, _secret = endpoint_create(cast.aurora, EndpointWish("CRM", to.url), None)
            event = endpoint_test(endpoint, "Alicia", endpoint.created_at)

        def state() -> str:
            with tenant_transaction(cast.aurora.pk):
                return Delivery.objects.get().state

        with processes(committed, tmp_path) as them:
            them.start_scheduler()
            worker = them.start_worker()
            wait_until(lambda: to.calls)
            them.kill(worker)
            assert state() == "due"
            go_on.set()
            them.start_worker()
            wait_until(lambda: state() == "done")
        assert to.ids == [event.uid, event.uid]
        assert to.calls[0].body == to.calls[1].body
    with tenant_transaction(cast.aurora.pk):
        assert (Event.objects.count(), Attempt.objects.count()) == (1, 1)
