"""The pages on which KPIs are chosen: templates, giving them to clients, a client's own choice."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Role
from accounts.tenancy import tenant_scope
from kpis.catalogue import KPIS
from kpis.choices.queries import set_of
from kpis.choices.services import choice_change, template_create
from kpis.choosing import Entry
from kpis.models import KpiTemplate
from tests.cast import Cast, member, person
from tests.kpis.test_pages import BODEGA, MARCH, read, text_of, told

__all__ = ["told"]

TEMPLATES = "/a/aurora/kpi-templates/"
CHOICE = "/a/aurora/c/bodega/shown/"


def lines(*texts: str) -> dict[str, list[str]]:
    """The editor's form: "#Words" is a heading, anything else a KPI."""
    return {
        "kind": ["heading" if text.startswith("#") else "kpi" for text in texts],
        "text": [text.removeprefix("#") for text in texts],
    }


def shown(page: object) -> list[str]:
    html = page.content.decode()  # type: ignore[attr-defined]
    found = re.findall(
        r'name="kind" value="(\w+)">\s*<input [^>]*name="text" value="([^"]*)"', html
    )
    return [f"#{text}" if kind == "heading" else text for kind, text in found]


def test_a_template_from_a_starting_point_to_clients(client: Browser, cast: Cast) -> None:
    words = read(client, cast.marta, TEMPLATES)
    assert "No templates yet" in words and "Lead generation" in words and "B2B services" in words
    page = client.get(f"{TEMPLATES}new/?from=lead_generation")
    held = shown(page)
    assert held[:4] == ["#The most important", "leads", "cpl", "new_customers"]
    saved = client.post(
        f"{TEMPLATES}new/?from=lead_generation",
        {"name": "Shops", **lines(*held), "do": "save"},
        headers={"Accept-Language": "en"},
    )
    with tenant_scope(cast.aurora.pk):
        template = KpiTemplate.objects.get()
    assert saved.headers["Location"] == f"{TEMPLATES}{template.pk}/apply/"
    # the heading is kept as what it is, not as the words of one language
    assert template.entries[0] == ["leads", "headline"] and template.origin == "lead_generation"

    words = read(client, cast.marta, f"{TEMPLATES}{template.pk}/apply/")
    assert "KPIs New leads, Cost per lead (CPL)" in words
    with tenant_scope(cast.aurora.pk):
        number = cast.bodega.pk
    done = client.post(f"{TEMPLATES}{template.pk}/apply/", {"client": [number]}, follow=True)
    words = text_of(done)
    assert "1 client shows these KPIs now." in words and "Nothing: it has this version." in words
    undo = re.search(r'action="([^"]*/undo/[^"]*)"', done.content.decode())
    assert undo
    assert "1 client has its earlier KPIs again." in text_of(client.post(undo[1], follow=True))
    with tenant_scope(cast.aurora.pk):
        assert set_of(cast.bodega) is None


