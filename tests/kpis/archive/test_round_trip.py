"""A client goes into one file and comes out elsewhere: the same numbers, reasons and dashboard."""

from pathlib import Path
from typing import Any

import time_machine
from django.db import connection
from django.db.models import Model

from accounts.models import Agency, Client, Role, User
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Lead, OwnValue
from kpis.book import book_of
from kpis.exports.archive_services import archive_check, client_export, client_import
from kpis.models import Goal, GoalStanding, KpiSet, KpiTemplate, Milestone
from kpis.question import Question
from kpis.services import answer
from tests.cast import Cast, make_cast_committed, member
from tests.databases import clone, pointed_at
from tests.kpis.archive.page import Said, page_said
from tests.kpis.archive.rich import NOW, QUARTER, with_everything, with_facts

VIEWS = ("executive", "manager", "analyst")


def answers(client: Client) -> list[Any]:
    with tenant_transaction(client.agency_id):
        keys = tuple(book_of(client))
        asked = (
            Question(keys, QUARTER, by="month"),
            Question(keys, QUARTER, split="channel"),
        )
        return [
            [(row.bucket, row.split, dict(row.values)) for row in answer(client, each, True).rows]
            for each in asked
        ]


def dashboards(client: Client, person: User) -> dict[str, Said]:
    """Every view of the quarter with its figures all counted, and the page of goals."""
    base = f"/a/{client.agency.slug}/c/{client.slug}/"
    asked = {"from": str(QUARTER.first), "to": str(QUARTER.last), "whole": "1"}
    found = {view: page_said(person, base, view=view, **asked) for view in VIEWS}
    return found | {"goals": page_said(person, f"{base}goals/")}


def counted(client: Client) -> dict[str, int]:
    models: tuple[type[Model], ...] = (Lead, Goal, Milestone, OwnValue)
    with tenant_transaction(client.agency_id):
        return {
            each.__name__: each._default_manager.filter(client=client).count() for each in models
        }


def stands(client: Client) -> list[tuple[Any, ...]]:
    """Each goal with its status. A quarter that is long over was decided where it comes from."""
    with tenant_transaction(client.agency_id):
        rows = GoalStanding.objects.filter(client=client).order_by("goal__kpi", "status", "pk")
        return list(rows.values_list("goal__kpi", "status"))


def test_a_fresh_installation_answers_and_shows_the_same(
    committed_cast: Cast, template_database: str, tmp_path: Path
) -> None:
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client = with_everything(committed_cast)
        manifest = client_export(client, path)
        before, rows, stood = answers(client), counted(client), stands(client)
        pages = dashboards(client, committed_cast.alicia)
        assert rows["Lead"] == 60 and rows["Goal"] == 6 and all(rows.values())
        connection.close()
        with clone(template_database) as name, pointed_at(name):
            cast = make_cast_committed()
            found = client_import(cast.boreal, path)
            there = found.client
            assert found.met == [], "nothing was there before"
            judged = stands(there)
            assert [kpi for kpi, _status in judged] == [kpi for kpi, _status in stood]
            assert {status for _kpi, status in judged} == {"achieved", "missed"}, "before any night"
            assert (there.agency_id, there.name, there.currency) == (
                cast.boreal.pk,
                "Bodega",
                "EUR",
            )
            assert counted(there) == rows
            assert answers(there) == before
            with tenant_transaction(
                cast.boreal.pk
            ):  # people stay where they are: others are invited
                member(cast.boreal, cast.vera, Role.VIEWER, [there])
            shown = dashboards(there, cast.malena)
            for view, page in pages.items():
                words = ["Boreal" if word == "Aurora" else word for word in page.words]
                assert shown[view].words == words, view
                assert shown[view].drawn == page.drawn, view
            assert len(pages["executive"].words) > 150 and len(pages["analyst"].words) > 500
            assert all(pages[view].drawn for view in VIEWS)
            with tenant_transaction(cast.boreal.pk):
                given = KpiSet.objects.select_related("template").get(client=there)
                assert (given.template.name, given.template_version) == ("Ours", 1)
                assert KpiTemplate.objects.get().agency_id == cast.boreal.pk
            with tenant_transaction(cast.aurora.pk):
                assert Lead.objects.count() == 0, "it is in the agency that was named, in no other"
            again = tmp_path / "again.zip"
            assert client_export(there, again)["totals"] == manifest["totals"]
            connection.close()


def test_the_check_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client_export(with_facts(cast), path)
        before = Agency.objects.count
        with tenant_scope(cast.aurora.pk):
            leads = Lead.objects.count()
        found = archive_check(path)
    assert found.client == "Bodega" and found.rows["campaigns_lead"] == 60 and found.totals > 50
    with tenant_scope(cast.aurora.pk):
        assert (Lead.objects.count(), before()) == (leads, 1)
