"""The addresses of API v1. The endpoints themselves are in each app's `api`."""

from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import IntConverter

from accounts.api.clients import ClientDetail, ClientList
from accounts.api.members import InvitationDetail, InvitationList, MemberDetail, MemberList
from accounts.api.views import NothingHere
from campaigns.api.costs import BudgetView, CostView
from campaigns.api.daily import DailyView
from campaigns.api.facts import FactView, endpoints
from campaigns.api.goods import ProductView, TermView
from campaigns.api.interactions import InteractionView
from campaigns.api.labels import CampaignView, CustomerView, SalespersonView
from campaigns.api.leads import LeadView
from campaigns.api.own import OwnMeasureList, OwnValueBulk, OwnValueList
from campaigns.api.sales import RefundView, SaleView
from kpis.api.catalogue import KpiDetail, KpiList
from kpis.api.custom import CustomKpiCheck, CustomKpiList, KpiBook
from kpis.api.customer_value import CustomerValue
from kpis.api.events import EventFeed
from kpis.api.experiments import ExperimentDetail, ExperimentList
from kpis.api.explanations import Explanations
from kpis.api.goal_bulk import GoalBulk
from kpis.api.goal_templates import (
    TemplateApply,
    TemplateCheck,
    TemplateDetail,
    TemplateList,
)
from kpis.api.goals import GoalCheck, GoalDetail, GoalList
from kpis.api.notes import AnomalyList, NoteList
from kpis.api.rates import RateBulk, RateList
from kpis.api.restatements import RestatementList
from kpis.api.values import KpiValues
from steering.api.comments import CommentDetail, CommentList
from steering.api.incidents import IncidentDetail, IncidentList
from steering.api.plans import PlanDecision, PlanDetail, PlanList
from steering.api.reviews import ReviewDetail, ReviewList
from steering.api.rules import RuleDetail, RuleList
from webhooks.api.endpoints import (
    DeliveryList,
    EndpointDetail,
    EndpointList,
    EndpointReplay,
    EndpointSecret,
    EndpointTest,
)
from webhooks.api.events import EventList


class RowConverter(IntConverter):
    """The id of a row: no more digits than a bigint surely holds, or PostgreSQL would be asked."""

    regex = "[0-9]{1,18}"


register_converter(RowConverter, "row")


def _facts(kind: type[FactView], one: str) -> list[URLPattern]:
    """The three addresses of a kind of fact."""
    listed, single, bulk = endpoints(kind)
    many = kind.word.replace("-", "_")
    return [
        path(f"clients/<slug:client>/{kind.word}/", listed.as_view(), name=many),
        path(f"clients/<slug:client>/{kind.word}/bulk/", bulk.as_view(), name=f"{many}_bulk"),
        path(f"clients/<slug:client>/{kind.word}/<row:pk>/", single.as_view(), name=one),
    ]


