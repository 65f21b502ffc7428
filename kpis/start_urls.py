"""Addresses of the first steps."""

from django.urls import path

from kpis.views.starting import checklist_close, client_checklist_hide, start

CLIENT = "a/<slug:agency>/c/<slug:client>/"

urlpatterns = [
    path(f"{CLIENT}start/", start, name="start"),
    path(f"{CLIENT}start/close/", client_checklist_hide, name="client_checklist_close"),
    path("a/<slug:agency>/start/close/", checklist_close, name="checklist_close"),
]
