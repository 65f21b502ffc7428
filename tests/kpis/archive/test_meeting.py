"""What an archive defines meets what the agency has already: shared if it is the same, else renamed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import OwnMeasure, OwnValue
from campaigns.own_services import MeasureWish, own_measure_define
from kpis.book import book_of
from kpis.choices.services import template_change, template_create
from kpis.choosing import from_json
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.exports.archive_services import client_export, client_import
from kpis.models import CustomKpi, ExchangeRate, Goal, KpiSet, KpiTemplate
from kpis.question import Question
from kpis.services import answer
from steering.models import PlanVersion
from steering.plans.lines import Line
from tests.cast import Cast
from tests.kpis.archive.rich import NOW, QUARTER, with_everything

OWN = ("own_calls", "own_visits", "custom_calls_per_lead", "custom_visits_per_call")


@pytest.fixture
def packed(cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client = with_everything(cast)
        with tenant_scope(cast.aurora.pk):
            goal = Goal.objects.get(client=client, kpi="own_calls")
            lines = [Line("Talk", "own_calls", goal.pk), Line("Talk", "leads", 10**9)]
            PlanVersion.objects.create(
                agency=cast.aurora, client=client, number=1, lines=[line.kept() for line in lines]
            )  # fmt: skip
        client_export(client, path)
    return path


def own_numbers(client: Client, keys: tuple[str, ...] = OWN) -> list[tuple[Any, Any]]:
    with tenant_scope(client.agency_id):
        question = Question(keys, QUARTER, by="month")
        rows = answer(client, question, True).rows
        said = [(row.values[key].value, row.values[key].reason) for row in rows for key in keys]
    assert sum(value is not None for value, _reason in said) >= 9
    return said


def test_beside_its_original_it_shares_what_is_the_agencys(cast: Cast, packed: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        with pytest.raises(DomainError, match="has a client Bodega already") as refused:
            client_import(cast.aurora, packed)
        assert refused.value.code == "client_there"
        found = client_import(cast.aurora, packed, "Bodega again")
        there = found.client
        assert (there.name, there.slug) == ("Bodega again", "bodega-again")
        assert [str(met) for met in found.met] == [
            "own_calls is the agency's own: it is the same.",
            "custom_calls_per_lead is the agency's own: it is the same.",
            "Ours is the agency's own: it is the same.",
        ]
        assert own_numbers(there) == own_numbers(cast.bodega)
    with tenant_scope(cast.aurora.pk):
        measures = OwnMeasure.objects.filter(key="own_calls")
        assert [measure.client_id for measure in measures] == [None]
        values = OwnValue.objects.filter(measure=measures[0])
        assert {row.client_id for row in values} == {cast.bodega.pk, there.pk}
        assert OwnMeasure.objects.filter(key="own_visits").count() == 2, "that one is the client's"
        assert KpiTemplate.objects.count() == 1
        assert KpiSet.objects.get(client=there).template_version == 1


def test_another_of_the_same_key_is_called_otherwise_wherever_it_is_named(
    cast: Cast, packed: Path
) -> None:
    """Boreal counts calls as the latest of a month, and says "per lead" of something else."""
    with tenant_scope(cast.boreal.pk):
        own_measure_define(cast.boreal, None, MeasureWish("Calls", aggregation="last"))
        wish = KpiWish("Calls per lead", "own_calls / leads")
        custom_kpi_define(cast.boreal, None, wish)
        custom_kpi_define(cast.boreal, None, replace(wish, name="Visits per call"))
        template_create(cast.boreal, "Ours", from_json([["leads", ""]]), {"leads"})
    with time_machine.travel(NOW, tick=False):
        found = client_import(cast.boreal, packed)
        there = found.client
        assert {met.name: met.became for met in found.met} == {
            "own_calls": "own_calls_2",
            # the same words, but over a measure that is another one here
            "custom_calls_per_lead": "custom_calls_per_lead_2",
            "custom_visits_per_call": "custom_visits_per_call_2",
            "Ours": "Ours (Bodega)",
        }
        assert "own_calls is called own_calls_2 here" in str(found.met[0])
        renamed = ("own_calls_2", "own_visits", *(f"{key}_2" for key in OWN[2:]))
        assert own_numbers(there, renamed) == own_numbers(cast.bodega)
    with tenant_scope(cast.boreal.pk):
        formulas = CustomKpi.objects.filter(client=there).order_by("key")
        assert [row.formula for row in formulas] == [
            "own_calls_2 / leads",
            "own_visits / own_calls_2",
        ]
        assert Goal.objects.filter(client=there, kpi="own_calls_2").count() == 1
        assert not Goal.objects.filter(client=there, kpi="own_calls").exists()
        given = KpiSet.objects.select_related("template").get(client=there)
        shown = [entry.key for entry in from_json(given.entries)]
        assert shown[-3:] == ["custom_calls_per_lead_2", "custom_visits_per_call_2", "own_visits"]
        assert set(shown) <= set(book_of(there)), "each of them can be shown"
        assert given.template.name == "Ours (Bodega)"
        assert (given.application, given.before) == ("", None)
        goal = Goal.objects.get(client=there, kpi="own_calls_2")
        [plan] = PlanVersion.objects.filter(client=there)
        assert [(line["kpi"], line["goal"]) for line in plan.lines] == [
            ("own_calls_2", goal.pk), ("leads", None),
        ]  # fmt: skip


def test_a_template_that_went_on_can_be_given_again(cast: Cast, packed: Path) -> None:
    """The same list at the third version here, and the archive's client had the first of one."""
    with tenant_scope(cast.aurora.pk):
        [ours] = KpiTemplate.objects.all()
        entries = from_json(ours.entries)
        template_change(ours, "Ours", entries[:-1], set(book_of(cast.bodega)))
        template_change(ours, "Ours", entries, set(book_of(cast.bodega)))
    with time_machine.travel(NOW, tick=False):
        there = client_import(cast.aurora, packed, "Again").client
    with tenant_scope(cast.aurora.pk):
        assert KpiTemplate.objects.get().version == 3
        given = KpiSet.objects.get(client=there)
        assert (given.template_id, given.template_version) == (ours.pk, 3), "it has the latest list"


def test_the_agencys_own_exchange_rates_stand_and_that_is_told(cast: Cast, tmp_path: Path) -> None:
    """Of three days, one is the same in both, one another here, one new here."""
    rates = {cast.aurora: ("1.1", "1.2", "1.3"), cast.boreal: ("1.1", "9")}
    for agency, figures in rates.items():
        with tenant_scope(agency.pk):
            for number, figure in enumerate(figures):
                ExchangeRate.objects.create(
                    agency=agency, day=QUARTER.first + timedelta(days=number), rate=Decimal(figure),
                    from_currency="USD", to_currency="EUR", source="bank",
                )  # fmt: skip
    path = tmp_path / "bodega.zip"
    client_export(cast.bodega, path)
    assert client_import(cast.boreal, path).rates_differ == 1
    with tenant_scope(cast.boreal.pk):
        stand = ExchangeRate.objects.order_by("day").values_list("rate", flat=True)
        assert [str(rate.normalize()) for rate in stand] == ["1.1", "9", "1.3"]
