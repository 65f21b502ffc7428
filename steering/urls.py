"""Addresses of the steering pages; each part has its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("steering.alerts.urls")),
    path("", include("steering.plans.urls")),
    path("", include("steering.reviews.urls")),
]
