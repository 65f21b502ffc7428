"""Addresses of own measures: of the agency for all its clients (own_…), and of one client (client_…)."""

from django.urls import path

from campaigns.views import own

agency = "a/<slug:agency>/kpis/measures/"
client = "a/<slug:agency>/c/<slug:client>/kpis/measures/"

urlpatterns = [
    route
    for base, name in ((agency, "own"), (client, "client"))
    for route in (
        path(f"{base}new/", own.own_measure_new, name=f"{name}_measure_new"),
        path(f"{base}<slug:key>/", own.own_measure_edit, name=f"{name}_measure_edit"),
        path(
            f"{base}<slug:key>/archive/", own.own_measure_put_away, name=f"{name}_measure_archive"
        ),
        path(
            f"{base}<slug:key>/restore/", own.own_measure_bring_back, name=f"{name}_measure_restore"
        ),
    )
] + [
    path(f"{client}<slug:key>/values/", own.own_values, name="own_values"),
    path(f"{client}<slug:key>/values/undo/", own.own_values_undo, name="own_values_undo"),
]
