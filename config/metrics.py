"""Prometheus metrics: requests by route as they are answered, the rest asked for when it is read.

Several web processes count into files of one directory (config/wsgi.py), so that any of them can
answer for all. Nothing here names an agency, a client or a person.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from accounts.outages import outage_of
from config.health import cache_problem, database_problem
from kpis.clock import backlog
from kpis.heartbeat import SCHEDULER, WORKER, missing_processes

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: A path that no route knows is one label, or a scan of addresses would make a series of each.
UNKNOWN = "none"
REQUESTS = Counter("rumbo_http_requests", "Requests answered", ["route", "method", "status"])
DURATION = Histogram("rumbo_http_request_seconds", "Time to answer", ["route"], buckets=SECONDS)
POOL = Gauge(
    "rumbo_database_pool", "Connections of the web processes", ["state"],
    multiprocess_mode="livesum",
)  # fmt: skip
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class MetricsMiddleware:
    """Counts each answer under the name of its route; what is asked to look after us is left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.view_name or UNKNOWN if match else UNKNOWN
        if route not in ("healthz", "readyz", "metrics"):
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(route, method, response.status_code).inc()
            DURATION.labels(route).observe(time.perf_counter() - began)
        return response


def pool_note() -> None:
    """What this process's pool says now. Without a pool there is nothing to say."""
    pool = getattr(connections[DEFAULT_DB_ALIAS], "pool", None)
    if pool is None:
        return
    said = pool.get_stats()
    POOL.labels("size").set(said.get("pool_size", 0))
    POOL.labels("free").set(said.get("pool_available", 0))
    POOL.labels("waiting").set(said.get("requests_waiting", 0))


class HouseCollector(Collector):
    """Asked when metrics are read: the servers, the processes and what waits."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("rumbo_up", "Whether it can be used", labels=["part"])
        problems = {"database": database_problem(), "cache": cache_problem()}
        for part, problem in problems.items():
            up.add_metric([part], float(problem is None))
        yield up
        for numbers in (self._valkey, self._database):
            try:
                yield from numbers()
            except Exception as error:
                if outage_of(error) is None:
                    raise

    def _valkey(self) -> Iterator[GaugeMetricFamily]:
        alive = GaugeMetricFamily(
            "rumbo_process_alive", "Whether it gave a sign of life lately", labels=["process"]
        )
        missing = missing_processes()
        for name in (WORKER, SCHEDULER):
            alive.add_metric([name], float(name not in missing))
        yield alive
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2) as broker:
            waiting = broker.llen("celery")
        yield GaugeMetricFamily("rumbo_queue_messages", "Messages no worker took", value=waiting)

    def _database(self) -> Iterator[GaugeMetricFamily]:
        found = backlog(timezone.now())
        for name, meaning, value in (
            ("dirty_clients", "Clients whose numbers wait for a refresh", found.dirty_clients),
            ("dirty_oldest_seconds", "Age of the oldest stale day", found.dirty_seconds),
            ("imports_waiting", "Imports that wait or run", found.imports_waiting),
            ("import_oldest_seconds", "Age of the oldest of them", found.import_seconds),
        ):
            yield GaugeMetricFamily(f"rumbo_{name}", meaning, value=value)
        failed = GaugeMetricFamily("rumbo_failed", "Failed in the last 7 days", labels=["kind"])
        failed.add_metric(["night"], found.nights_failed)
        failed.add_metric(["import"], found.imports_failed)
        failed.add_metric(["fit"], found.fits_failed)
        yield failed


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with `Authorization: Bearer <METRICS_TOKEN>`; to others nothing is here."""
    kind, _space, shown = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    if not token or kind.lower() != "bearer" or not constant_time_compare(shown.strip(), token):
        raise Http404
    pool_note()
    counted: Any = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(counted)
    else:
        counted = REGISTRY
    asked = CollectorRegistry()
    asked.register(HouseCollector())
    body = generate_latest(counted) + generate_latest(asked)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)
