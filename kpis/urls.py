"""Addresses of the number pages."""

from django.urls import include, path

from kpis.views.dashboard import dashboard, dashboard_later
from kpis.views.exports import numbers_csv
from kpis.views.glossary import client_glossary, client_glossary_pdf, glossary, glossary_pdf
from kpis.views.kpi import kpi
from kpis.views.parameters import parameters, parameters_undo
from kpis.views.portfolio import portfolio
from kpis.views.rates import rates, rates_file
from kpis.views.restatements import restatements_seen
from kpis.views.status import status

CLIENT = "a/<slug:agency>/c/<slug:client>/"

urlpatterns = [
    path("", include("kpis.choices.urls")),
    path("a/<slug:agency>/goals/templates/", include("kpis.goal_setting.template_urls")),
    path("", include("kpis.leaving.urls")),
    path("", include("kpis.arriving.urls")),
    path("", include("kpis.start_urls")),
    path("", include("kpis.custom_kpis.urls")),
    path("a/<slug:agency>/c/<slug:client>/", include("kpis.why_urls")),
    path("a/<slug:agency>/", portfolio, name="portfolio"),
    path(
        "a/<slug:agency>/c/<slug:client>/restatements/seen/",
        restatements_seen,
        name="restatements_seen",
    ),
    path("a/<slug:agency>/status/", status, name="status"),
    path("a/<slug:agency>/rates/", rates, name="rates"),
    path("a/<slug:agency>/rates/file/", rates_file, name="rates_file"),
    path("a/<slug:agency>/glossary/", glossary, name="glossary"),
    path("a/<slug:agency>/glossary.pdf", glossary_pdf, name="glossary_pdf"),
    path(f"{CLIENT}glossary/", client_glossary, name="client_glossary"),
    path(f"{CLIENT}glossary.pdf", client_glossary_pdf, name="client_glossary_pdf"),
    path("a/<slug:agency>/c/<slug:client>/", dashboard, name="dashboard"),
    path("a/<slug:agency>/c/<slug:client>/later/", dashboard_later, name="dashboard_later"),
    path("a/<slug:agency>/c/<slug:client>/numbers.csv", numbers_csv, name="numbers_csv"),
    path("a/<slug:agency>/c/<slug:client>/kpi/<slug:key>/", kpi, name="kpi"),
    path("a/<slug:agency>/c/<slug:client>/settings/parameters/", parameters, name="parameters"),
    path(
        "a/<slug:agency>/c/<slug:client>/settings/parameters/<int:number>/undo/",
        parameters_undo,
        name="parameters_undo",
    ),
]
