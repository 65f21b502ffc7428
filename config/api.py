"""The addresses of API v1. The endpoints themselves are in each app's `api`."""

from django.urls import path, re_path

from accounts.api.clients import ClientDetail, ClientList
from accounts.api.views import NothingHere
from kpis.api.catalogue import KpiDetail, KpiList
from kpis.api.values import KpiValues

app_name = "api"
urlpatterns = [
    path("kpis/", KpiList.as_view(), name="kpis"),
    path("kpis/<slug:key>/", KpiDetail.as_view(), name="kpi"),
    path("clients/", ClientList.as_view(), name="clients"),
    path("clients/<slug:client>/", ClientDetail.as_view(), name="client"),
    path("clients/<slug:client>/kpis/values/", KpiValues.as_view(), name="kpi_values"),
    re_path(r"^.*$", NothingHere.as_view(), name="nothing"),
]
