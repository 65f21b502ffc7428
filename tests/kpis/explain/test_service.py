"""Why a KPI moved, asked of a client's own numbers: figures by hand, and every KPI on varied facts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.book import book_of
from kpis.calendar import Period
from kpis.compare import PREVIOUS
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.explaining import OBSTACLES, Explanation, explanation
from kpis.question import Question
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.kpis.explain.world import sources, tell, total
from tests.kpis.varied_facts import write_facts

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    """Noon of 15 April 2026: February and March are complete and settled."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        tell(cast.bodega)
        yield cast.bodega


def why(client: Client, key: str, by: str, sees_costs: bool = True, **filters: Any) -> Explanation:
    question = Question((key,), MARCH, filters=filters, compare=PREVIOUS)
    return explanation(client, question, by, sees_costs)


def effects(found: Explanation) -> dict[str, float]:
    return {
        str(row.lever.name if row.lever else row.expression or row.key or row.kind): round(
            float(row.effect or 0), 6
        )
        for row in found.rows
    }


def test_cost_per_lead_by_click_and_lead(bodega: Client) -> None:
    found = why(bodega, "cpl", "factors")
    assert (found.before, found.after, found.change) == (10, Fraction("16.25"), Fraction("6.25"))
    assert (found.kind, found.method, found.obstacle) == ("factors", "lmdi", "")
    # No source of visits: the tree with two factors. KPIS D.2.
    assert found.tree is not None and found.tree.code == "clicks"
    assert effects(found) == {"Cost per click": 3.377446, "Leads per click": 2.872554}
    price, converted = found.rows
    assert (price.before, price.after) == (Fraction("0.50"), Fraction("0.65"))
    assert (converted.before, converted.after) == (Fraction("0.05"), Fraction("0.04"))


def test_with_visits_the_tree_has_three_factors(bodega: Client) -> None:
    sources(bodega, "web")
    paid = {"channel": "paid_search"}
    total(bodega, "web", date(2026, 2, 10), sessions=900, **paid)
    total(bodega, "web", date(2026, 3, 10), sessions=800, **paid)
    found = why(bodega, "cpl", "factors")
    assert effects(found) == {
        "Cost per click": 3.377446,
        "Visits per click": 1.516235,
        "Leads per visit": 1.356318,
    }
    assert effects(why(bodega, "cpl", "factors-clicks")) == {
        "Cost per click": 3.377446,
        "Leads per click": 2.872554,
    }


def test_spend_without_leads_stands_apart(bodega: Client) -> None:
    # Paid social: 100.00 for 10 leads; then 60.00 for none.
    social = {"channel": "paid_social"}
    total(bodega, "ads", date(2026, 2, 11), ad_spend=100, **social)
    total(bodega, "leads", date(2026, 2, 11), leads=10, **social)
    total(bodega, "ads", date(2026, 3, 11), ad_spend=60, **social)
    found = why(bodega, "cpl", "channel")
    # 600/60 = 10.00 → 710/40 = 17.75; z = 60/40
    assert (found.before, found.after) == (10, Fraction("17.75"))
    rows = {row.kind + row.key: row for row in found.rows}
    alone = rows["alone"]
    assert (alone.before, alone.after, alone.effect) == (0, Fraction("1.5"), Fraction("1.5"))
    assert alone.members == ("Paid Social",)
    search = rows["segmentpaid_search"]
    # Share 5/6 → 1; R mean without z = (10 + 16.25) / 2 = its own mean: the mix is nothing.
    assert (search.share_before, search.share_after) == (Fraction(5, 6), 1)
    assert search.mix == 0
    assert search.rate == Fraction(11, 12) * Fraction("6.25")
    assert sum(row.effect or 0 for row in found.rows) == found.change
    assert found.rows[0].key == "paid_search"


