"""Who may do what: one table of (route, role) → status. A route of ours that is missing from it fails.

allauth's and the admin's routes have short tables of their own below.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Agency, Client, Invitation, Membership, Role, TenantModel, User
from accounts.services import token_create
from accounts.tenancy import digest, tenant_scope
from campaigns.lead_services import lead_create
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    ImportBatch,
    Interaction,
    Product,
    Refund,
    Sale,
    Salesperson,
)
from campaigns.own_services import MeasureWish, own_measure_define
from campaigns.records import record_create
from inbox.models import Delivery, Notice
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.choices.services import template_create
from kpis.choosing import Entry
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.experiments.services import ExperimentWish, VariantWish, experiment_create
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_setting.template_services import goal_template_save
from kpis.models import Anomaly, Arrival, GoalTemplate
from kpis.notes.services import NoteWish, note_add
from kpis.parameters import parameters_change
from kpis.trials.planning import Wish
from steering.models import Incident
from steering.plans.acting import plan_propose, plan_write
from steering.plans.lines import Line
from steering.reviews.acting import comment_write
from steering.rule_services import RuleWish, rule_create
from tests.cast import Cast, member, person
from tests.steering.scene import judged
from webhooks.endpoint_services import EndpointWish, endpoint_create, endpoint_test
from webhooks.models import Delivery as EventDelivery

WHO = ("anonymous", "viewer", "seller", "analyst", "manager", "admin", "owner", "malena")

#: method, route, and the status for each of WHO. 302 of a POST: done, and on to the next page;
#: 302 of anonymous: to the login.
TABLE = """
GET  home                302 302 302 302 302 302 302 302
GET  profile             302 200 200 200 200 200 200 200
POST leave               302 302 302 302 302 302 302 404
GET  erase_login         302 200 200 200 200 200 200 200
POST guide_close         302 302 302 302 302 302 302 302
GET  agency_new          302 200 200 200 200 200 200 200
GET  start               302 403 403 403 200 200 200 404
POST client_checklist_close 302 403 403 403 302 302 302 404
POST checklist_close     302 403 403 403 403 302 302 404
GET  settling            302 403 403 403 200 200 200 404
GET  invitation          200 200 200 200 200 200 200 200
GET  agency_settings            302 403 403 403 403 302 200 404
GET  agency_logo         302 200 200 200 200 200 200 404
GET  clients             302 403 403 403 403 200 200 404
GET  arrivals            302 403 403 403 403 403 200 404
GET  arrival             302 403 403 403 403 403 200 404
GET  arrival_progress    302 403 403 403 403 403 200 404
POST arrival_discard     302 403 403 403 403 403 302 404
GET  client_new          302 403 403 403 403 200 200 404
GET  client_settings     302 403 403 403 403 200 200 404
GET  parameters          302 403 403 403 403 200 200 404
POST parameters_undo     302 403 403 403 403 302 302 404
POST client_archive      302 403 403 403 403 302 302 404
POST client_restore      302 403 403 403 403 302 302 404
GET  client_export       302 403 403 403 403 200 200 404
GET  agency_delete       302 403 403 403 403 403 200 404
POST agency_export_new   302 403 403 403 403 403 302 404
GET  agency_exports      302 403 403 403 403 403 200 404
POST agency_take_back    302 403 403 403 403 403 302 404
POST client_export_new   302 403 403 403 403 302 302 404
GET  client_export_progress 302 403 403 403 403 200 200 404
GET  client_export_file  302 403 403 403 403 404 404 404
GET  client_delete       302 403 403 403 403 200 200 404
GET  audit               302 403 403 403 403 200 200 404
GET  members             302 403 403 403 403 200 200 404
GET  member_new          302 403 403 403 403 200 200 404
GET  member              302 403 403 403 403 200 200 404
POST member_end          302 403 403 403 403 302 302 404
POST invitation_resend   302 403 403 403 403 302 302 404
POST invitation_revoke   302 403 403 403 403 302 302 404
GET  tokens              302 403 403 403 403 200 200 404
GET  token_new           302 403 403 403 403 200 200 404
POST token_revoke        302 403 403 403 403 302 302 404
GET  webhooks            302 403 403 403 403 200 200 404
GET  webhook_new         302 403 403 403 403 200 200 404
GET  webhook             302 403 403 403 403 200 200 404
GET  webhook_edit        302 403 403 403 403 200 200 404
POST webhook_rotate      302 403 403 403 403 200 200 404
POST webhook_disable     302 403 403 403 403 302 302 404
POST webhook_enable      302 403 403 403 403 302 302 404
POST webhook_delete      302 403 403 403 403 302 302 404
POST webhook_test        302 403 403 403 403 302 302 404
POST webhook_replay      302 403 403 403 403 302 302 404
GET  webhook_delivery    302 403 403 403 403 200 200 404
POST webhook_delivery_replay 302 403 403 403 403 302 302 404
GET  status              302 403 403 200 200 200 200 404
POST source_end          302 403 403 403 302 302 302 404
GET  inbox               302 200 200 200 200 200 200 404
POST notices_mark_all    302 302 302 302 302 302 302 404
GET  notice_choices      302 200 200 200 200 200 200 404
POST notice_open         302 404 404 404 404 404 302 404
POST notice_mark         302 404 404 404 404 404 302 404
GET  lead_home           302 403 200 200 200 200 200 404
GET  leads               302 403 200 200 200 200 200 404
GET  leads_csv           302 403 200 200 200 200 200 404
GET  interactions        302 403 200 200 200 200 200 404
GET  interactions_csv    302 403 200 200 200 200 200 404
GET  salespeople_csv     302 403 403 200 200 200 200 404
GET  sales               302 403 403 200 200 200 200 404
GET  sales_csv           302 403 403 200 200 200 200 404
GET  refunds             302 403 403 200 200 200 200 404
GET  refunds_csv         302 403 403 200 200 200 200 404
GET  customer_list       302 403 403 200 200 200 200 404
GET  customer_list_csv   302 403 403 200 200 200 200 404
GET  campaigns_csv       302 403 403 200 200 200 200 404
GET  costs_csv           302 403 403 200 200 200 200 404
GET  budgets             302 403 403 200 200 200 200 404
GET  budgets_csv         302 403 403 200 200 200 200 404
GET  lead_new            302 403 200 403 200 200 200 404
GET  cost_detail         302 403 403 200 200 200 200 404
POST costs_bulk          302 403 403 403 302 302 302 404
GET  budget_detail       302 403 403 200 200 200 200 404
POST budgets_bulk        302 403 403 403 302 302 302 404
GET  campaign_new        302 403 403 403 200 200 200 404
GET  campaign_detail     302 403 403 200 200 200 200 404
POST campaign_remove     302 403 403 403 302 302 302 404
POST campaigns_bulk      302 403 403 403 302 302 302 404
GET  salesperson_detail  302 403 403 200 200 200 200 404
POST salesperson_remove  302 403 403 403 302 302 302 404
POST salespeople_bulk    302 403 403 403 302 302 302 404
GET  sale_new            302 403 403 403 200 200 200 404
GET  sale_detail         302 403 403 200 200 200 200 404
POST sale_remove         302 403 403 403 302 302 302 404
POST sales_bulk          302 403 403 403 302 302 302 404
GET  refund_new          302 403 403 403 200 200 200 404
GET  refund_detail       302 403 403 200 200 200 200 404
POST refund_remove       302 403 403 403 302 302 302 404
POST refunds_bulk        302 403 403 403 302 302 302 404
GET  customer_new        302 403 403 403 200 200 200 404
GET  customer_detail     302 403 403 200 200 200 200 404
POST customer_remove     302 403 403 403 302 302 302 404
POST customer_list_bulk  302 403 403 403 302 302 302 404
GET  products            302 403 403 200 200 200 200 404
GET  products_csv        302 403 403 200 200 200 200 404
POST products_bulk       302 403 403 403 302 302 302 404
GET  products_find       302 403 403 200 200 200 200 404
GET  product_new         302 403 403 403 200 200 200 404
GET  product_detail      302 403 403 200 200 200 200 404
POST product_remove      302 403 403 403 302 302 302 404
GET  terms               302 403 403 200 200 200 200 404
GET  terms_csv           302 403 403 200 200 200 200 404
POST terms_bulk          302 403 403 403 302 302 302 404
GET  term_new            302 403 403 403 200 200 200 404
GET  term_detail         302 403 403 200 200 200 200 404
POST term_remove         302 403 403 403 302 302 302 404
GET  interaction_new     302 403 200 403 200 200 200 404
GET  interaction_detail  302 403 200 200 200 200 200 404
POST interaction_remove  302 403 302 403 302 302 302 404
POST interactions_bulk   302 403 302 403 302 302 302 404
POST lead_remove         302 403 302 403 302 302 302 404
POST leads_bulk          302 403 302 403 302 302 302 404
POST lead_note           302 403 302 403 302 302 302 404
GET  leads_find          302 403 200 200 200 200 200 404
GET  sales_find          302 403 403 200 200 200 200 404
GET  customer_list_find  302 403 403 200 200 200 200 404
POST record_undo         302 403 302 403 302 302 302 404
GET  lead_board          302 403 200 200 200 200 200 404
GET  lead_detail         302 403 200 200 200 200 200 404
GET  lead_edit           302 403 200 200 200 200 200 404
POST lead_move           302 403 422 403 422 422 422 404
POST lead_reopen         302 403 302 403 302 302 302 404
POST lead_status         302 403 302 403 302 302 302 404
GET  costs               302 403 403 200 200 200 200 404
GET  cost_new            302 403 403 403 200 200 200 404
POST cost_remove         302 403 403 403 302 302 302 404
GET  budget_new          302 403 403 403 200 200 200 404
POST budget_remove       302 403 403 403 302 302 302 404
GET  campaigns           302 403 403 200 200 200 200 404
GET  salespeople         302 403 403 200 200 200 200 404
GET  salesperson_new     302 403 403 403 200 200 200 404
GET  data                302 403 403 200 200 200 200 404
GET  import_new          302 403 403 403 200 200 200 404
POST import_sample       302 403 403 403 302 302 302 404
POST import_sample_undo  302 403 403 403 302 302 302 404
GET  import_sample_file  302 403 403 403 200 200 200 404
GET  import_detail       302 403 403 200 200 200 200 404
POST import_start        302 403 403 403 302 302 302 404
GET  import_progress     302 403 403 200 200 200 200 404
POST import_discard      302 403 403 403 302 302 302 404
GET  import_undo         302 403 403 403 302 302 302 404
POST import_undo         302 403 403 403 302 302 302 404
GET  import_refused      302 403 403 200 200 200 200 404
GET  goals               302 200 403 200 200 200 200 404
GET  goal_new            302 403 403 403 200 200 200 404
GET  goals_file          302 403 403 403 200 200 200 404
GET  goals_file_empty    302 403 403 403 200 200 200 404
GET  goal_edit           302 403 403 403 200 200 200 404
GET  goal_milestones     302 403 403 403 302 302 302 404
POST goal_back           302 403 403 403 302 302 302 404
GET  goal_detail         302 200 403 200 200 200 200 404
GET  goal_trial          302 403 403 200 200 200 200 404
GET  goal_ladder         302 403 403 403 200 200 200 404
POST goal_archive        302 403 403 403 302 302 302 404
POST goal_restore        302 403 403 403 302 302 302 404
GET  agency_goals        302 403 403 200 200 200 200 404
GET  goal_review         302 403 403 403 200 200 200 404
POST goal_again          302 403 403 403 302 302 302 404
GET  goal_templates      302 403 403 403 200 200 200 404
GET  goal_template_new   302 403 403 403 200 200 200 404
GET  goal_template_edit  302 403 403 403 200 200 200 404
GET  goal_template_apply 302 403 403 403 200 200 200 404
POST goal_template_archive 302 403 403 403 302 302 302 404
POST goal_template_restore 302 403 403 403 302 302 302 404
POST comment_new         302 404 403 404 404 404 404 404
POST comment_remove      302 302 403 404 404 404 404 404
GET  plan                302 200 403 200 200 200 200 404
GET  plan_detail         302 200 403 200 200 200 200 404
GET  plan_pdf            302 200 403 200 200 200 200 404
GET  plan_edit           302 403 403 403 302 302 302 404
POST plan_propose        302 403 403 403 302 302 302 404
POST plan_take_back      302 403 403 403 302 302 302 404
POST plan_discard        302 403 403 403 302 302 302 404
POST plan_decide         302 302 403 403 403 403 403 404
GET  kpi_templates       302 403 403 403 200 200 200 404
GET  kpi_template_new    302 403 403 403 200 200 200 404
GET  kpi_template        302 403 403 403 200 200 200 404
GET  kpi_template_apply  302 403 403 403 200 200 200 404
POST kpi_template_archive 302 403 403 403 302 302 302 404
POST kpi_template_restore 302 403 403 403 302 302 302 404
POST kpi_apply_undo      302 403 403 403 302 302 302 404
GET  kpi_choice          302 403 403 403 200 200 200 404
POST kpi_choice_undo     302 403 403 403 302 302 302 404
POST kpi_choice_forget   302 403 403 403 302 302 302 404
POST restatements_seen   302 302 403 302 302 302 302 404
GET  rates               302 403 403 200 200 200 200 404
POST rates_file          302 403 403 403 200 200 200 404
GET  customers           302 200 403 200 200 200 200 404
GET  customers_csv       302 200 403 200 200 200 200 404
GET  customers_progress  302 200 403 200 200 200 200 404
POST customers_compute   302 403 403 403 302 302 302 404
GET  landing_pages       302 200 403 200 200 200 200 404
GET  experiments         302 200 403 200 200 200 200 404
GET  experiment_new      302 403 403 403 200 200 200 404
GET  experiment_detail   302 200 403 200 200 200 200 404
POST experiment_decide   302 403 403 403 200 200 200 404
POST experiment_reopen   302 403 403 403 302 302 302 404
POST experiment_archive  302 403 403 403 302 302 302 404
POST experiment_restore  302 403 403 403 302 302 302 404
GET  experiment_totals   302 403 403 403 200 200 200 404
POST experiment_day_remove 302 403 403 403 404 404 404 404
GET  experiment_csv      302 200 403 200 200 200 200 404
GET  glossary            302 200 403 200 200 200 200 404
GET  glossary_pdf        302 200 403 200 200 200 200 404
GET  client_glossary     302 200 403 200 200 200 200 404
GET  client_glossary_pdf 302 200 403 200 200 200 200 404
GET  kpi                 302 200 403 200 200 200 200 404
GET  notes               302 200 403 200 200 200 200 404
GET  note_new            302 403 403 403 200 200 200 404
GET  note_edit           302 403 403 403 200 200 200 404
POST note_remove         302 403 403 403 302 302 302 404
POST note_restore        302 403 403 403 302 302 302 404
GET  unusual             302 200 403 200 200 200 200 404
POST unusual_dismiss     302 403 403 403 302 302 302 404
POST unusual_restore     302 403 403 403 302 302 302 404
GET  api:annotations     401 200 403 200 200 200 200 404
POST api:annotations     401 403 403 403 400 400 400 404
GET  api:anomalies       401 200 403 200 200 200 200 404
GET  kpi_why             302 200 403 200 200 200 200 404
GET  kpi_why_csv         302 200 403 200 200 200 200 404
GET  numbers_csv         302 200 403 200 200 200 200 404
GET  api:restatements    401 200 403 200 200 200 200 404
GET  api:rates           401 403 403 200 200 200 200 404
GET  own_kpis            302 403 403 200 200 200 200 404
GET  own_kpi_new         302 403 403 403 200 200 200 404
GET  own_kpi_edit        302 403 403 403 200 200 200 404
POST own_kpi_check       302 403 403 403 200 200 200 404
POST own_kpi_archive     302 403 403 403 302 302 302 404
POST own_kpi_restore     302 403 403 403 302 302 302 404
GET  client_kpis         302 403 403 200 200 200 200 404
GET  client_kpi_new      302 403 403 403 200 200 200 404
GET  client_kpi_edit     302 403 403 403 200 200 200 404
POST client_kpi_check    302 403 403 403 200 200 200 404
POST client_kpi_archive  302 403 403 403 302 302 302 404
POST client_kpi_restore  302 403 403 403 302 302 302 404
GET  own_measure_new     302 403 403 403 200 200 200 404
GET  own_measure_edit    302 403 403 403 200 200 200 404
POST own_measure_archive 302 403 403 403 302 302 302 404
POST own_measure_restore 302 403 403 403 302 302 302 404
GET  client_measure_new  302 403 403 403 200 200 200 404
GET  client_measure_edit 302 403 403 403 200 200 200 404
POST client_measure_archive 302 403 403 403 302 302 302 404
POST client_measure_restore 302 403 403 403 302 302 302 404
GET  own_values          302 403 403 200 200 200 200 404
POST own_values_undo     302 403 403 403 302 302 302 404
GET  api:client_kpis     401 200 403 200 200 200 200 404
GET  api:custom_kpis     401 403 403 200 200 200 200 404
POST api:custom_kpis     401 403 403 403 400 400 400 404
POST api:custom_kpis_check 401 403 403 403 400 400 400 404
GET  api:own_measures    401 403 403 200 200 200 200 404
POST api:own_measures    401 403 403 403 400 400 400 404
GET  api:own_values      401 403 403 200 200 200 200 404
POST api:own_values_bulk 401 403 403 403 400 400 400 404
POST api:rates_bulk      401 403 403 403 400 400 400 404
GET  api:kpis            401 200 403 200 200 200 200 404
GET  api:kpi             401 200 403 200 200 200 200 404
GET  api:clients         401 200 200 200 200 200 200 404
GET  api:client          401 200 200 200 200 200 200 404
GET  api:kpi_values      401 200 403 200 200 200 200 404
GET  api:explanations    401 200 403 200 200 200 200 404
GET  api:customer_value  401 200 403 200 200 200 200 404
POST api:customer_value  401 403 403 403 201 201 201 404
GET  api:goals           401 200 403 200 200 200 200 404
POST api:goals           401 403 403 403 400 400 400 404
GET  api:goal            401 200 403 200 200 200 200 404
GET  api:experiments     401 200 403 200 200 200 200 404
GET  api:experiment      401 200 403 200 200 200 200 404
GET  api:leads           401 403 200 200 200 200 200 404
GET  api:lead            401 403 200 200 200 200 200 404
POST api:leads_bulk      401 403 400 403 400 400 400 404
GET  api:daily_facts     401 403 403 200 200 200 200 404
GET  api:daily_fact      401 403 403 200 200 200 200 404
POST api:daily_facts_bulk 401 403 403 403 400 400 400 404
GET  agency_trials       302 403 403 200 200 200 200 404
GET  trials              302 403 403 200 200 200 200 404
GET  rule_trial          302 403 403 200 200 200 200 404
GET  rules               302 403 403 200 200 200 200 404
GET  rule_new            302 403 403 403 200 200 200 404
GET  rule_edit           302 403 403 403 200 200 200 404
POST rule_archive        302 403 403 403 302 302 302 404
POST rule_pause          302 403 403 403 302 302 302 404
POST rule_restore        302 403 403 403 302 302 302 404
GET  agency_incidents    302 403 403 200 200 200 200 404
GET  incidents           302 403 403 200 200 200 200 404
POST incident_acknowledge 302 403 403 403 302 302 302 404
POST incident_snooze     302 403 403 403 302 302 302 404
POST incident_resolve    302 403 403 403 302 302 302 404
POST incident_undo       302 403 403 403 302 302 302 404
GET  portfolio           302 200 403 200 200 200 200 404
GET  dashboard_later     302 200 403 200 200 200 200 404
GET  dashboard           302 200 403 200 200 200 200 404
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()]
#: Answered to anybody, with nothing of any agency in it.
OPEN = {
    "healthz",
    "readyz",
    "metrics",
    "set_language",
    "brand_stylesheet",
    "api_schema",
    "api_reference",
    "api:nothing",
}
#: What an address needs besides itself.
QUERY = {
    "numbers_csv": "?keys=leads",
    "api:kpi_values": "?keys=leads",
    "api:restatements": "?key=leads",
    "api:explanations": "?key=leads",
}
GOAL = GoalWish(
    "leads", Period(date(2026, 1, 1), date(2026, 6, 30)), "increase", "cumulative", Decimal(900)
)
BULK: dict[str, Any] = {
    "name": "Grow", "kpi": "leads", "kind": "increase", "accumulation": "cumulative", "target": 90,
    "period": "next_quarter",
}  # fmt: skip
RULE = RuleWish("Fewer leads", "leads", "change", "below", "week", Decimal("0.2"))
EXPERIMENT = ExperimentWish(
    "Form", (VariantWish("A"), VariantWish("B")), Wish(0.05, 0.065), date(2026, 3, 1), date(2026, 3, 28),
    "totals",
)  # fmt: skip
#: What an address's key names, by the beginning of its route; else a KPI of the catalogue.
KEYS = {
    "own_kpi": "custom_all", "own_measure": "own_all", "own_values": "own_mine",
    "client_kpi": "custom_mine", "client_measure": "own_mine",
}  # fmt: skip
UNUSUAL = {"value": 1, "expected": 9, "low": 5, "high": 13, "p": 0.001, "rule": "robust"}
SECRET = "a-secret-of-43-characters-a-secret-of-43-ch"


