"""Addresses of choosing KPIs: the agency's templates and a client's own list."""

from django.urls import path

from kpis.views import choosing as views

templates = "a/<slug:agency>/kpi-templates/"
client = "a/<slug:agency>/c/<slug:client>/shown/"

urlpatterns = [
    path(templates, views.kpi_templates, name="kpi_templates"),
    path(f"{templates}new/", views.kpi_template_new, name="kpi_template_new"),
    path(f"{templates}<int:number>/", views.kpi_template, name="kpi_template"),
    path(f"{templates}<int:number>/apply/", views.kpi_template_apply, name="kpi_template_apply"),
    path(
        f"{templates}<int:number>/archive/", views.kpi_template_archive, name="kpi_template_archive"
    ),
    path(
        f"{templates}<int:number>/restore/", views.kpi_template_restore, name="kpi_template_restore"
    ),
    path(f"{templates}undo/<slug:application>/", views.kpi_apply_undo, name="kpi_apply_undo"),
    path(client, views.kpi_choice, name="kpi_choice"),
    path(f"{client}undo/", views.kpi_choice_undo, name="kpi_choice_undo"),
    path(f"{client}forget/", views.kpi_choice_forget, name="kpi_choice_forget"),
]
