"""Addresses of a client's export and its deletion."""

from django.urls import path

from kpis.views import leaving

CLIENT = "a/<slug:agency>/c/<slug:client>/settings/"

urlpatterns = [
    path("a/<slug:agency>/settings/delete/", leaving.agency_delete, name="agency_delete"),
    path(
        "a/<slug:agency>/settings/exports/new/", leaving.agency_export_new, name="agency_export_new"
    ),
    path(
        "a/<slug:agency>/settings/exports/", leaving.agency_export_progress, name="agency_exports"
    ),
    path("a/<slug:agency>/settings/keep/", leaving.agency_take_back, name="agency_take_back"),
    path(f"{CLIENT}export/", leaving.export, name="client_export"),
    path(f"{CLIENT}export/new/", leaving.export_new, name="client_export_new"),
    path(f"{CLIENT}export/progress/", leaving.export_progress, name="client_export_progress"),
    path(f"{CLIENT}export/file/", leaving.export_file, name="client_export_file"),
    path(f"{CLIENT}delete/", leaving.delete, name="client_delete"),
]
