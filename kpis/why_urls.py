"""Addresses of what is said about a client's numbers: why they moved, notes, unusual days."""

from django.urls import path

from kpis.views import notes, unusual
from kpis.views.why import kpi_why, kpi_why_csv

urlpatterns = [
    path("kpi/<slug:key>/why/", kpi_why, name="kpi_why"),
    path("kpi/<slug:key>/why.csv", kpi_why_csv, name="kpi_why_csv"),
    path("notes/", notes.notes, name="notes"),
    path("notes/new/", notes.note_new, name="note_new"),
    path("notes/<int:number>/", notes.note_edit, name="note_edit"),
    path("notes/<int:number>/remove/", notes.note_delete, name="note_remove"),
    path("notes/<int:number>/restore/", notes.note_undelete, name="note_restore"),
    path("unusual/", unusual.unusual, name="unusual"),
    path("unusual/<int:number>/dismiss/", unusual.unusual_dismiss, name="unusual_dismiss"),
    path("unusual/<int:number>/restore/", unusual.unusual_restore, name="unusual_restore"),
]
