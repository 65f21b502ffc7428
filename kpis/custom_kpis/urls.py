"""Addresses of own figures: of the agency for all its clients (own_…), and of one client (client_…)."""

from django.urls import path

from kpis.views import custom

agency = "a/<slug:agency>/kpis/"
client = "a/<slug:agency>/c/<slug:client>/kpis/"

urlpatterns = [
    route
    for base, name in ((agency, "own"), (client, "client"))
    for route in (
        path(base, custom.figures, name=f"{name}_kpis"),
        path(f"{base}new/", custom.custom_kpi_new, name=f"{name}_kpi_new"),
        path(f"{base}check/", custom.custom_kpi_check, name=f"{name}_kpi_check"),
        path(f"{base}<slug:key>/", custom.custom_kpi_edit, name=f"{name}_kpi_edit"),
        path(f"{base}<slug:key>/archive/", custom.custom_kpi_put_away, name=f"{name}_kpi_archive"),
        path(
            f"{base}<slug:key>/restore/", custom.custom_kpi_bring_back, name=f"{name}_kpi_restore"
        ),
    )
]
