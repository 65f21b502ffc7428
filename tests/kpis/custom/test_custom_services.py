"""Custom KPIs saved, changed, put away; and read like any other number."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Cost, DailyFact, SourceSync
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.custom import FormulaInvalid
from kpis.custom_kpis.services import (
    KpiWish,
    book_with_draft,
    custom_kpi_archive,
    custom_kpi_change,
    custom_kpi_define,
    custom_kpi_restore,
    kpi_draft,
)
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.models import CustomKpi
from kpis.question import Question
from kpis.rules import RULES
from kpis.services import answer
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def define(client: Client | None, cast: Cast, name: str, formula: str, **wish: Any) -> CustomKpi:
    return custom_kpi_define(cast.aurora, client, KpiWish(name, formula, **wish))


def value(client: Client, key: str, sees_costs: bool = True) -> Value:
    return answer(client, Question((key,), MARCH), sees_costs).only.values[key]


def a_month_of_facts(client: Client) -> None:
    """March: 400 sessions, 50 clicks for 100.00; 40.00 of tools and 60.00 of people."""
    own = {"agency_id": client.agency_id, "client": client, "source": "s", "tz": "UTC"}
    day = date(2026, 3, 1)
    DailyFact.objects.create(**own, family="web", external_id="1", day=day, sessions=400)
    DailyFact.objects.create(
        **own, family="ads", external_id="1", day=day, clicks=50, ad_spend=100, currency="EUR"
    )
    for layer, amount in (("tools", 40), ("people", 60)):
        Cost.objects.create(
            **own, external_id=layer, layer=layer, amount=amount, currency="EUR",
            starts_on=day, ends_on=day, is_shared=False,
        )  # fmt: skip
    for family in ("web", "ads", "costs"):
        complete_in_march(client, family)
    snapshot_refresh(client)


def complete_in_march(client: Client, family: str) -> None:
    SourceSync.objects.create(
        agency_id=client.agency_id, client=client, family=family, source="s",
        complete_from=MARCH.first, complete_through=MARCH.last,
    )  # fmt: skip


def test_a_custom_kpi_is_a_number_like_any_other(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
        made = define(cast.bodega, cast, "Clicks per visit", "clicks / sessions")
        assert (made.key, made.unit, made.version) == ("custom_clicks_per_visit", "percent", 1)
        found = value(cast.bodega, made.key)
        assert (found.value, found.inputs) == (
            Decimal("0.125"), {"clicks": Decimal(50), "sessions": Decimal(400)}  # 50 ÷ 400
        )  # fmt: skip
        assert made.key in book_of(cast.bodega) and made.key not in book_of(cast.cafe)


def test_own_measures_and_other_custom_kpis_are_parts_of_it(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
        calls = own_measure_define(cast.aurora, None, MeasureWish("Calls"))
        own_values_enter(
            cast.bodega, calls, [Entry(MARCH.first, Decimal(5)), Entry(MARCH.last, Decimal(5))]
        )
        cost = define(None, cast, "Cost per call", "ad_spend / own_calls")
        twice = define(cast.bodega, cast, "Twice", "custom_cost_per_call * 2")
        assert value(cast.bodega, cost.key).value == 10  # 100 ÷ 10
        assert value(cast.bodega, twice.key).value == 20
        assert value(cast.cafe, cost.key).reason == "no_source"


def test_a_viewer_sees_the_number_and_not_the_agencys_layers(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
        made = define(
            None, cast, "Full cost per click", "(ad_spend + tool_cost + people_cost) / clicks"
        )
        # (100 + 40 + 60) ÷ 50
        assert value(cast.bodega, made.key).value == 4
        shown = value(cast.bodega, made.key, sees_costs=False)
        assert (shown.value, set(shown.inputs)) == (Decimal(4), {"ad_spend", "clicks"})


def test_a_limited_member_reads_the_agencys_and_their_clients_and_no_others(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for client, name in ((None, "All"), (cast.bodega, "Mine"), (cast.cafe, "Theirs")):
            define(client, cast, name, "clicks / sessions")
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        assert set(book_of(cast.bodega)) - set(KPIS) == {"custom_all", "custom_mine"}
        assert set(CustomKpi.objects.values_list("key", flat=True)) == {"custom_all", "custom_mine"}
    with tenant_scope(cast.boreal.pk):
        assert set(book_of(cast.dulce)) == set(KPIS)
        assert not CustomKpi.objects.exists()


def test_what_is_wrong_is_refused_and_nothing_is_written(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for wish, code in (
            (KpiWish(" ", "clicks"), "no_name"),
            (KpiWish("A", "clicks", unit="money"), "unit_does_not_fit"),
            (KpiWish("A", "clicks", goal_kind="cap", goal_accumulation="level"), "goal_impossible"),
            (KpiWish("A", "clicks", key="clicks"), "bad_key"),
            (KpiWish("A", "clicks", key="custom_" + "x" * 40), "bad_key"),
        ):
            with pytest.raises(DomainError) as refused:
                custom_kpi_define(cast.aurora, cast.bodega, wish)
            assert refused.value.code == code
        with pytest.raises(FormulaInvalid, match="called"):
            define(cast.bodega, cast, "A", "clixx")
        assert not CustomKpi.objects.exists()


def test_a_formula_of_the_agency_cannot_use_what_one_client_defined(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own_measure_define(cast.aurora, cast.bodega, MeasureWish("Calls"))
        with pytest.raises(FormulaInvalid):
            define(None, cast, "A", "own_calls / clicks")
        with pytest.raises(FormulaInvalid):
            define(cast.cafe, cast, "A", "own_calls / clicks")
        assert define(cast.bodega, cast, "A", "own_calls / clicks").key == "custom_a"


def test_keys_are_made_unique_and_clients_do_not_meet(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        keys = [
            define(client, cast, "Números de más", "clicks").key
            for client in (cast.bodega, cast.bodega, cast.cafe, None)
        ]
    # Each client has the first; the agency's may not hide either of them.
    assert keys == [
        "custom_numeros_de_mas", "custom_numeros_de_mas_2", "custom_numeros_de_mas",
        "custom_numeros_de_mas_3",
    ]  # fmt: skip


def test_a_changed_formula_is_a_new_version_at_once(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
        made = define(cast.bodega, cast, "A", "clicks / sessions")
        assert value(cast.bodega, made.key).value == Decimal("0.125")
        custom_kpi_change(cast.aurora, made, KpiWish("A", "sessions / clicks", unit="ratio"))
        assert (value(cast.bodega, made.key).value, made.version) == (Decimal(8), 2)
        custom_kpi_change(cast.aurora, made, KpiWish("B", "sessions / clicks", unit="ratio"))
        assert (made.name, made.version) == ("B", 2)  # new words are no new version


def test_a_change_that_breaks_another_or_makes_a_circle_is_refused(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        first = define(None, cast, "First", "clicks")
        define(cast.cafe, cast, "Second", "custom_first + sessions")
        with pytest.raises(DomainError) as refused:
            custom_kpi_change(cast.aurora, first, KpiWish("First", "clicks / sessions"))
        assert refused.value.code == "breaks_another"
        assert "“Second”" in str(refused.value)
        second = define(None, cast, "Third", "custom_first * 2")
        with pytest.raises(FormulaInvalid, match="custom_first → custom_third → custom_first"):
            custom_kpi_change(cast.aurora, first, KpiWish("First", f"{second.key} + clicks"))


def test_archived_it_is_gone_from_the_book_and_comes_back(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
        made = define(cast.bodega, cast, "A", "clicks / sessions")
        user = define(cast.bodega, cast, "B", "custom_a * 2", unit="ratio")
        custom_kpi_archive(made)
        assert made.key not in book_of(cast.bodega)
        assert value(cast.bodega, user.key).value == Decimal("0.25")  # what uses it goes on
        custom_kpi_restore(made)
        assert made.key in book_of(cast.bodega)


def test_an_unsaved_kpi_is_answered_by_the_same_path(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        a_month_of_facts(cast.bodega)
        draft = kpi_draft(cast.aurora, cast.bodega, KpiWish("A", "sessions / clicks"))
        book = book_with_draft(cast.bodega, draft)
        found = answer(cast.bodega, Question((draft.key,), MARCH), True, book=book)
        assert found.only.values[draft.key].value == 8
        assert draft.key not in book_of(cast.bodega)


def test_goals_are_set_on_it(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = define(cast.bodega, cast, "A", "clicks + sessions")
        period = Period(date(2026, 1, 1), date(2026, 6, 30))
        goal = goal_set(
            cast.bodega, GoalWish(made.key, period, "increase", "cumulative", Decimal(900))
        )
        assert (goal.kpi, goal.target) == (made.key, 900)


def test_made_kpis_keep_the_rules_of_the_catalogue(cast: Cast) -> None:
    """Measures of the closed list only, so the rule about own ones does not apply here."""
    formulas = (
        "clicks / sessions", "cpl * 2", "revenue - ad_spend", "leads + clicks", "revenue / customers",
        "won_cycle_days / opps_won", "lead_cohort_to_mql / lead_cohort", "open_pipeline_amount / 2",
    )  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        made = [
            kpi_draft(
                cast.aurora, None, KpiWish(f"A {formula}", formula, "It says this and that and more."),
                f"custom_{number}",
            )
            for number, formula in enumerate(formulas)
        ]  # fmt: skip
    skipped = {"neighbours_exist", "presets_keep_to_their_parent"}
    problems = [p for rule in RULES if rule.__name__ not in skipped for p in rule(made)]
    assert problems == []