def test_revenue_from_sales_to_refunds(bodega: Client) -> None:
    found = why(bodega, "revenue", "factors")
    assert found.tree is not None and found.tree.code == "sales"
    assert [(row.before, row.after) for row in found.rows] == [
        (10, 12),
        (100, 125),
        (1, Fraction(1200, 1500)),
    ]
    assert abs(sum(row.effect or 0 for row in found.rows) - 200) < Fraction(1, 10**40)


def test_what_is_added_up_is_explained_by_contributions(bodega: Client) -> None:
    total(bodega, "leads", date(2026, 3, 12), leads=7, channel="email")
    found = why(bodega, "leads", "channel")
    assert (found.kind, found.method) == ("sum", "contribution")
    assert effects(found) == {"paid_search": -10, "email": 7}
    assert found.change == -3


def test_the_return_on_spend_looks_at_paid_clicks(bodega: Client) -> None:
    total(bodega, "ads", date(2026, 3, 12), clicks=500, channel="organic_social")
    found = why(bodega, "roas", "factors")
    # 1,000/500 = 2 → 1,200/650; orders per click 10/1,000 → 12/1,000: the other 500 are not paid.
    assert (found.before, found.after) == (2, Fraction(1200, 650))
    assert [(row.before, row.after) for row in found.rows] == [
        (100, 100),
        (Fraction(1, 100), Fraction(12, 1000)),
        (Fraction("0.5"), Fraction("0.65")),
    ]
    narrowed = why(bodega, "roas", "factors", channel=("paid_search", "email"))
    assert [row.after for row in narrowed.rows] == [row.after for row in found.rows]


def test_a_formula_without_a_tree_is_its_own_factors(bodega: Client) -> None:
    found = why(bodega, "ctr", "factors")
    assert [str(row.expression) for row in found.rows] == ["clicks", "impressions"]
    assert found.change == 0
    assert [row.effect for row in found.rows] == [0, 0]


def test_a_thousand_is_no_factor(bodega: Client) -> None:
    found = why(bodega, "cpm", "factors")
    assert [str(row.expression) for row in found.rows] == ["ad_spend", "impressions"]
    # 500/20,000 × 1,000 = 25.00 → 32.50, all of it spend
    assert [round(row.effect or Fraction(0), 30) for row in found.rows] == [Fraction("7.5"), 0]


def test_a_return_is_taken_apart_into_profit_and_cost(bodega: Client) -> None:
    # Profit on revenue: 1,000/1,000 − 1 = 0 → 1,200/650 − 1; its factors are those of the ratio.
    found = why(bodega, "roi", "factors")
    assert (found.before, found.change) == (0, Fraction(550, 650))
    profit, cost = found.rows
    assert [(row.before, row.after) for row in (profit, cost)] == [(1000, 1200), (1000, 650)]
    assert (profit.effect or 0) > 0 and (cost.effect or 0) > 0
    assert abs((profit.effect or 0) + (cost.effect or 0) - found.change) < Fraction(1, 10**30)


def test_parts_of_the_agencys_cost_are_not_named_to_a_viewer(bodega: Client) -> None:
    total(bodega, "sales", date(2026, 3, 12), new_customers=10, channel="email")
    found = why(bodega, "mer", "factors", sees_costs=False)
    revenue, cost = found.rows
    assert (revenue.before, revenue.after) == (1000, 1200)
    # 500.00 of ads and 500.00 of fees, named to the agency only
    assert (cost.before, cost.after) == (None, None)
    agency = why(bodega, "mer", "factors")
    assert (agency.rows[1].before, agency.rows[1].after) == (1000, 650)
    assert [row.effect for row in agency.rows] == [row.effect for row in found.rows]


def test_people_are_only_counted_apart(bodega: Client) -> None:
    write_facts(bodega, 7, date(2026, 2, 1), date(2026, 3, 31), leads=60)
    snapshot_refresh(bodega)
    found = why(bodega, "revenue_per_customer", "channel")
    assert (found.kind, found.obstacle) == ("apart", "distinct")
    assert found.rows
    assert all(row.effect is None for row in found.rows)
    assert why(bodega, "revenue_per_customer", "factors").kind == "factors"