def routes(
    patterns: Any = None, namespace: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """The names of all routes with the parts of their addresses; not the admin's nor allauth's."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        parts = above | frozenset(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin" and str(pattern.pattern) != "accounts/":
                yield from routes(pattern.url_patterns, pattern.namespace or namespace, parts)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name), parts


@pytest.fixture
def stage(cast: Cast) -> tuple[Cast, User, dict[str, int]]:
    return set_stage(cast)


def set_stage(cast: Cast) -> tuple[Cast, User, dict[str, int]]:
    """Aurora with an administrator, and one row of everything that an address may name."""
    adela = person("adela@example.com", "Adela")
    with tenant_scope(cast.aurora.pk):
        member(cast.aurora, adela, Role.ADMIN)
        own = {"agency": cast.aurora, "client": cast.bodega}
        hook, _secret = endpoint_create(cast.aurora, EndpointWish("CRM", "https://a.example"), None)
        endpoint_test(hook, "Alicia", timezone.now())
        fact = {**own, "source": "manual", "external_id": "1", "tz": "Europe/Madrid"}
        invitation = Invitation.objects.create(
            agency=cast.aurora,
            email="nora@example.com",
            role=Role.ANALYST,
            secret_hash=digest(SECRET),
            expires_at=timezone.now() + timedelta(days=1),
        )
        day = date(2026, 1, 1)
        money = {"amount": 1, "currency": "EUR"}
        cost = Cost.objects.create(
            **fact, layer="fee", starts_on=day, ends_on=day, amount=1, currency="EUR"
        )
        budget = Budget.objects.create(**fact, starts_on=day, ends_on=day, amount=1, currency="EUR")
        campaign = Campaign.objects.create(**own, external_id="1", name="Spring")
        batch = ImportBatch.objects.create(**own, kind="leads", source="crm", state="queued")
        for client, name in ((None, "All"), (cast.bodega, "Mine")):
            own_measure_define(cast.aurora, client, MeasureWish(name))
            custom_kpi_define(cast.aurora, client, KpiWish(name, "clicks / sessions"))
        Agency.objects.filter(pk=cast.aurora.pk).update(logo=b"png", logo_type="image/png")
        numbers = {
            "import": batch.pk,
            "arrival": Arrival.objects.create(
                agency=cast.aurora, state="checked", name="B", size=1
            ).pk,
            "daily": DailyFact.objects.create(**fact, family="web", day=day, sessions=1).pk,
            "webhook": hook.pk,
            "delivery": EventDelivery.objects.get().pk,
            "goal": goal_set(cast.bodega, GOAL).pk,
            "goal_template": goal_template_save(GoalTemplate(agency=cast.aurora, **BULK)).pk,
            "experiment": experiment_create(cast.bodega, EXPERIMENT).pk,
            "note": note_add(cast.bodega, NoteWish(day, "Fair"), None).pk,
            "unusual": Anomaly.objects.create(**own, day=day, kpi="leads", **UNUSUAL).pk,
            "notice": notice_of(cast),
            "incident": incident_of(cast.bodega),
            "rule": rule_create(cast.bodega, RULE, None).pk,
            "plan": plan_of(cast.bodega),
            "comment": comment_of(cast),
            "member": Membership.objects.get(agency=cast.aurora, user=cast.vera).pk,
            "invitation": invitation.pk,
            "token": token_create(cast.aurora, "Sheets", ["read"])[0].pk,
            "lead": lead_create(cast.bodega, None, {"name": "Nora"}).pk,
            "cost": cost.pk,
            "budget": budget.pk,
            "campaign": campaign.pk,
            "parameters": parameters_change(cast.bodega, day, {"cost_basis": "full"}, "", None).pk,
            "template": template_create(cast.aurora, "Wine", (Entry("leads"),), KPIS).pk,
            "sale": Sale.objects.create(**fact, **money, sold_date=day).pk,
            "refund": Refund.objects.create(**fact, **money, refunded_date=day).pk,
            "customer": Customer.objects.create(**own, external_id="1", name="Nora").pk,
            "interaction": Interaction.objects.create(**fact, kind="call", happened_date=day).pk,
            "record": record_create("leads", cast.bodega, {"name": "Ada"}, None).act.pk,
            "product": Product.objects.create(**own, external_id="1", name="Rioja").pk,
            "term": CustomerTerm.objects.create(
                **fact, starts_on=day, customer=Customer.objects.create(**own, external_id="2")
            ).pk,
            "salesperson": Salesperson.objects.create(**own, external_id="1", name="Sara").pk,
        }
    return cast, adela, numbers


def incident_of(client: Client) -> int:
    """A goal that is at risk. Inside the scope."""
    goal = goal_set(client, GOAL)
    judged(goal, "on_track", "at_risk", date(2026, 3, 15))
    return Incident.objects.get(goal=goal).pk


def comment_of(cast: Cast) -> int:
    """What Vera, the client's user, has said. Inside the scope."""
    vera = Membership.objects.get(agency=cast.aurora, user=cast.vera)
    return comment_write(cast.bodega, "leads", None, "Fair week", vera, timezone.now()).pk


def plan_of(client: Client) -> int:
    """A version that waits for the client. Inside the scope."""
    plan_write(client, "", [Line("Grow", "leads", target="900")], None)
    return plan_propose(client, timezone.now()).number


def notice_of(cast: Cast) -> int:
    """Something that only Alicia, the owner, is told. Inside the scope."""
    alicia = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
    own = {"agency": cast.aurora, "notice": Notice.objects.create(
        agency=cast.aurora, client=cast.bodega, kind="night_failed", key="n",
        data={"day": "2026-03-01", "attempts": 5},
    )}  # fmt: skip
    return Delivery.objects.create(**own, membership=alicia).pk


#: The table is read in so many parts, which several workers can share.
PARTS = 16


@pytest.mark.parametrize("part", range(PARTS))
def test_each_role_gets_what_is_theirs(stage: tuple[Cast, User, dict[str, int]], part: int) -> None:
    """One stage for all rows of a part: each visit leaves it as it was."""
    cast, adela, numbers = stage
    users = {
        "viewer": cast.vera,
        "seller": cast.sergio,
        "analyst": cast.ana,
        "manager": cast.marta,
        "admin": adela,
        "owner": cast.alicia,
        "malena": cast.malena,
    }
    cookies = {who: logged_in(users.get(who)) for who in WHO}
    for method, route, *expected in ROWS[part::PARTS]:
        address = address_of(route, numbers)
        found = {who: visit(method, address, cookies[who]) for who in WHO}
        assert (method, route, found) == (
            method,
            route,
            dict(zip(WHO, map(int, expected), strict=True)),
        )


def logged_in(user: User | None) -> dict[str, str]:
    """The cookies of somebody's browser, or of nobody's."""
    browser = Browser()
    if user:
        browser.force_login(user)
    return {name: cookie.value for name, cookie in browser.cookies.items()}


def address_of(route: str, numbers: dict[str, int]) -> str:
    """Where the row of the stage that a route is about is found."""
    number = numbers.get(
        "goal_template"
        if "goal_template" in route
        else "template"
        if "kpi_template" in route
        else route.removeprefix("api:").partition("_")[0]
    )
    known: dict[str, Any] = {
        "agency": "aurora",
        "house": "aurora",
        "client": "bodega",
        "number": number,
        "pk": number,
        "name": "leads",  # of a sample file
        "secret": SECRET,
        "key": next((key for name, key in KEYS.items() if route.startswith(name)), "leads"),
        "application": "none",
        "delivery": numbers["delivery"],
    }
    parts = dict(routes())[route]
    return reverse(route, kwargs={name: known[name] for name in parts}) + QUERY.get(route, "")


def visit(method: str, address: str, cookies: dict[str, str]) -> int:
    """The status, with whatever the visit did taken back, as it was seen by a browser of its own."""
    browser = Browser(headers={"accept-language": "en", "rumbo-agency": "aurora"})
    browser.cookies.load(cookies)
    cache.clear()
    with transaction.atomic():
        body = {"content_type": "application/json", "data": "{}"} if "/api/" in address else {}
        response = browser.generic(method, address, **body)
        transaction.set_rollback(True)
    return response.status_code


def test_no_route_is_missing() -> None:
    """The API has a table of its own, method by method and with its scopes: tests/api/test_roles.py."""
    told = {row[1] for row in ROWS} | OPEN
    known = {name for name, _parts in routes()}
    pages = {name for name in known if not name.startswith("api:")}
    assert pages - told == set(), "say in the table who may come in"
    assert told - known == set(), "the table names what is not there any more"


#: allauth's routes: status for somebody anonymous, and for a member.
ALLAUTH = """
account_login            200 302
account_logout           302 200
account_signup           200 302
account_change_password  302 302
account_reset_password   200 200
account_email            302 200
mfa_index                302 200
mfa_activate_totp        302 200
usersessions_list        302 200
"""


@pytest.mark.parametrize("line", ALLAUTH.strip().splitlines(), ids=lambda line: line.split()[0])
def test_allauths_routes(cast: Cast, line: str) -> None:
    route, anonymous, somebody = line.split()
    found = [visit("GET", reverse(route), logged_in(user)) for user in (None, cast.alicia)]
    assert found == [int(anonymous), int(somebody)]


@pytest.mark.parametrize(
    "route", ["index", "accounts_user_changelist", "accounts_identityevent_changelist"]
)
def test_the_admin_is_for_staff(cast: Cast, route: str) -> None:
    staff = User.objects.create(email="s@example.com", is_staff=True, is_superuser=True)
    address = reverse(f"admin:{route}")
    # 302: to the login, which for somebody who is in but no staff says that they may not.
    assert [visit("GET", address, logged_in(user)) for user in (None, cast.alicia, staff)] == [
        302,
        302,
        200,
    ]


def test_the_admin_shows_no_row_of_any_agency() -> None:
    tables = {model for model in admin.site._registry if issubclass(model, TenantModel | Agency)}
    assert tables == set()
