"""Formulas over days of their own, on totals of a snapshot written by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns import measures as m
from campaigns.models import Budget, SourceSync
from kpis.calculate import Scope, Value, value_of
from kpis.calendar import STANDARD, Period
from kpis.catalogue import KPIS
from kpis.catalogue.versions import History
from kpis.coverage import Coverage
from kpis.formula import Atom
from kpis.models import DailyTotal
from kpis.question import Question
from kpis.reading import Setting, read
from kpis.services import standing_of
from tests.cast import Cast

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
LEADS, OPEN = Atom(m.NEW_LEADS), Atom(m.OPEN_OPPS)


@pytest.fixture
def bodega(cast: Cast) -> Any:
    """Bodega on 15 April 2026, with live leads since ever and stocks through yesterday."""
    with (
        time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="crm", is_live=True
        )
        yield cast.bodega


def total(client: Client, day: date, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id, client=client, family="leads", day=day, **columns
    )


def values(client: Client, formula: Any, question: Question) -> list[Value]:
    """A KPI of this formula, read and computed as an answer does, bucket by bucket."""
    kpi = replace(KPIS["leads"], key="tried", formula=formula, unit="per")
    standing = standing_of(client)
    coverage = Coverage(
        question.period.first, question.period.last, date(2026, 4, 15), standing.spans
    )
    setting = Setting(
        client, (kpi,), History(), coverage, STANDARD, date(2026, 4, 14), standing.reported
    )
    found = read(setting, question, question.period)
    return [
        value_of(
            kpi,
            found.of(kpi, index, None),
            Scope(coverage.over(each.first, each.last), window=found.windows.get(index)),
        )
        for index, each in enumerate(found.cut.buckets)
    ]


def test_the_window_slides_with_the_bucket(bodega: Client) -> None:
    total(bodega, date(2026, 1, 1), leads=5)
    total(bodega, date(2026, 3, 30), leads=10)
    total(bodega, date(2026, 3, 31), leads=20)
    days = Period(date(2026, 3, 30), date(2026, 4, 1))
    found = values(bodega, LEADS / LEADS.over("last_90_days"), Question(("leads",), days, by="day"))
    # 30 March: from 31 December, 10 of 15. 31 March: from 1 January, 20 of 35. 1 April: 0 of 30.
    assert [each.value for each in found] == [
        Decimal(10) / 15,
        Decimal("0.5714285714285714285714285714"),
        Decimal(0),
    ]
    assert found[0].inputs == {"leads": Decimal(10), "leads:last_90_days": Decimal(15)}


def test_twelve_months_need_three_with_data(bodega: Client) -> None:
    total(bodega, date(2026, 2, 3), leads=4)
    total(bodega, date(2026, 3, 3), leads=6)
    formula = LEADS.over("last_12_months") / 2
    (none,) = values(bodega, formula, Question(("leads",), MARCH))
    assert (none.value, none.reason) == (None, "too_few_months")
    total(bodega, date(2026, 1, 31), leads=2)
    (some,) = values(bodega, formula, Question(("leads",), MARCH))
    assert some.value == Decimal(6)  # (2 + 4 + 6) / 2


def test_the_mean_of_month_ends(bodega: Client) -> None:
    for day, open_opps in (
        (date(2026, 2, 28), 10),
        (date(2026, 3, 31), 20),
        (date(2026, 4, 14), 6),
    ):
        total(bodega, day, open_opps=open_opps)
    total(bodega, date(2026, 3, 15), open_opps=99)
    asked = Period(date(2026, 2, 10), date(2026, 4, 30))
    (found,) = values(bodega, OPEN.over("month_ends") / 1, Question(("leads",), asked))
    assert found.value == Decimal(12)  # (10 + 20 + 6) / 3
    assert found.state == "partial"  # April has only begun


def test_a_window_before_the_data_is_partial_and_says_so(bodega: Client) -> None:
    SourceSync.objects.filter(client=bodega).update(complete_from=date(2026, 2, 1), is_live=False)
    SourceSync.objects.filter(client=bodega).update(complete_through=date(2026, 4, 14))
    total(bodega, date(2026, 3, 3), leads=6)
    (found,) = values(bodega, LEADS.over("last_90_days") / 1, Question(("leads",), MARCH))
    assert (found.value, found.state) == (Decimal(6), "partial")
    (gap,) = found.missing
    assert (gap.first, gap.last) == (date(2026, 1, 1), date(2026, 2, 1) - timedelta(days=1))


def test_only_some_of_the_days_count(bodega: Client) -> None:
    total(bodega, date(2026, 3, 9), leads=3)
    total(bodega, date(2026, 3, 10), leads=4)
    halves = LEADS.within(None, date(2026, 3, 9)) * 2 + LEADS.within(date(2026, 3, 10), None)
    (found,) = values(bodega, halves, Question(("leads",), MARCH))
    assert found.value == Decimal(10)  # 2 × 3 + 4
    assert found.inputs == {"leads@..2026-03-09": Decimal(3), "leads@2026-03-10..": Decimal(4)}


def budget(client: Client, first: date, last: date, amount: str) -> None:
    new_budget = Budget(
        agency_id=client.agency_id, client=client, source="t", external_id=f"{first}", tz="UTC",
        starts_on=first, ends_on=last, amount=Decimal(amount), currency="EUR", channel="",
    )  # fmt: skip
    new_budget.save()
    for day in Period(first, last):
        DailyTotal.objects.create(
            agency_id=client.agency_id, client=client, family="budget", day=day, currency="EUR",
            ad_budget=Decimal(amount) / Period(first, last).days,
        )  # fmt: skip


def test_a_budget_is_not_cut_to_the_range(bodega: Client) -> None:
    for family in ("ads", "budget"):
        SourceSync.objects.create(
            agency_id=bodega.agency_id, client=bodega, family=family, source="t", is_live=True
        )
    budget(bodega, date(2026, 3, 22), date(2026, 4, 20), "300")  # 30 days of 10
    for day in (date(2026, 3, 21), date(2026, 3, 25), date(2026, 4, 2)):
        DailyTotal.objects.create(
            agency_id=bodega.agency_id, client=bodega, family="ads", day=day, ad_spend=50,
            currency="EUR",
        )  # fmt: skip
    spent, planned = Atom(m.AD_SPEND).over("budget_to_date"), Atom(m.AD_BUDGET)
    early = Question(("leads",), Period(date(2026, 4, 1), date(2026, 4, 10)))
    # Since 22 March 100 are spent, whatever the range begins with, of 300 in all: a third.
    (used,) = values(bodega, spent / planned.over("budget_whole"), early)
    assert used.value == Decimal(100) / 300
    # By 10 April 20 days are over, 200 of the budget: the pace is a half.
    (pace,) = values(bodega, spent / planned.over("budget_to_date"), early)
    assert pace.value == Decimal("0.5")
    (none,) = values(
        bodega,
        spent / planned.over("budget_whole"),
        Question(("leads",), Period(date(2026, 2, 1), date(2026, 2, 3))),
    )
    assert (none.value, none.reason) == (None, "no_budget")
