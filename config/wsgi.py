"""The web process, as a WSGI server runs it."""

import gc
import os
import tempfile
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# At least as many as the server's threads (config/supervisor.py, compose.yaml).
os.environ.setdefault("DATABASE_POOL", "8")
if os.environ.get("METRICS_TOKEN"):
    # The web processes of one server count into files of one directory, which its number names.
    counts = Path(tempfile.gettempdir(), f"rumbo-metrics-{os.getuid()}-{os.getppid()}")
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(counts))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(mode=0o700, exist_ok=True)

application = get_wsgi_application()
# Every page's code is loaded before the first one is asked for, and what is loaded is not looked through
# for garbage again and again: that stopped one request in some dozens for 0.1 to 0.3 s.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
