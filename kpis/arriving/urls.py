"""Addresses of archives that come in."""

from django.urls import path

from kpis.views import arriving

HERE = "a/<slug:agency>/clients/archives/"

urlpatterns = [
    path(HERE, arriving.arrivals, name="arrivals"),
    path(f"{HERE}<int:number>/", arriving.arrival, name="arrival"),
    path(f"{HERE}<int:number>/progress/", arriving.arrival_progress, name="arrival_progress"),
    path(f"{HERE}<int:number>/discard/", arriving.arrival_gone, name="arrival_discard"),
]
