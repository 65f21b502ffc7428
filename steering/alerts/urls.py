"""Addresses of incidents and alert rules."""

from django.urls import path

from steering.views import incidents

GOALS = "a/<slug:agency>/c/<slug:client>/goals/"
ONE = f"{GOALS}incidents/<int:number>/"

urlpatterns = [
    path("a/<slug:agency>/incidents/", incidents.agency_incidents, name="agency_incidents"),
    path(f"{GOALS}incidents/", incidents.incidents, name="incidents"),
    *(
        path(f"{ONE}{act}/", incidents.incident_act, {"act": act}, name=f"incident_{act}")
        for act in incidents.ACTS
    ),
]