def test_the_preview_names_what_a_client_changed(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        template = template_create(cast.aurora, "Shops", (Entry("leads"), Entry("cpl")), KPIS)
    client.force_login(cast.marta)
    client.post(f"{TEMPLATES}{template.pk}/apply/", {"client": [cast.bodega.pk]})
    client.post(CHOICE, {**lines("leads", "aov"), "do": "save"})
    words = read(client, cast.marta, CHOICE)
    assert "Shops, version 1" in words
    assert (
        "Added: Average order value (average ticket)." in words
        and "Taken out: Cost per lead (CPL)." in words
    )
    client.post(
        f"{TEMPLATES}{template.pk}/",
        {"name": "Shops", **lines("leads", "cpl", "roas"), "do": "save"},
    )
    words = read(client, cast.marta, f"{TEMPLATES}{template.pk}/apply/")
    assert "Bodega Shops, version 1 Return on ad spend (ROAS) — Added: Average" in words
    assert "Bodega version 1" in read(client, cast.marta, f"{TEMPLATES}{template.pk}/")


def test_every_step_travels_in_the_form(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)

    def step(do: str, *texts: str) -> list[str]:
        return shown(client.post(CHOICE, {**lines(*texts), "do": do}))

    assert step("add:roas", "leads", "cpl") == ["leads", "cpl", "roas"]
    assert step("add:leads", "leads", "cpl") == ["leads", "cpl"]
    assert step("up:1", "leads", "cpl") == ["cpl", "leads"]
    assert step("up:0", "leads", "cpl") == ["leads", "cpl"]
    assert step("down:0", "leads", "cpl") == ["cpl", "leads"]
    assert step("down:1", "leads", "cpl") == ["leads", "cpl"]
    assert step("remove:0", "leads", "cpl") == ["cpl"]
    assert step("heading", "leads")[0] == "leads" and len(step("heading", "leads")) == 2
    for nonsense in ("up:99", "up:-1", "up:x", "add:", "dance", "remove:٣"):
        assert step(nonsense, "leads", "cpl") == ["leads", "cpl"]
    with tenant_scope(cast.aurora.pk):
        assert set_of(cast.bodega) is None  # nothing is saved before it is asked for


def test_the_choice_is_saved_with_its_headings(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    hostile = "<b>#set text</b>"
    saved = client.post(CHOICE, {**lines("leads", f"#{hostile}", "cpl"), "do": "save"})
    assert saved.headers["Location"] == "/a/aurora/c/bodega/"
    with tenant_scope(cast.aurora.pk):
        assert set_of(cast.bodega).entries == [["leads", ""], ["cpl", hostile]]
    assert hostile not in client.get(CHOICE).content.decode()
    assert client.post("/a/aurora/c/bodega/shown/forget/").status_code == 302
    with tenant_scope(cast.aurora.pk):
        assert set_of(cast.bodega) is None


def test_refusals_stay_on_the_page(client: Browser, cast: Cast) -> None:
    client.force_login(cast.marta)
    english = {"Accept-Language": "en"}
    page = client.post(CHOICE, {**lines("happiness"), "do": "save"}, headers=english)
    assert "There is no KPI called happiness." in text_of(page)
    page = client.post(CHOICE, {"do": "save"}, headers=english)
    assert "Choose at least one KPI." in text_of(page)
    page = client.post(
        f"{TEMPLATES}new/", {"name": " ", **lines("leads"), "do": "save"}, headers=english
    )
    assert "Give it a name" in text_of(page) and shown(page) == ["leads"]
    assert client.get(f"{TEMPLATES}999999/").status_code == 404


def test_a_member_with_some_clients_chooses_for_these_only(client: Browser, cast: Cast) -> None:
    mario = person("mario@example.com", "Mario")
    with tenant_scope(cast.aurora.pk):
        member(cast.aurora, mario, Role.MANAGER, [cast.bodega])
        choice_change(cast.bodega, (Entry("leads"),), KPIS)
    client.force_login(mario)
    assert client.get(TEMPLATES).status_code == 403
    assert client.get(CHOICE).status_code == 200
    assert client.get("/a/aurora/c/cafe/shown/").status_code == 404


def test_malena_meets_nothing(client: Browser, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        template = template_create(cast.aurora, "Shops", (Entry("leads"),), KPIS)
    client.force_login(cast.malena)
    assert client.get(CHOICE).status_code == 404
    assert client.get(f"/a/boreal/kpi-templates/{template.pk}/").status_code == 404
    other = client.post(
        f"/a/boreal/kpi-templates/{template.pk}/apply/", {"client": [cast.bodega.pk]}
    )
    assert other.status_code == 404
    with tenant_scope(cast.aurora.pk):
        assert set_of(cast.bodega) is None


# --- what follows the choice ---


@pytest.fixture
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


def choose(cast: Cast, *entries: tuple[str, str]) -> None:
    with tenant_scope(cast.aurora.pk):
        choice_change(cast.bodega, tuple(Entry(*entry) for entry in entries), KPIS)


def cards(page: object) -> list[str]:
    return re.findall(r'id="card-(\w+)"', page.content.decode())  # type: ignore[attr-defined]


@pytest.mark.usefixtures("in_april")
def test_three_views_are_readings_of_one_choice(client: Browser, told: Cast) -> None:
    choose(
        told,
        ("aov", "headline"),
        ("leads", "headline"),
        ("cpl", "Our ads"),
        ("bounce_rate", "Our ads"),
    )
    client.force_login(told.vera)
    pages = {
        view: client.get(f"{BODEGA}?{MARCH}&view={view}", headers={"Accept-Language": "en"})
        for view in ("executive", "manager", "analyst")
    }
    assert cards(pages["executive"]) == ["aov", "leads"]
    # nobody delivers engaged sessions: named as missing, not shown as a dash
    assert cards(pages["manager"]) == ["aov", "leads", "cpl"]
    assert "Our ads" in text_of(pages["manager"])
    words = text_of(pages["analyst"])
    words = words[words.index("All figures") :]
    # the choice first, then everything else that has data
    assert words.index("The most important Average order value") < words.index(
        "Our ads Cost per lead"
    )
    assert words.index("Our ads Cost per lead") < words.index("Click-through rate")
    for page in pages.values():
        assert "50,00 €" in text_of(page)  # 600.00 / 12


@pytest.mark.usefixtures("in_april")
def test_api_and_csv_take_the_choice_when_no_keys_are_named(client: Browser, told: Cast) -> None:
    choose(told, ("aov", ""), ("leads", ""))
    client.force_login(told.alicia)
    csv = client.get(f"{BODEGA}numbers.csv?{MARCH}&compare=none").content.decode("utf-8-sig")
    assert csv.startswith("from,to,aov (EUR),aov reason,aov state,leads,leads reason,leads state")
    reply = client.get(
        f"/api/v1/clients/bodega/kpis/values/?{MARCH}", headers={"Rumbo-Agency": "aurora"}
    )
    assert list(reply.json()["rows"][0]["values"]) == ["aov", "leads"]
    other = client.get(
        f"/api/v1/clients/cafe/kpis/values/?{MARCH}", headers={"Rumbo-Agency": "aurora"}
    )
    assert list(other.json()["rows"][0]["values"])[:3] == ["leads", "cpl", "new_customers"]


def test_only_who_may_choose_is_led_to_it(client: Browser, told: Cast) -> None:
    for who, is_led in ((told.marta, True), (told.ana, False), (told.vera, False)):
        client.force_login(who)
        assert (CHOICE in client.get(BODEGA).content.decode()) is is_led