app_name = "api"
urlpatterns = [
    # Facts first: they are sent most often.
    *_facts(LeadView, "lead"),
    *_facts(DailyView, "daily_fact"),
    *_facts(CampaignView, "campaign"),
    *_facts(SalespersonView, "salesperson"),
    *_facts(CustomerView, "customer"),
    *_facts(ProductView, "product"),
    *_facts(TermView, "term"),
    *_facts(SaleView, "sale"),
    *_facts(RefundView, "refund"),
    *_facts(CostView, "cost"),
    *_facts(BudgetView, "budget"),
    *_facts(InteractionView, "interaction"),
    path("kpis/", KpiList.as_view(), name="kpis"),
    path("kpis/<slug:key>/", KpiDetail.as_view(), name="kpi"),
    path("rates/", RateList.as_view(), name="rates"),
    path("rates/bulk/", RateBulk.as_view(), name="rates_bulk"),
    path("goal-templates/", TemplateList.as_view(), name="goal_templates"),
    path("goal-templates/<row:pk>/", TemplateDetail.as_view(), name="goal_template"),
    path("goal-templates/<row:pk>/check/", TemplateCheck.as_view(), name="goal_template_check"),
    path("goal-templates/<row:pk>/apply/", TemplateApply.as_view(), name="goal_template_apply"),
    path("members/", MemberList.as_view(), name="members"),
    path("members/<row:pk>/", MemberDetail.as_view(), name="member"),
    path("invitations/", InvitationList.as_view(), name="invitations"),
    path("invitations/<row:pk>/", InvitationDetail.as_view(), name="invitation"),
    path("webhooks/", EndpointList.as_view(), name="webhooks"),
    path("webhooks/<row:pk>/", EndpointDetail.as_view(), name="webhook"),
    path("webhooks/<row:pk>/secret/", EndpointSecret.as_view(), name="webhook_secret"),
    path("webhooks/<row:pk>/test/", EndpointTest.as_view(), name="webhook_test"),
    path("webhooks/<row:pk>/replay/", EndpointReplay.as_view(), name="webhook_replay"),
    path("webhooks/<row:pk>/deliveries/", DeliveryList.as_view(), name="webhook_deliveries"),
    path("webhook-events/", EventList.as_view(), name="webhook_events"),
    path("clients/", ClientList.as_view(), name="clients"),
    path("clients/<slug:client>/", ClientDetail.as_view(), name="client"),
    path("clients/<slug:client>/events/", EventFeed.as_view(), name="events"),
    path("clients/<slug:client>/kpis/values/", KpiValues.as_view(), name="kpi_values"),
    path("clients/<slug:client>/annotations/", NoteList.as_view(), name="annotations"),
    path("clients/<slug:client>/anomalies/", AnomalyList.as_view(), name="anomalies"),
    path("clients/<slug:client>/explanations/", Explanations.as_view(), name="explanations"),
    path("clients/<slug:client>/customer-value/", CustomerValue.as_view(), name="customer_value"),
    path("clients/<slug:client>/restatements/", RestatementList.as_view(), name="restatements"),
    path("clients/<slug:client>/kpis/", KpiBook.as_view(), name="client_kpis"),
    path("clients/<slug:client>/custom-kpis/", CustomKpiList.as_view(), name="custom_kpis"),
    path(
        "clients/<slug:client>/custom-kpis/check/",
        CustomKpiCheck.as_view(),
        name="custom_kpis_check",
    ),
    path("clients/<slug:client>/own-measures/", OwnMeasureList.as_view(), name="own_measures"),
    path("clients/<slug:client>/own-values/", OwnValueList.as_view(), name="own_values"),
    path("clients/<slug:client>/own-values/bulk/", OwnValueBulk.as_view(), name="own_values_bulk"),
    path("clients/<slug:client>/goals/", GoalList.as_view(), name="goals"),
    path("clients/<slug:client>/goals/check/", GoalCheck.as_view(), name="goals_check"),
    path("clients/<slug:client>/goals/bulk/", GoalBulk.as_view(), name="goals_bulk"),
    path("clients/<slug:client>/goals/<row:pk>/", GoalDetail.as_view(), name="goal"),
    path("clients/<slug:client>/reviews/", ReviewList.as_view(), name="reviews"),
    path("clients/<slug:client>/reviews/<row:pk>/", ReviewDetail.as_view(), name="review"),
    path("clients/<slug:client>/comments/", CommentList.as_view(), name="comments"),
    path("clients/<slug:client>/comments/<row:pk>/", CommentDetail.as_view(), name="comment"),
    path("clients/<slug:client>/plans/", PlanList.as_view(), name="plans"),
    path("clients/<slug:client>/plans/<row:pk>/", PlanDetail.as_view(), name="plan"),
    path(
        "clients/<slug:client>/plans/<row:pk>/decision/",
        PlanDecision.as_view(),
        name="plan_decision",
    ),
    path("clients/<slug:client>/incidents/", IncidentList.as_view(), name="incidents"),
    path("clients/<slug:client>/incidents/<row:pk>/", IncidentDetail.as_view(), name="incident"),
    path("clients/<slug:client>/alert-rules/", RuleList.as_view(), name="alert_rules"),
    path("clients/<slug:client>/alert-rules/<row:pk>/", RuleDetail.as_view(), name="alert_rule"),
    path("clients/<slug:client>/experiments/", ExperimentList.as_view(), name="experiments"),
    path(
        "clients/<slug:client>/experiments/<row:pk>/",
        ExperimentDetail.as_view(),
        name="experiment",
    ),
    re_path(r"^.*$", NothingHere.as_view(), name="nothing"),
]
