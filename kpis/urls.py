"""Addresses of the number pages."""

from django.urls import include, path

from kpis.views.dashboard import dashboard
from kpis.views.exports import numbers_csv
from kpis.views.glossary import glossary
from kpis.views.kpi import kpi
from kpis.views.parameters import parameters, parameters_undo
from kpis.views.portfolio import portfolio
from kpis.views.rates import rates, rates_file

urlpatterns = [
    path("", include("kpis.choice_urls")),
    path("a/<slug:agency>/c/<slug:client>/", include("kpis.why_urls")),
    path("a/<slug:agency>/", portfolio, name="portfolio"),
    path("a/<slug:agency>/rates/", rates, name="rates"),
    path("a/<slug:agency>/rates/file/", rates_file, name="rates_file"),
    path("a/<slug:agency>/glossary/", glossary, name="glossary"),
    path("a/<slug:agency>/c/<slug:client>/", dashboard, name="dashboard"),
    path("a/<slug:agency>/c/<slug:client>/numbers.csv", numbers_csv, name="numbers_csv"),
    path("a/<slug:agency>/c/<slug:client>/kpi/<slug:key>/", kpi, name="kpi"),
    path("a/<slug:agency>/c/<slug:client>/settings/parameters/", parameters, name="parameters"),
    path(
        "a/<slug:agency>/c/<slug:client>/settings/parameters/<int:number>/undo/",
        parameters_undo,
        name="parameters_undo",
    ),
]
