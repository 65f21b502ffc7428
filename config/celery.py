"""The Celery application and the scheduler's fixed timetable. The tasks are in each app's tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("rumbo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# One look at the database decides what is due; a look that waited too long is not worth having.
app.conf.beat_schedule = {
    "look": {"task": "kpis.tasks.look", "schedule": 3.0, "options": {"expires": 10}},
}
