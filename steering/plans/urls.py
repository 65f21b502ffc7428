"""Addresses of a client's measurement plan."""

from django.urls import path

from steering.views import plans

PLAN = "a/<slug:agency>/c/<slug:client>/plan/"

urlpatterns = [
    path(PLAN, plans.plan, name="plan"),
    path(f"{PLAN}edit/", plans.plan_edit, name="plan_edit"),
    *(
        path(f"{PLAN}{act.replace('_', '-')}/", plans.plan_act, {"act": act}, name=f"plan_{act}")
        for act in ("propose", "take_back", "discard")
    ),
    path(f"{PLAN}<int:number>/", plans.plan_detail, name="plan_detail"),
    path(f"{PLAN}<int:number>/pdf/", plans.plan_pdf, name="plan_pdf"),
    path(f"{PLAN}<int:number>/decide/", plans.plan_decide, name="plan_decide"),
]
