"""The formula editor: it checks while one types, shows the client's own months, and saves."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.tenancy import tenant_scope
from campaigns.own_services import MeasureWish, own_measure_define
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.models import CustomKpi
from tests.cast import Cast
from tests.kpis.custom.test_custom_services import a_month_of_facts

AGENCY, BODEGA = "/a/aurora/kpis/", "/a/aurora/c/bodega/kpis/"
NEW = {"name": "Clicks per visit", "formula": "clicks / sessions", "better": "higher"}


def saved(cast: Cast) -> list[tuple[str, str, str, int]]:
    with tenant_scope(cast.aurora.pk):
        rows = CustomKpi.objects.order_by("pk")
        return list(rows.values_list("key", "formula", "unit", "version"))


def check(client: Browser, formula: str, base: str = BODEGA, **more: str) -> str:
    response = client.post(f"{base}check/", {"formula": formula, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_works_for_the_agency_and_for_a_client(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    for base in (AGENCY, BODEGA):
        assert client.get(base).status_code == 200
        page = client.get(f"{base}new/").content.decode()
        assert '"key": "leads"' in page and "formula.js" in page


def test_shows_own_names_first_and_no_other_clients(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own_measure_define(cast.aurora, cast.bodega, MeasureWish("Calls"))
        own_measure_define(cast.aurora, cast.cafe, MeasureWish("Cups"))
    client.force_login(cast.marta)
    names = client.get(f"{BODEGA}new/").context["names"]
    keys = [name["key"] for name in names]
    assert keys[0] == "own_calls" and "own_cups" not in keys and "cpl" in keys
    assert "own_calls" not in [n["key"] for n in client.get(f"{AGENCY}new/").context["names"]]


def test_a_mistake_is_marked_with_what_was_perhaps_meant(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    page = check(client, "ad_spend / leeds")
    assert "<mark>leeds</mark>" in page
    assert "There is no measure or KPI called “leeds”." in page
    assert 'data-instead="leads" data-start="11" data-end="16"' in page
    page = check(client, "leads + ad_spend")
    assert "<mark>leads + ad_spend</mark>" in page and "unlike things" in page


def test_a_text_that_is_html_stays_text(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    page = check(client, "<script>alert(1)</script>")
    assert "<script>alert" not in page and "&lt;" in page


def test_what_makes_sense_shows_its_unit_and_the_clients_months(
    client: Browser, cast: Cast
) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
    client.force_login(cast.marta)
    page = check(client, "clicks / sessions", tried_on="bodega")
    assert "It makes sense" in page and '<option value="percent" selected>' in page
    assert "On the data of Bodega" in page
    assert saved(cast) == []  # a trial writes nothing


def test_an_empty_formula_is_no_mistake(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    assert "Write a formula" in check(client, "")


def test_saves_for_the_client_and_for_the_agency(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    response = client.post(f"{BODEGA}new/", NEW)
    assert (response.status_code, response["Location"]) == (302, BODEGA)
    response = client.post(f"{AGENCY}new/", {**NEW, "name": "All", "unit": "ratio"})
    assert (response.status_code, response["Location"]) == (302, AGENCY)
    assert saved(cast) == [
        ("custom_clicks_per_visit", "clicks / sessions", "percent", 1),
        ("custom_all", "clicks / sessions", "ratio", 1),
    ]
    page = client.get(BODEGA).content.decode()
    assert "Clicks per visit" in page and "/c/bodega/kpi/custom_all/" in page


def test_a_saved_one_is_on_every_surface(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
    client.force_login(cast.marta)
    client.post(f"{BODEGA}new/", NEW)
    march = "from=2026-03-01&to=2026-03-31"
    key = "custom_clicks_per_visit"
    page = client.get(f"/a/aurora/c/bodega/kpi/{key}/?{march}").content.decode()
    assert "Clicks per visit" in page and re.search(r"12[.,]5", page)  # 50 ÷ 400
    csv = client.get(f"/a/aurora/c/bodega/numbers.csv?keys={key}&{march}").content.decode()
    assert "0.125" in csv
    api: Any = client.get(
        f"/api/v1/clients/bodega/kpis/values/?keys={key}&{march}",
        headers={"rumbo-agency": "aurora"},
    ).json()
    assert api["rows"][0]["values"][key]["value"] == "0.125"
    assert key in client.get("/a/aurora/c/bodega/goals/new/").content.decode()
    assert client.get(f"/a/aurora/c/cafe/kpi/{key}/").status_code == 404


def test_a_change_and_the_way_to_the_archive_and_back(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    client.post(f"{BODEGA}new/", NEW)
    address = f"{BODEGA}custom_clicks_per_visit/"
    assert "clicks / sessions" in client.get(address).content.decode()
    client.post(address, {**NEW, "formula": "sessions / clicks", "unit": "ratio"})
    assert saved(cast) == [("custom_clicks_per_visit", "sessions / clicks", "ratio", 2)]
    client.post(f"{address}archive/")
    assert "Restore" in client.get(BODEGA).content.decode()
    assert client.get("/a/aurora/c/bodega/kpi/custom_clicks_per_visit/").status_code == 404
    client.post(f"{address}restore/")
    assert client.get("/a/aurora/c/bodega/kpi/custom_clicks_per_visit/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": ""}, "required"),
        ({"formula": "clixx"}, "no measure or KPI called"),
        ({"formula": "clicks *"}, "stops where"),
        ({"unit": "money"}, "The formula yields"),
        ({"better": "x"}, "valid choice"),
        ({"formula": "x" * 1500}, "at most 1000 characters"),
    ],
)
def test_bad_input(client: Browser, cast: Cast, wrong: dict[str, str], why: str) -> None:
    client.force_login(cast.marta)
    response = client.post(f"{BODEGA}new/", {**NEW, **wrong})
    assert response.status_code == 200 and why in response.content.decode()
    assert saved(cast) == []


def test_twice_makes_two_because_they_are_two(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    for _time in range(2):
        client.post(f"{BODEGA}new/", NEW)
    assert [row[0] for row in saved(cast)] == [
        "custom_clicks_per_visit",
        "custom_clicks_per_visit_2",
    ]


def test_requires_role(client: Browser, cast: Cast) -> None:
    for user, status in ((cast.vera, 403), (cast.sergio, 403), (cast.ana, 403)):
        client.force_login(user)
        for base in (AGENCY, BODEGA):
            assert client.post(f"{base}new/", NEW).status_code == status
            assert client.post(f"{base}check/", NEW).status_code == status
    assert saved(cast) == []


def test_refuses_malena_and_other_clients_keys(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        custom_kpi_define(cast.aurora, cast.cafe, KpiWish("Cups", "clicks"))
    client.force_login(cast.malena)
    assert client.get(AGENCY).status_code == 404
    assert client.post(f"{BODEGA}new/", NEW).status_code == 404
    client.force_login(cast.marta)
    for address in (f"{BODEGA}custom_cups/", f"{AGENCY}custom_cups/"):
        assert client.get(address).status_code == 404
