"""The Celery application and the scheduler's fixed timetable. The tasks are in each app's tasks.py."""

import os
from typing import Any

from celery import Celery, signals
from django.conf import settings

from config.database import as_worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A worker has one processor to itself: threads that share its small vectors would take the other
# workers' and wait for each other. Read by numpy and SciPy when they are imported first.
for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library, "1")

app = Celery("rumbo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def on_worker_init(**_: Any) -> None:
    """Before the pool forks: its processes connect as workers do."""
    as_worker(settings.DATABASES)


# One look at the database decides what is due; a look that waited too long is not worth having.
app.conf.beat_schedule = {
    "look": {"task": "kpis.tasks.look", "schedule": 3.0, "options": {"expires": 10}},
}
