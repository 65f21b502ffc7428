"""What the single POST is held against: Django with one view that does one INSERT, and nothing else.

No middleware, no login, no checks, no wall: a JSON body into a table with the columns, keys and
indexes of leads. A WSGI application of its own, for the same server.
"""

import json
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from config.env import database_from_url

TABLE = "bench_lead_bare_view"

if not settings.configured:
    settings.configure(
        SECRET_KEY="bench",
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        USE_TZ=True,
        DATABASES={
            "default": {
                **database_from_url(os.environ["DATABASE_URL"], "DATABASE_URL"),
                "CONN_MAX_AGE": 60,
            }
        },
    )
    application = get_wsgi_application()


class Lead(models.Model):
    """The columns that the POST fills, too; all others have their defaults."""

    agency_id = models.BigIntegerField()
    client_id = models.BigIntegerField()
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    tz = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=40)
    status = models.CharField(max_length=10)
    utm_source = models.CharField(max_length=100)
    utm_medium = models.CharField(max_length=100)
    channel = models.CharField(max_length=40)
    device = models.CharField(max_length=10)
    country = models.CharField(max_length=2)
    outcome = models.CharField(max_length=10)
    lost_reason = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    was_customer = models.BooleanField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = TABLE


def create(request: HttpRequest) -> HttpResponse:
    said = json.loads(request.body)
    lead = Lead.objects.create(
        agency_id=1, client_id=1, source="api", external_id=said["external_id"],
        tz="Europe/Madrid", name=said["name"], email=said["email"], phone="", status="valid",
        utm_source=said["utm_source"], utm_medium=said["utm_medium"], channel="paid_search",
        device="", country="", outcome="", lost_reason="", currency="", was_customer=False,
        created_at=said["created_at"], updated_at=timezone.now(),
    )  # fmt: skip
    return JsonResponse({"id": lead.pk, **said}, status=201)


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("leads/", create), path("healthz", healthz)]
