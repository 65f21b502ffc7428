"""Addresses of the agency's goal templates."""

from django.urls import path

from kpis.views import goal_templates as views

urlpatterns = [
    path("", views.goal_templates, name="goal_templates"),
    path("new/", views.goal_template_new, name="goal_template_new"),
    path("<int:number>/", views.goal_template_edit, name="goal_template_edit"),
    path("<int:number>/apply/", views.goal_template_give, name="goal_template_apply"),
    path("<int:number>/archive/", views.goal_template_close, name="goal_template_archive"),
    path("<int:number>/restore/", views.goal_template_reopen, name="goal_template_restore"),
]
