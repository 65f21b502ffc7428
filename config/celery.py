"""The Celery application and the scheduler's fixed timetable. The tasks are in each app's tasks.py."""

import os

from celery import Celery
from celery.schedules import crontab  # noqa: F401  (for the timetable)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("rumbo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# name → {"task": dotted name, "schedule": seconds or crontab(…)}
app.conf.beat_schedule = {}
