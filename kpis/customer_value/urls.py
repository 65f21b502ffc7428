"""Addresses of the pages about the value of a client's customers."""

from django.urls import path

from kpis.views import customers

urlpatterns = [
    path("", customers.customers, name="customers"),
    path("cohorts.csv", customers.customers_csv, name="customers_csv"),
    path("compute/", customers.customers_compute, name="customers_compute"),
    path("progress/", customers.customers_progress, name="customers_progress"),
]
