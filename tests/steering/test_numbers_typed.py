"""Every form in which a number is typed reads it as its reader writes it: 1.500 is fifteen hundred."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Cost, Lead, OwnValue, Product, Sale, SaleLine, SourceSync
from campaigns.own_services import MeasureWish, own_measure_define
from kpis.models import (
    Annotation,
    ExchangeRate,
    Experiment,
    Goal,
    GoalTemplate,
    Milestone,
    ParameterChange,
)
from steering.models import AlertRule
from tests.cast import Cast
from tests.kpis.test_experiment_pages import written as experiment
from tests.kpis.test_goals_pages import written as goal
from tests.kpis.test_rate_pages import typed as rate
from tests.steering.test_rule_pages import FALL

DAY = {"starts_on": "2026-03-09", "ends_on": "2026-03-09", "currency": "EUR"}


@pytest.fixture
def march(cast: Cast) -> Iterator[Cast]:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        yield cast


@dataclass(frozen=True)
class Case:
    """What is sent where, in which language, and what then stands in the database."""

    language: str
    route: str
    body: dict[str, str]
    stands: Callable[[], Any]
    expected: Any


def of(model: type[Any], *names: str) -> Callable[[], Any]:
    return lambda: model.objects.order_by("-pk").values_list(*names).first()


D = Decimal
CASES = {
    "a record": Case(
        "es", "cost_new", {**DAY, "layer": "fee", "amount": "150.000.000"}, of(Cost, "amount"), (D(150000000),)
    ),
    "a record in Portuguese": Case(
        "pt", "cost_new", {**DAY, "layer": "fee", "amount": "1 234,5 €"}, of(Cost, "amount"), (D("1234.5"),)
    ),
    "a record in English": Case(
        "en", "cost_new", {**DAY, "layer": "fee", "amount": "1,234.50"}, of(Cost, "amount"), (D("1234.5"),)
    ),
    "a product": Case("es", "product_new", {"name": "Malbec", "unit_cost": "1.200", "currency": "EUR"},
                      of(Product, "unit_cost"), (D(1200),)),
    "a sale": Case(
        "es", "sale_new",
        {"sold_date": "2026-03-09", "currency": "EUR", "lines": "1", "line-0-product": "Rioja",
         "line-0-units": "1.500", "line-0-unit_price": "0,125", "line-0-amount": "1.187,50"},
        of(SaleLine, "units", "amount"), (1500, D("1187.5")),
    ),
    "a lead": Case(
        "es", "lead_new", {"name": "Nora", "created_date": "2026-03-02", "channel": "email", "amount": "12.000"},
        of(Lead, "amount"), (D(12000),),
    ),
    "a goal": Case("es", "goal_new", goal(target="150.000.000"), of(Goal, "target"), (D(150000000),)),
    "a goal in Portuguese": Case(
        "pt", "goal_new",
        goal(kpi="ctr", kind="increase", accumulation="level", target="4,5 %", baseline="2,5 %"),
        of(Goal, "target"), (D("0.045"),),
    ),
    "a goal by hand": Case(
        "es", "goal_new",
        goal(target="6.000", shape="manual") | {"by_hand": ["1.000"] * 6},  # type: ignore[dict-item]
        of(Milestone, "value"), (D(1000),),
    ),
    "a rule": Case("es", "rule_new", {**FALL, "limit": "12,5 %", "least_volume": "1.500", "do": "save"},
                   of(AlertRule, "limit", "least_volume"), (D("0.125"), D(1500))),
    "a note": Case(
        "es", "note_new",
        {"starts_on": "2026-03-05", "text": "x", "visibility": "agency", "kpi": "leads", "direction": "up",
         "size": "1.500", "size_as": "absolute", "judged_on": "2026-04-30"},
        of(Annotation, "size"), (D(1500),),
    ),
    "a test of pages": Case(
        "es", "experiment_new", experiment(base="4,25", target="6,5 %", daily="12.000"),
        of(Experiment, "base_rate", "target_rate"), (D("0.0425"), D("0.065")),
    ),
    "parameters": Case("es", "parameters", {"since": "2026-03-10", "margin": "0,35", "note": "x"},
                       of(ParameterChange, "margin"), (D("0.35"),)),
}  # fmt: skip


def browser_of(cast: Cast, language: str) -> Browser:
    browser = Browser(headers={"accept-language": language})
    browser.force_login(cast.alicia)
    return browser


def standing(cast: Cast, stands: Callable[[], Any]) -> Any:
    with tenant_scope(cast.aurora.pk):
        return stands()


@pytest.mark.parametrize("name", CASES)
def test_a_form_takes_what_its_reader_types(march: Cast, name: str) -> None:
    case = CASES[name]
    answer = browser_of(march, case.language).post(
        reverse(case.route, args=["aurora", "bodega"]), case.body
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert standing(march, case.stands) == case.expected


def test_a_rate_a_template_a_step_of_a_lead_and_own_values(march: Cast) -> None:
    browser = browser_of(march, "es")
    browser.post(reverse("rates", args=["aurora"]), rate(rate="1,085"))
    assert standing(march, of(ExchangeRate, "rate")) == (D("1.085"),)
    template = {
        "name": "A",
        "kpi": "leads",
        "kind": "increase",
        "target": "12,5 %",
        "target_as": "relative",
        "period": "next_year",
    }
    answer = browser.post(reverse("goal_template_new", args=["aurora"]), template)
    assert answer.status_code == 302, answer.context["form"].errors
    assert standing(march, of(GoalTemplate, "target")) == (D("0.125"),)
    with tenant_scope(march.aurora.pk):
        lead = Lead.objects.create(
            agency=march.aurora, client=march.bodega, name="Nora", created_date=date(2026, 3, 2)
        )
        measure = own_measure_define(march.aurora, march.bodega, MeasureWish("Calls"))
    won = {"stage": "customer", "on": "2026-03-10", "amount": "1.200 €"}
    browser.post(reverse("lead_move", args=["aurora", "bodega", lead.pk]), won)
    assert standing(march, of(Sale, "amount")) == (D(1200),)
    grid = reverse("own_values", args=["aurora", "bodega", measure.key])
    browser.post(f"{grid}?month=2026-03", {"2026-03-01": "1.234"})
    assert standing(march, of(OwnValue, "value")) == (D(1234),)
    assert b'value="1.234"' in browser.get(f"{grid}?month=2026-03").content


def test_days_until_final_are_typed_too(march: Cast) -> None:
    with tenant_scope(march.aurora.pk):
        SourceSync.objects.create(
            agency=march.aurora, client=march.bodega, family="ads", source="meta_ads", is_live=True
        )
    browser = browser_of(march, "es")
    page = reverse("settling", args=["aurora", "bodega"])
    assert browser.post(page, {"ads:meta_ads": "14"}).status_code == 302
    assert b'value="14"' in browser.get(page).content


@pytest.mark.parametrize(("language", "text"), [("es", "1,500"), ("en", "1,500"), ("en", "1.500")])
def test_what_could_be_two_numbers_is_shown_again_with_both(
    march: Cast, language: str, text: str
) -> None:
    """The clients of Aurora are in Madrid: in English its figures read 12,50, and people type 12.50."""
    body = {**DAY, "layer": "fee", "amount": text}
    answer = browser_of(march, language).post(reverse("cost_new", args=["aurora", "bodega"]), body)
    assert answer.status_code == 422
    [told] = answer.context["form"].errors["amount"]
    assert "1500" in told and f"{text}0" in told.replace(".5000", text[1] + "5000")
    assert f'value="{text}"' in answer.content.decode()
    assert standing(march, Cost.objects.count) == 0


def test_a_mexican_types_as_the_pages_write(march: Cast) -> None:
    with tenant_scope(march.aurora.pk):
        Client.objects.update(time_zone="America/Mexico_City")
    body = {**DAY, "layer": "fee", "amount": "1,500"}
    browser_of(march, "es").post(reverse("cost_new", args=["aurora", "bodega"]), body)
    assert standing(march, of(Cost, "amount")) == (D(1500),)
