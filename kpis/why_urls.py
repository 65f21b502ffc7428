"""Addresses of a client's explanations: why a number moved."""

from django.urls import path

from kpis.views.why import kpi_why, kpi_why_csv

urlpatterns = [
    path("kpi/<slug:key>/why/", kpi_why, name="kpi_why"),
    path("kpi/<slug:key>/why.csv", kpi_why_csv, name="kpi_why_csv"),
]
