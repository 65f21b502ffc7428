"""Addresses of the pages about what happened."""

from django.urls import URLPattern, include, path

from campaigns.forms.fields import PICKED
from campaigns.lists import LISTS
from campaigns.views import (
    board,
    bulk,
    daily,
    data,
    imports,
    leads,
    lists,
    records,
    samples,
    settling,
)

CLIENT = "a/<slug:agency>/c/<slug:client>/"

data_urls = [
    path("", data.data, name="data"),
    path("sources/end/", data.source_end, name="source_end"),
    path("daily/", daily.daily_figures, name="daily_figures"),
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
    path("board/", board.lead_board, name="lead_board"),
    path("<int:number>/", leads.lead_detail, name="lead_detail"),
    path("<int:number>/move/", leads.lead_step, name="lead_move"),
    path("<int:number>/reopen/", leads.lead_open, name="lead_reopen"),
    path("<int:number>/status/", leads.lead_status, name="lead_status"),
    path("<int:number>/note/", leads.lead_remark, name="lead_note"),
]


def routes_of(key: str, place: str) -> list[URLPattern]:
    """A list's own addresses and those of its rows; a lead's page is its own, with its form beside."""
    listed, kind = LISTS[key], {"kind": key}
    one, form = listed.one, "<int:number>/edit/" if key == "leads" else "<int:number>/"
    return [
        path(place, lists.rows, kind, name=listed.route),
        path(f"{place}rows.csv", lists.rows_csv, kind, name=f"{listed.route}_csv"),
        path(f"{place}bulk/", bulk.records_bulk, kind, name=f"{listed.route}_bulk"),
        path(f"{place}new/", records.record_new, kind, name=f"{one}_new"),
        path(
            f"{place}{form}",
            records.record,
            kind,
            name=f"{one}_edit" if key == "leads" else f"{one}_detail",
        ),
        path(f"{place}<int:number>/remove/", bulk.record_delete, kind, name=f"{one}_remove"),
        *(
            [path(f"{place}find/", records.record_find, kind, name=f"{listed.route}_find")]
            if key in PICKED.values()
            else []
        ),
    ]


#: Where each list stands; the rows of a kind are below it.
PLACES = {
    "leads": "leads/",
    "interactions": "leads/interactions/",
    "salespeople": "leads/salespeople/",
    "sales": "sales/",
    "refunds": "sales/refunds/",
    "customers": "sales/customers/",
    "products": "sales/products/",
    "terms": "sales/contracts/",
    "campaigns": "campaigns/",
    "costs": "costs/",
    "budgets": "costs/budgets/",
}
list_urls = [route for key, place in PLACES.items() for route in routes_of(key, f"{CLIENT}{place}")]

urlpatterns = [
    *list_urls,
    path(f"{CLIENT}acts/<int:number>/undo/", records.record_undo, name="record_undo"),
    path("", include("campaigns.own_urls")),
    path("a/<slug:agency>/leads/", leads.lead_home, name="lead_home"),
    path(f"{CLIENT}data/", include(data_urls)),
    path(f"{CLIENT}leads/", include(lead_urls)),
]
