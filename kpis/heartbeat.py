"""Signs of life of the scheduler and the workers in Valkey, for the banner that misses one."""

from typing import Any

from celery.signals import before_task_publish, heartbeat_sent, worker_ready
from django.core.cache import cache

LOOK = "kpis.tasks.look"
SCHEDULER, WORKER = "scheduler", "worker"
SECONDS_TO_LIVE = 20


def missing_processes() -> tuple[str, ...]:
    """Which of 'scheduler' and 'worker' has not been heard of lately."""
    alive = cache.get_many([_key(name) for name in (SCHEDULER, WORKER)])
    return tuple(name for name in (SCHEDULER, WORKER) if _key(name) not in alive)


def connect() -> None:
    """Listen to Celery's own signals: workers beat every two seconds, the scheduler sends `look`."""
    before_task_publish.connect(_scheduler_sent, sender=LOOK, dispatch_uid="rumbo.scheduler")
    heartbeat_sent.connect(_worker_beat, dispatch_uid="rumbo.worker.beat")
    worker_ready.connect(_worker_beat, dispatch_uid="rumbo.worker.ready")


def _scheduler_sent(**_: Any) -> None:
    _show(SCHEDULER)


def _worker_beat(**_: Any) -> None:
    _show(WORKER)


def _show(name: str) -> None:
    cache.set(_key(name), 1, SECONDS_TO_LIVE)


def _key(name: str) -> str:
    return f"alive:{name}"
