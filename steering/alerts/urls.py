"""Addresses of incidents and alert rules."""

from django.urls import path

from steering.views import goal_trials, incidents, rules, trials

GOALS = "a/<slug:agency>/c/<slug:client>/goals/"
RULE = f"{GOALS}rules/<int:number>/"
ONE = f"{GOALS}incidents/<int:number>/"

urlpatterns = [
    path("a/<slug:agency>/incidents/", incidents.agency_incidents, name="agency_incidents"),
    path("a/<slug:agency>/incidents/trial/", trials.agency_trials, name="agency_trials"),
    path(f"{GOALS}trial/", trials.trials, name="trials"),
    path(f"{GOALS}incidents/", incidents.incidents, name="incidents"),
    *(
        path(f"{ONE}{act}/", incidents.incident_act, {"act": act}, name=f"incident_{act}")
        for act in incidents.ACTS
    ),
    path(f"{GOALS}<int:number>/trial/", goal_trials.goal_trial, name="goal_trial"),
    path(f"{GOALS}rules/", rules.rules, name="rules"),
    path(f"{GOALS}rules/new/", rules.rule_new, name="rule_new"),
    path(f"{RULE}trial/", trials.rule_trial, name="rule_trial"),
    path(RULE, rules.rule_edit, name="rule_edit"),
    *(
        path(f"{RULE}{act}/", rules.rule_act, {"act": act}, name=f"rule_{act}")
        for act in ("archive", "pause", "restore")
    ),
]
