"""docs/api.md: every example is run in its order, and answers what the guide says."""

import json
import re
import time
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client as Browser

from accounts.models import Client
from accounts.tenancy import tenant_scope
from kpis.experiments.services import counts_put, experiment_create
from kpis.snapshots import snapshot_refresh
from kpis.trials.arms import Arm
from tests.cast import Cast
from tests.kpis.test_experiment_services import wish
from webhooks.signing import headers, new_secret

GUIDE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
EXAMPLE = re.compile(r"```http\n(.*?)```\s+```json (\d+)\n(.*?)```", re.DOTALL)
ANYTHING = "…"
OF_CLIENT = ("/api/v1/clients/", "/api/v1/kpis/")


def matches(found: Any, said: Any) -> bool:
    """True if the answer is what the guide says, where it says anything."""
    if said == ANYTHING:
        return True
    if isinstance(said, dict):
        return (
            isinstance(found, dict)
            and set(found) == set(said)
            and all(matches(found[name], part) for name, part in said.items())
        )
    if isinstance(said, list):
        if said and said[-1] == ANYTHING:
            said, found = said[:-1], found[: len(said) - 1]
        return len(found) == len(said) and all(map(matches, found, said))
    return bool(found == said)


def secrets_of_the_guide() -> tuple[str, str]:
    """Run the guide's own commands; what they print are the tokens: a client's, the agency's."""
    commands = re.findall(r"manage.py create_token (.*)", GUIDE)
    of_client, of_agency = (_printed(each) for each in commands)
    return of_client, of_agency


def _printed(command: str) -> str:
    parts = re.findall(r'--(\w+) (?:"([^"]*)"|(\S+))', command)
    out = StringIO()
    options = {name: quoted or plain for name, quoted, plain in parts}
    call_command("create_token", stdout=out, **options)
    return out.getvalue().strip()


def plan_a_test(client: Client) -> None:
    """The API only reads tests of landing pages: this is the one that the guide reads."""
    experiment = experiment_create(client, wish())
    arms = (Arm(2400, 120), Arm(2400, 156))
    counts_put(
        client, experiment, {(place, date(2026, 3, 2)): arm for place, arm in enumerate(arms)}
    )


def test_it_is_true(cast: Cast) -> None:
    examples = EXAMPLE.findall(GUIDE)
    assert len(examples) == GUIDE.count("```http") == 36
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        of_client, of_agency = secrets_of_the_guide()
        with tenant_scope(cast.aurora.pk):
            plan_a_test(cast.bodega)
        for request, status, answer in examples:
            head, _, body = request.partition("\n\n")
            first, *lines = head.splitlines()
            method, path = first.split(" ", 1)
            headers = dict(line.split(": ", 1) for line in lines)
            assert headers["Authorization"] == f"Bearer rumbo_{ANYTHING}"
            secret = of_client if path.startswith(OF_CLIENT) else of_agency
            headers |= {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
            response = Browser().generic(
                method, path, body, content_type="application/json", headers=headers
            )
            assert response.status_code == int(status), (first, response.content)
            assert matches(response.json(), json.loads(answer)), (first, response.json())
            with tenant_scope(cast.aurora.pk):
                snapshot_refresh(cast.bodega)


def test_the_code_that_verifies_an_event_does() -> None:
    """As it stands in the guide: right ones pass; a changed, an old and a stranger's do not."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    made: dict[str, Any] = {}
    exec(code, made)  # noqa: S102
    secret, body, now = new_secret(), b'{"type":"goal.at_risk"}', int(time.time())
    sent = headers([new_secret(), secret], "evt_1", now, body)
    verify = made["is_from_rumbo"]
    assert verify(secret, sent, body)
    assert not verify(secret, sent, body + b" ")
    assert not verify(new_secret(), sent, body)
    assert not verify(secret, headers([secret], "evt_1", now - 301, body), body)


@pytest.mark.parametrize(
    ("found", "said", "is_same"),
    [
        ({"a": 1}, {"a": ANYTHING}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ([1, 2, 3], [1, ANYTHING], True),
        ([1, 2], [1], False),
        ([{"a": "x"}], [{"a": "y"}], False),
    ],
)
def test_a_guide_that_lies_is_noticed(found: Any, said: Any, is_same: bool) -> None:
    assert matches(found, said) is is_same
