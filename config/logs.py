"""Structured logs: one event per line, with the request's or the task's id. Console form locally, JSON
elsewhere. What a line may not hold is in scrubbing.py.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

from config.scrubbing import ExceptionShort, scrub

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET_PATHS = {"/healthz", "/readyz", "/metrics"}
#: Sent every few seconds: only what goes wrong in it is worth a line.
QUIET_TASKS = {"kpis.tasks.look"}
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING. Standard-library loggers (Django, Celery) come out in the same form as ours."""
    renderer = (
        [
            structlog.processors.ExceptionRenderer(ExceptionShort()),
            scrub,
            structlog.processors.JSONRenderer(),
        ]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # A stray Host header is the visitor's business, not ours.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # The scheduler looks every few seconds: only what goes wrong is worth a line.
            "celery.beat": {"handlers": [], "level": "WARNING", "propagate": True},
            "celery.worker.strategy": {"handlers": [], "level": "WARNING", "propagate": True},
            "celery.app.trace": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


class RequestLogMiddleware:
    """Gives each request an id (the proxy's, if it sent a plain one) and logs it once, when answered.

    The query string is left out: it may hold what a log must not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("rumbo.request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            if request.path not in QUIET_PATHS:
                elapsed = round((time.perf_counter() - started) * 1000, 1)
                self.log.info(
                    "request",
                    method=request.method,
                    path=request.path,
                    route=request.resolver_match.view_name if request.resolver_match else None,
                    status=response.status_code,
                    duration_ms=elapsed,
                )
        return response


_began: dict[str, float] = {}


def follow_tasks() -> None:
    """Have every line of a task carry its id, and that of the request or task that sent it."""
    before_task_publish.connect(_task_sent, dispatch_uid="rumbo.logs.sent")
    task_prerun.connect(_task_begins, dispatch_uid="rumbo.logs.begins")
    task_postrun.connect(_task_over, dispatch_uid="rumbo.logs.over")


def _task_sent(headers: dict[str, Any], **_: Any) -> None:
    if found := structlog.contextvars.get_contextvars().get("request_id"):
        headers["request_id"] = found


def _task_begins(task_id: str, task: Any, **_: Any) -> None:
    _began[task_id] = time.perf_counter()
    known = {"task_id": task_id, "request_id": task.request.get("request_id")}
    structlog.contextvars.bind_contextvars(**{k: v for k, v in known.items() if v})


def _task_over(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    elapsed = round((time.perf_counter() - _began.pop(task_id, time.perf_counter())) * 1000, 1)
    if task.name not in QUIET_TASKS:
        structlog.get_logger("rumbo.task").info(
            "task", task=task.name, state=state, duration_ms=elapsed
        )
    structlog.contextvars.unbind_contextvars("task_id", "request_id")
