"""Addresses of the number pages."""

from django.urls import path

from kpis.views.dashboard import dashboard
from kpis.views.portfolio import portfolio

urlpatterns = [
    path("a/<slug:agency>/", portfolio, name="portfolio"),
    path("a/<slug:agency>/c/<slug:client>/", dashboard, name="dashboard"),
]