@pytest.mark.parametrize(
    ("key", "by", "obstacle"),
    [
        ("clicks", "factors", "no_factors"),
        ("cpl", "factors-nonsense", "not_applicable"),
        ("cpl", "landing_page", "not_applicable"),
        ("mer", "channel", "not_applicable"),
        ("sessions", "channel", "no_source"),
        ("cac", "channel", "zero_denominator"),
    ],
)
def test_where_there_is_no_explanation_it_says_why(
    bodega: Client, key: str, by: str, obstacle: str
) -> None:
    found = why(bodega, key, by)
    assert (found.kind, found.obstacle, found.rows) == ("none", obstacle, ())
    assert str(found.reason)


def test_part_is_not_compared_with_whole(bodega: Client) -> None:
    SourceSync.objects.filter(client=bodega, family="ads").update(
        is_live=False, complete_from=date(2026, 1, 1), complete_through=date(2026, 3, 20)
    )
    found = why(bodega, "cpl", "channel")
    assert (found.kind, found.obstacle) == ("none", "partial")


def test_unasked_it_takes_factors_and_else_channels(bodega: Client) -> None:
    assert why(bodega, "cpl", "").by == "factors"
    found = why(bodega, "clicks", "")
    assert (found.by, found.kind) == ("channel", "sum")


@pytest.mark.parametrize("seed", [1, 2])
def test_every_kpi_is_explained_to_the_last_digit(cast: Cast, seed: int) -> None:
    """Every KPI of the book by factor and by each of its dimensions, on facts of all kinds."""
    explained = set()
    with tenant_scope(cast.aurora.pk):
        client = cast.bodega
        write_facts(client, seed, date(2025, 6, 1), date(2026, 1, 31))
        snapshot_refresh(client)
        asked = Question((), Period(date(2025, 11, 1), date(2025, 12, 31)), compare=PREVIOUS)
        for key, kpi in book_of(client).items():
            question = Question((key,), asked.period, compare=PREVIOUS)
            for by in ("factors", *kpi.dimensions()):
                found = explanation(client, question, by, True)
                where = f"{key} by {by}: {found.obstacle}"
                if found.obstacle:
                    assert str(found.reason), where
                    assert all(row.effect is None for row in found.rows), where
                    continue
                assert found.change is not None
                left = sum((row.effect or Fraction(0) for row in found.rows), -found.change)
                largest = max(abs(found.before or 0), abs(found.after or 0))
                exact = found.method != "lmdi"
                assert abs(left) <= (0 if exact else largest * Fraction(1, 10**20)), where
                explained.add(found.method)
    assert explained == {"mix_rate", "contribution", "lmdi", "shapley"} or explained == {
        "mix_rate",
        "contribution",
        "lmdi",
    }


def test_a_kpi_that_a_client_wrote_is_explained_as_well(bodega: Client, cast: Cast) -> None:
    wish = KpiWish("Leads per hundred clicks", "100 * leads / clicks")
    key = custom_kpi_define(cast.aurora, bodega, wish).key
    found = why(bodega, key, "factors")
    # 100 × 50/1,000 = 5 → 100 × 40/1,000 = 4: the clicks stayed, the hundred is no factor
    assert (found.before, found.after) == (5, 4)
    assert [str(row.expression) for row in found.rows] == ["leads", "clicks"]
    assert [round(row.effect or Fraction(0), 30) for row in found.rows] == [-1, 0]
    (segment,) = why(bodega, key, "channel").rows
    assert (segment.key, segment.mix, segment.rate) == ("paid_search", 0, -1)


def test_every_obstacle_is_a_sentence() -> None:
    assert all(str(words).endswith(".") for words in OBSTACLES.values())
