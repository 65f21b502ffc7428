"""Own measures on their pages: defined, entered by day, taken back, put away."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from campaigns.models import OwnMeasure, OwnValue
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from tests.cast import Cast

BASE = "/a/aurora/c/bodega/kpis/measures/"
GRID = f"{BASE}own_calls_booked/values/"
MARCH = f"{GRID}?month=2026-03"
NEW = {"name": "Calls booked", "unit": "count", "aggregation": "sum", "better": "higher"}


@pytest.fixture
def calls(cast: Cast) -> OwnMeasure:
    with tenant_scope(cast.aurora.pk):
        return own_measure_define(cast.aurora, cast.bodega, MeasureWish("Calls booked"))


def values(cast: Cast) -> dict[date, Decimal]:
    with tenant_scope(cast.aurora.pk):
        return dict(OwnValue.objects.order_by("day").values_list("day", "value"))


def filled(client: Browser, cast: Cast) -> str:
    """Marta has typed 4 and 5; what her page then shows, as its form carries it."""
    client.force_login(cast.marta)
    client.post(MARCH, {"2026-03-01": "4", "2026-03-02": "5"})
    return str(client.get(MARCH).context["shown"])


def test_works(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    assert client.get(f"{BASE}new/").status_code == 200
    assert client.get("/a/aurora/kpis/measures/new/").status_code == 200


def test_saves_a_measure_and_leads_to_its_values(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    response = client.post(f"{BASE}new/", NEW)
    assert (response.status_code, response["Location"]) == (302, GRID)
    with tenant_scope(cast.aurora.pk):
        made = OwnMeasure.objects.get()
        assert (made.key, made.client, made.name) == (
            "own_calls_booked",
            cast.bodega,
            "Calls booked",
        )
    assert b"own_calls_booked" in client.get(GRID).content


def test_of_the_agency_it_is_every_clients(client: Browser, cast: Cast) -> None:
    client.force_login(cast.alicia)
    client.post("/a/aurora/kpis/measures/new/", {**NEW, "name": "Fairs"})
    for brand in ("bodega", "cafe"):
        assert client.get(f"/a/aurora/c/{brand}/kpis/measures/own_fairs/values/").status_code == 200
        assert b"own_fairs" in client.get(f"/a/aurora/c/{brand}/kpis/").content


def test_words_change_unit_and_way_of_adding_up_stay(
    client: Browser, cast: Cast, calls: OwnMeasure
) -> None:
    client.force_login(cast.marta)
    changed = {**NEW, "name": "Booked", "unit": "money", "aggregation": "last", "better": "lower"}
    assert client.post(f"{BASE}own_calls_booked/", changed).status_code == 302
    with tenant_scope(cast.aurora.pk):
        calls.refresh_from_db()
    assert (calls.name, calls.better) == ("Booked", "lower")
    assert (calls.unit, calls.aggregation, calls.key) == ("count", "sum", "own_calls_booked")


def test_the_grid_shows_and_saves_a_month(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    client.force_login(cast.marta)
    response = client.post(MARCH, {"2026-03-01": "4", "2026-03-02": "0", "2026-03-03": ""})
    assert (response.status_code, response["Location"]) == (302, MARCH)
    assert values(cast) == {date(2026, 3, 1): 4, date(2026, 3, 2): 0}
    page = client.get(MARCH).content.decode()
    assert 'name="2026-03-01" value="4"' in page and 'name="2026-03-31" value=""' in page
    with tenant_scope(cast.aurora.pk):
        entry = AuditEntry.objects.filter(table_name="campaigns_ownvalue").order_by("pk").last()
        assert (entry.action, entry.client_id) == ("insert", cast.bodega.pk)


def test_emptied_a_day_is_unknown_again(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    shown = filled(client, cast)
    client.post(MARCH, {"shown": shown, "2026-03-01": "", "2026-03-02": "5"})
    assert values(cast) == {date(2026, 3, 2): 5}


def test_a_page_opened_earlier_takes_nothing_from_who_typed_since(
    client: Browser, cast: Cast, calls: OwnMeasure
) -> None:
    shown = filled(client, cast)
    client.post(MARCH, {"shown": shown, "2026-03-01": "4", "2026-03-02": "6", "2026-03-03": "7"})
    late = {"2026-03-01": "8", "2026-03-02": "5", "2026-03-03": ""}
    client.post(MARCH, {"shown": shown, **late})
    assert values(cast) == {date(2026, 3, 1): 8, date(2026, 3, 2): 6, date(2026, 3, 3): 7}


def test_a_month_that_is_refused_still_knows_what_its_page_had_shown(
    client: Browser, cast: Cast, calls: OwnMeasure
) -> None:
    shown = filled(client, cast)
    refused = client.post(MARCH, {"shown": shown, "2026-03-01": "", "2026-03-02": "many"})
    assert (refused.status_code, refused.context["shown"]) == (422, shown)
    assert shown.replace('"', "&quot;") in refused.content.decode()


def test_saving_can_be_undone_once(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    shown = filled(client, cast)
    typed = {"2026-03-01": "40", "2026-03-02": "", "2026-03-03": "6"}
    client.post(MARCH, {"shown": shown, **typed})
    page = client.get(MARCH)
    before = page.context["before"]
    assert client.post(f"{GRID}undo/?month=2026-03", {"before": before}).status_code == 302
    assert values(cast) == {date(2026, 3, 1): 4, date(2026, 3, 2): 5}


@pytest.mark.parametrize("before", ["", "x", "[1]", '[["2026-03-01","1","",""],["x"]]', "{}"])
def test_a_broken_undo_changes_nothing(
    client: Browser, cast: Cast, calls: OwnMeasure, before: str
) -> None:
    client.force_login(cast.marta)
    client.post(MARCH, {"2026-03-01": "4"})
    client.post(f"{GRID}undo/?month=2026-03", {"before": before})
    assert values(cast) == {date(2026, 3, 1): 4}


def test_channels_are_apart(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    client.force_login(cast.marta)
    client.post(MARCH, {"2026-03-01": "4"})
    client.post(f"{MARCH}&channel=email", {"2026-03-01": "9"})
    assert 'name="2026-03-01" value="4"' in client.get(MARCH).content.decode()
    assert 'name="2026-03-01" value="9"' in client.get(f"{MARCH}&channel=email").content.decode()


def test_a_wrong_cell_keeps_the_whole_month_and_says_where(
    client: Browser, cast: Cast, calls: OwnMeasure
) -> None:
    client.force_login(cast.marta)
    response = client.post(MARCH, {"2026-03-01": "4", "2026-03-02": "1,234"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "could be two numbers" in page and 'name="2026-03-01" value="4"' in page
    assert values(cast) == {}


def test_a_day_to_come_is_refused(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    client.force_login(cast.marta)
    soon = timezone.localdate() + timezone.timedelta(days=2)
    month = f"{GRID}?month={soon:%Y-%m}"
    if soon.month == timezone.localdate().month:
        assert client.post(month, {soon.isoformat(): "1"}).status_code == 422
    with tenant_scope(cast.aurora.pk), pytest.raises(Exception, match="has not come yet"):
        own_values_enter(cast.bodega, calls, [Entry(soon, Decimal(1))])
    assert values(cast) == {}


def test_twice_is_once(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    client.force_login(cast.marta)
    for _time in range(2):
        client.post(MARCH, {"2026-03-01": "4"})
    assert values(cast) == {date(2026, 3, 1): 4}
    with tenant_scope(cast.aurora.pk):
        again = own_values_enter(cast.bodega, calls, [Entry(date(2026, 3, 1), Decimal(4))])
        assert again.verdicts == ("same",)
        assert AuditEntry.objects.filter(table_name="campaigns_ownvalue").count() == 1


def test_put_away_it_takes_no_values_and_comes_back(
    client: Browser, cast: Cast, calls: OwnMeasure
) -> None:
    client.force_login(cast.marta)
    client.post(f"{BASE}own_calls_booked/archive/")
    assert b"Restore" in client.get("/a/aurora/c/bodega/kpis/").content
    client.post(f"{BASE}own_calls_booked/restore/")
    assert b"Restore" not in client.get("/a/aurora/c/bodega/kpis/").content


def test_requires_role(client: Browser, cast: Cast, calls: OwnMeasure) -> None:
    client.force_login(cast.ana)  # an analyst reads
    assert client.get(GRID).status_code == 200
    assert client.post(MARCH, {"2026-03-01": "4"}).status_code == 403
    assert client.post(f"{BASE}new/", NEW).status_code == 403
    client.force_login(cast.vera)
    assert client.get(GRID).status_code == 403
    assert values(cast) == {}


def test_refuses_malena_and_the_clients_do_not_meet(
    client: Browser, cast: Cast, calls: OwnMeasure
) -> None:
    client.force_login(cast.malena)
    assert client.get(GRID).status_code == 404
    client.force_login(cast.marta)
    assert client.get("/a/aurora/c/cafe/kpis/measures/own_calls_booked/values/").status_code == 404
    assert client.get("/a/aurora/c/cafe/kpis/measures/own_calls_booked/").status_code == 404
    assert client.get("/a/aurora/kpis/measures/own_calls_booked/").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"unit": "percent"}, {"aggregation": "distinct"}, {"better": "x"}]
)
def test_bad_input(client: Browser, cast: Cast, wrong: dict[str, str]) -> None:
    client.force_login(cast.marta)
    assert client.post(f"{BASE}new/", {**NEW, **wrong}).status_code == 200
    with tenant_scope(cast.aurora.pk):
        assert not OwnMeasure.objects.exists()
