"""Addresses of the pages about what happened."""

from django.urls import include, path

from campaigns.lists import LISTS
from campaigns.views import budgets, costs, data, imports, leads, lists, samples, settling

CLIENT = "a/<slug:agency>/c/<slug:client>/"

data_urls = [
    path("", data.data, name="data"),
    path("sources/end/", data.source_end, name="source_end"),
    path("new/", imports.import_new, name="import_new"),
    path("sample/", samples.import_sample, name="import_sample"),
    path("sample/undo/", samples.import_sample_undo, name="import_sample_undo"),
    path("sample/<slug:name>.csv", samples.import_sample_file, name="import_sample_file"),
    path("settling/", settling.settling, name="settling"),
    path("<int:number>/", imports.import_detail, name="import_detail"),
    path("<int:number>/start/", imports.import_start, name="import_start"),
    path("<int:number>/progress/", imports.import_progress, name="import_progress"),
    path("<int:number>/discard/", imports.import_discard, name="import_discard"),
    path("<int:number>/undo/", imports.import_undo, name="import_undo"),
    path("<int:number>/refused.csv", imports.import_refused, name="import_refused"),
]
lead_urls = [
    path("new/", leads.lead_new, name="lead_new"),
    path("<int:number>/", leads.lead_detail, name="lead_detail"),
    path("<int:number>/edit/", leads.lead_edit, name="lead_edit"),
    path("<int:number>/move/", leads.lead_step, name="lead_move"),
    path("<int:number>/reopen/", leads.lead_open, name="lead_reopen"),
    path("<int:number>/status/", leads.lead_status, name="lead_status"),
]
cost_urls = [
    path("new/", costs.cost_new, name="cost_new"),
    path("<int:number>/", costs.cost_edit, name="cost_edit"),
    path("<int:number>/remove/", costs.cost_delete, name="cost_remove"),
    path("budgets/new/", budgets.budget_new, name="budget_new"),
    path("budgets/<int:number>/", budgets.budget_edit, name="budget_edit"),
    path("budgets/<int:number>/remove/", budgets.budget_delete, name="budget_remove"),
]
campaign_urls = [
    path("<int:number>/", costs.campaign_edit, name="campaign_edit"),
    path("<int:number>/archive/", costs.campaign_close, name="campaign_archive"),
    path("<int:number>/restore/", costs.campaign_reopen, name="campaign_restore"),
]
salespeople_urls = [
    path("new/", costs.salesperson_new, name="salesperson_new"),
    path("<int:number>/", costs.salesperson_edit, name="salesperson_edit"),
]

#: Where each list stands; the rows of a kind are below it.
PLACES = {
    "leads": "leads/",
    "interactions": "leads/interactions/",
    "salespeople": "leads/salespeople/",
    "sales": "sales/",
    "refunds": "sales/refunds/",
    "customers": "sales/customers/",
    "campaigns": "campaigns/",
    "costs": "costs/",
    "budgets": "costs/budgets/",
}
list_urls = [
    route
    for key, place in PLACES.items()
    for route in (
        path(f"{CLIENT}{place}", lists.rows, {"kind": key}, name=LISTS[key].route),
        path(
            f"{CLIENT}{place}rows.csv",
            lists.rows_csv,
            {"kind": key},
            name=f"{LISTS[key].route}_csv",
        ),
    )
]

urlpatterns = [
    *list_urls,
    path("", include("campaigns.own_urls")),
    path("a/<slug:agency>/leads/", leads.lead_home, name="lead_home"),
    path(f"{CLIENT}data/", include(data_urls)),
    path(f"{CLIENT}leads/salespeople/", include(salespeople_urls)),
    path(f"{CLIENT}leads/", include(lead_urls)),
    path(f"{CLIENT}costs/", include(cost_urls)),
    path(f"{CLIENT}campaigns/", include(campaign_urls)),
]
