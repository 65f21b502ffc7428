"""/metrics: for who has the token; counts by route over several processes; says what waits."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch
from tests.cast import Cast

TOKEN = "a-token-of-the-monitoring"
HERE = Client(headers={"host": "localhost"})


def read() -> str:
    with override_settings(METRICS_TOKEN=TOKEN):
        answer = HERE.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.content.decode()


def number(said: str, name: str) -> float:
    match = re.search(rf"^{re.escape(name)} (\S+)$", said, re.MULTILINE)
    assert match is not None, f"{name} is not in\n{said}"
    return float(match[1])


def test_requests_are_counted_by_route_and_not_by_address(cast: Cast) -> None:
    one = 'rumbo_http_requests_total{method="GET",route="portfolio",status="200"}'
    HERE.force_login(cast.alicia)
    HERE.get("/a/aurora/")
    before = number(read(), one)
    HERE.get("/a/aurora/")
    HERE.get("/a/aurora/no-such-page-of-bodega/")
    after = read()
    assert number(after, one) == before + 1
    for told in ("aurora", "bodega", "alicia", "no-such-page"):
        assert told not in after.lower()


def test_what_waits_and_what_failed(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own = {"agency": cast.aurora, "client": cast.bodega, "kind": "leads", "source": "crm"}
        long_ago = timezone.now() - timedelta(minutes=10)
        ImportBatch.objects.create(**own, state="queued", queued_at=long_ago)
        ImportBatch.objects.create(**own, state="failed", queued_at=long_ago)
    said = read()
    assert number(said, "rumbo_imports_waiting") == 1
    assert 600 <= number(said, "rumbo_import_oldest_seconds") < 1200
    assert number(said, 'rumbo_failed{kind="import"}') == 1
    assert number(said, 'rumbo_failed{kind="night"}') == 0
    assert number(said, 'rumbo_up{part="database"}') == 1
    assert number(said, 'rumbo_process_alive{process="worker"}') == 0
    assert number(said, "rumbo_queue_messages") >= 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_to_others_nothing_is_there(db: None, header: str) -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        assert HERE.get("/metrics", headers={"Authorization": header}).status_code == 404
    with override_settings(METRICS_TOKEN=""):
        assert HERE.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


COUNT = """
from config.metrics import REQUESTS
REQUESTS.labels("kpi", "GET", 200).inc(3)
"""
SUM = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry(); MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_processes_are_added_up(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    start = "import django; django.setup()\n"
    for program in (COUNT, COUNT, SUM):
        done = subprocess.run(
            [sys.executable, "-c", start + program],
            env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    one = 'rumbo_http_requests_total{method="GET",route="kpi",status="200"}'
    assert number(done.stdout, one) == 6
