"""Addresses of the steering pages; each part has its own list."""

from django.urls import include, path

from steering.views import goal_board

urlpatterns = [
    path("a/<slug:agency>/goals/", goal_board.agency_goals, name="agency_goals"),
    path("", include("steering.alerts.urls")),
    path("", include("steering.plans.urls")),
    path("", include("steering.reviews.urls")),
]
