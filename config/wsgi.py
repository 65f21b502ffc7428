"""The web process, as a WSGI server runs it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# At least as many as the server's threads (config/supervisor.py, compose.yaml).
os.environ.setdefault("DATABASE_POOL", "8")

application = get_wsgi_application()
