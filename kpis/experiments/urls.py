"""Addresses of the landing pages of a client and of the tests of them."""

from django.urls import path

from kpis.views import experiment_totals, experiments, landing_pages

ONE = "tests/<int:number>/"

urlpatterns = [
    path("", landing_pages.landing_pages, name="landing_pages"),
    path("tests/", experiments.experiments, name="experiments"),
    path("tests/new/", experiments.experiment_new, name="experiment_new"),
    path(ONE, experiments.experiment_detail, name="experiment_detail"),
    path(f"{ONE}decide/", experiments.experiment_verdict, name="experiment_decide"),
    path(f"{ONE}reopen/", experiments.experiment_open, name="experiment_reopen"),
    path(f"{ONE}archive/", experiments.experiment_close, name="experiment_archive"),
    path(f"{ONE}restore/", experiments.experiment_back, name="experiment_restore"),
    path(f"{ONE}totals/", experiment_totals.experiment_totals, name="experiment_totals"),
    path(f"{ONE}totals/remove/", experiment_totals.experiment_day, name="experiment_day_remove"),
    path(f"{ONE}totals.csv", experiment_totals.experiment_csv, name="experiment_csv"),
]
