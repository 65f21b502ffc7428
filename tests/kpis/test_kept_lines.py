"""The portfolio's lines are kept exactly as long as what they are made of stands."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope, writing_because
from campaigns.models import Budget, Campaign, DailyFact, OwnMeasure, OwnValue, SourceSync
from kpis.calendar import Period
from kpis.catalogue import KPIS, Parameters
from kpis.catalogue.versions import History
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.line_queries import OF_AGENCY, OF_CLIENT, OF_EITHER, OTHER, line_versions
from kpis.models import (
    CustomKpi,
    DailyTotal,
    DirtyDay,
    Goal,
    GoalStanding,
    Milestone,
    ParameterChange,
    SnapshotState,
)
from kpis.night import night_run
from kpis.pages.line import SHOWN, Content, content_of, is_by_day
from kpis.pages.line_drawn import drawn
from kpis.pages.line_text import drawn_from_json, drawn_to_json
from kpis.pages.picker import choice_from
from kpis.pages.portfolio import portfolio_of
from kpis.rates.services import RateRow, rates_put
from kpis.services import calendar_of, last_complete_of
from kpis.snapshots import snapshot_refresh
from tests.browser.world import tell_bodega
from tests.cast import Cast

PAGE = "/a/aurora/?period=last_30_days"
APRIL_10 = date(2026, 4, 10)


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Bodega with sixty days of numbers, goals (one about a campaign), and things of its own."""
    tell_bodega(cast)
    with tenant_scope(cast.aurora.pk):
        bodega, own = cast.bodega, {"agency": cast.aurora, "client": cast.bodega}
        span = Period(date(2026, 3, 1), date(2026, 6, 30))
        brand = Campaign.objects.get(name="Brand")
        goal_set(
            bodega,
            GoalWish("leads", span, "increase", "cumulative", target=Decimal(90_000),
                     campaign=brand),
        )  # fmt: skip
        calls = OwnMeasure.objects.create(**own, key="own_calls", name="Calls")
        OwnValue.objects.create(**own, measure=calls, day=APRIL_10, value=5, source="form")
        ParameterChange.objects.create(**own, since=date(2026, 3, 20), cohort_days=45)
        CustomKpi.objects.create(
            **own, key="custom_twice", name="Twice", formula="leads * 2", unit="count",
            goal_kind="increase", goal_accumulation="cumulative",
        )  # fmt: skip
        Goal.objects.create(
            **own, kpi="custom_twice", starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 30),
            kind="increase", accumulation="cumulative", target=50_000,
        )  # fmt: skip
        snapshot_state = {"refreshed_at": datetime(2026, 4, 15, 3, tzinfo=UTC)}
        SnapshotState.objects.filter(client=bodega).update(**snapshot_state)
    return cast


def content(client: Client, params: dict[str, str] | None = None) -> Content:
    choice = choice_from(
        {"period": "last_30_days", **(params or {})}, last_complete_of(client), calendar_of(client)
    )
    return content_of(client, choice, "es_ES")


def shown(browser: Browser, page: str = PAGE) -> str:
    """The page without what differs from one request to the next."""
    reply = browser.get(page)
    assert reply.status_code == 200
    found: Any = reply.context["portfolio"]
    return repr(
        [(line.client.pk, line.client.name, line.drawn) for line in found.lines] + [found.totals]
    )


# --- every change that can change a line makes another version ---


def snapshot_moves(cast: Cast) -> None:
    """As a refresh does: the day's rows again, and the state dated."""
    DailyTotal.objects.filter(client=cast.bodega, leads__isnull=False).update(leads=50)
    state = SnapshotState.objects.filter(client=cast.bodega)
    state.update(refreshed_at=datetime(2026, 4, 15, 11, tzinfo=UTC))


def a_fact_is_refreshed(cast: Cast) -> None:
    own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
    with writing_because("test", 0):
        DailyFact.objects.create(
            **own, source="ads-source", family="ads", day=APRIL_10, currency="EUR", ad_spend=500,
            tz="Europe/Madrid",
        )  # fmt: skip
    snapshot_refresh(cast.bodega)


def rate_arrives(cast: Cast) -> None:
    rates_put(cast.aurora, [RateRow(APRIL_10, "USD", "EUR", Decimal("0.9"))], "test")


def update(model: Any, **columns: Any) -> Callable[[Cast], None]:
    def change(cast: Cast) -> None:
        assert model.objects.filter(client=cast.bodega).update(**columns)

    return change


def add(model: Any, **columns: Any) -> Callable[[Cast], None]:
    def change(cast: Cast) -> None:
        model.objects.create(agency=cast.aurora, client=cast.bodega, **columns)

    return change


CHANGES: dict[str, Callable[[Cast], None]] = {
    "a refresh": snapshot_moves,
    "a fact and its refresh": a_fact_is_refreshed,
    "a mark that waits": add(DirtyDay, day=APRIL_10, reason="test"),
    "stocks reach further": update(SnapshotState, stock_through=date(2026, 4, 12)),
    "a source falls behind": update(SourceSync, is_live=False, complete_through=date(2026, 4, 1)),
    "a source is new": add(SourceSync, family="mail", source="mail", is_live=False),
    "a source is removed": lambda cast: SourceSync.objects.filter(family="web").delete() and None,
    "a goal's target": update(Goal, target=7),
    "a goal is archived": update(Goal, archived_at=datetime(2026, 4, 15, tzinfo=UTC)),
    "a goal's status is kept": update(GoalStanding, status="off_track"),
    "a milestone": update(Milestone, value=1),
    "the campaign of a goal is renamed": update(Campaign, name="Another name"),
    "parameters change": update(ParameterChange, cost_basis="full"),
    "parameters from a day on": add(ParameterChange, since=date(2026, 4, 1), cost_basis="full"),
    "a formula": update(CustomKpi, formula="leads * 3"),
    "a formula is archived": update(CustomKpi, archived_at=datetime(2026, 4, 15, tzinfo=UTC)),
    "a formula of the agency": lambda cast: CustomKpi.objects.create(
        agency=cast.aurora, key="custom_thrice", name="Thrice", formula="leads * 3", unit="count",
        goal_kind="increase", goal_accumulation="cumulative",
    ) and None,
    "an own measure of the agency": lambda cast: OwnMeasure.objects.create(
        agency=cast.aurora, key="own_visits", name="Visits to the shop"
    ) and None,
    "an own measure's name": update(OwnMeasure, name="Telephone"),
    "an own value": update(OwnValue, day=date(2026, 4, 2)),
    "a rate": rate_arrives,
    "a budget": lambda cast: Budget.objects.create(
        agency=cast.aurora, client=cast.bodega, source="form", external_id="b", amount=10,
        currency="EUR", starts_on=APRIL_10, ends_on=APRIL_10,
    ) and None,
    "the client's currency": lambda cast: Client.objects.filter(pk=cast.bodega.pk).update(
        currency="USD"
    ) and None,
    "the client's margin": lambda cast: Client.objects.filter(pk=cast.bodega.pk).update(
        profit_basis="margin", margin=Decimal("0.4")
    ) and None,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_makes_the_line_anew(
    client: Browser, told: Cast, change: Callable[[Cast], None]
) -> None:
    """A page with lines kept from before the change says what one without any says."""
    client.force_login(told.alicia)
    shown(client)
    with tenant_scope(told.aurora.pk):
        before = line_versions(told.aurora.pk, [told.bodega])
        change(told)
        assert line_versions(told.aurora.pk, [told.bodega]) != before
    kept = shown(client)
    cache.clear()
    assert kept == shown(client)


def test_a_change_of_one_client_leaves_the_lines_of_others(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        before = line_versions(told.aurora.pk, [told.bodega, told.cafe])
        Goal.objects.filter(client=told.bodega).update(target=7)
        after = line_versions(told.aurora.pk, [told.bodega, told.cafe])
    assert (before[told.cafe.pk], before[told.bodega.pk]) == (
        after[told.cafe.pk], before[told.bodega.pk],
    )  # fmt: skip
    assert after[told.bodega.pk] != before[told.bodega.pk]


def test_a_night_that_mends_without_a_mark_is_seen(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        a_fact_is_refreshed(told)
        night_run(told.aurora.pk, told.bodega.pk, date(2026, 4, 15))
        DailyTotal.objects.filter(client=told.bodega, ad_spend=500).update(ad_spend=900)
        before = (
            line_versions(told.aurora.pk, [told.bodega]), SnapshotState.objects.get(
            client=told.bodega).refreshed_at,
        )  # fmt: skip
        with time_machine.travel(datetime(2026, 4, 16, 2, tzinfo=UTC), tick=False):
            SnapshotState.objects.filter(client=told.bodega).update(stock_through=date(2026, 4, 15))
            moved = SnapshotState.objects.get(client=told.bodega).refreshed_at
            night_run(told.aurora.pk, told.bodega.pk, date(2026, 4, 16))
        assert DailyTotal.objects.filter(client=told.bodega, ad_spend=900).count() == 0
        assert SnapshotState.objects.get(client=told.bodega).refreshed_at not in (before[1], moved)


def test_a_client_read_before_a_change_is_not_kept_under_its_version(told: Cast) -> None:
    """As when a setting is saved between a request's first statement and its look at the versions."""
    params = {"period": "last_30_days"}

    def totals(client: Client) -> Any:
        found = portfolio_of([client], params, "es_ES", "EUR", True)
        return found.lines[0].drawn

    with tenant_scope(told.aurora.pk):
        early = Client.objects.get(pk=told.bodega.pk)
        Client.objects.filter(pk=told.bodega.pk).update(currency="USD")
        kept = totals(early)
        cache.clear()
        assert kept == totals(Client.objects.get(pk=told.bodega.pk))
        assert "US$" in repr(kept)


def test_another_day_is_another_line(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    shown(client)
    with time_machine.travel(datetime(2026, 4, 16, 12, tzinfo=UTC), tick=False):
        kept = shown(client)
        cache.clear()
        assert kept == shown(client)


# --- nothing that a line reads is left out of the version ---

#: What the snapshot's own state, or the log of marks, tells of.
TOLD_OF = {"kpis_dailytotal", "kpis_dailysnapshot", "campaigns_budget"}


def test_whatever_a_line_reads_is_in_its_version(told: Cast) -> None:
    """A goal on every KPI that may be kept, then every table that any statement names."""
    with tenant_scope(told.aurora.pk):
        bodega = told.bodega
        DailyTotal.objects.filter(client=bodega, ad_spend__isnull=False).update(currency="USD")
        rate_arrives(told)
        Budget.objects.create(
            agency=told.aurora, client=bodega, source="form", external_id="b", amount=10,
            currency="EUR", starts_on=date(2026, 4, 1), ends_on=date(2026, 5, 10),
        )  # fmt: skip
        history = History()
        wanted = [kpi for kpi in KPIS.values() if kpi.goal and is_by_day([kpi], history)]
        Goal.objects.bulk_create(
            Goal(
                agency=told.aurora, client=bodega, kpi=key, starts_on=date(2026, 4, 1),
                ends_on=date(2026, 6, 30), kind="increase", accumulation="period", target=9,
                channel=channel, currency="EUR",
            )
            for key in (*(kpi.key for kpi in wanted), "own_calls")
            for channel in ("", "paid_search")
        )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            found = content(bodega)
    assert len(wanted) > 50 and found.is_lasting
    said = " ".join(each["sql"] for each in captured)
    tables = set(re.findall(r"\b((?:accounts|campaigns|kpis|inbox)_[a-z]+)\b", said))
    assert {"kpis_exchangerate", "campaigns_budget", "campaigns_ownvalue", "kpis_goal"} <= tables
    assert tables - TOLD_OF <= {*OF_CLIENT, *OF_EITHER, *OF_AGENCY, *OTHER}


def test_what_is_recounted_from_facts_is_not_kept(client: Browser, told: Cast) -> None:
    """Their columns need not mark a day, so nothing would tell of a change."""
    counted = [kpi for kpi in KPIS.values() if not is_by_day([kpi], History())]
    assert "active_customers" in [kpi.key for kpi in counted] or len(counted) > 5
    with tenant_scope(told.aurora.pk):
        Goal.objects.create(
            agency=told.aurora, client=told.bodega, kpi=next(k.key for k in counted if k.goal),
            starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30), kind="increase",
            accumulation="period", target=9,
        )  # fmt: skip
        assert not content(told.bodega).is_lasting
    client.force_login(told.alicia)
    shown(client)
    with CaptureQueriesContext(connection) as captured:
        shown(client)
    assert any("kpis_dailytotal" in each["sql"] for each in captured)


@pytest.mark.parametrize("cost", ["media", "media_fees", "full"])
def test_the_figures_of_every_line_may_be_kept(cost: Any) -> None:
    history = History(((None, Parameters(cost_basis=cost)),))
    assert is_by_day([KPIS[key] for key in (*SHOWN, "aov")], history)


# --- keeping ---


def test_what_is_read_back_is_what_was_kept(told: Cast) -> None:
    """With parameters of two versions inside the days, and a goal that is off its path."""
    with tenant_scope(told.aurora.pk):
        said = content(told.bodega)
    assert said.part.parameters.pieces and said.verdict and said.late
    found = drawn(said)
    assert found.need and found.cells
    text = json.dumps(drawn_to_json(found))
    assert drawn_from_json(json.loads(text)) == found


def test_a_warm_page_sends_the_same_statements_for_more_clients(
    client: Browser, told: Cast
) -> None:
    client.force_login(told.alicia)

    def statements() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    with tenant_scope(told.aurora.pk):
        Client.objects.create(agency=told.aurora, name="D", slug="d", currency="USD")
        rate_arrives(told)
    few = statements()
    with tenant_scope(told.aurora.pk):
        Client.objects.bulk_create(
            Client(agency=told.aurora, name=f"E{n}", slug=f"e{n}", currency=code)
            for n, code in enumerate(("EUR", "USD", "EUR", "USD", "EUR"))
        )
    assert statements() == few


def test_a_kept_line_is_not_drawn_again(client: Browser, told: Cast) -> None:
    client.force_login(told.alicia)
    first, second = client.get(PAGE), client.get(PAGE)
    part = "kpis/parts/line_cells.html"
    assert part in [each.name for each in first.templates]
    assert part not in [each.name for each in second.templates]
    assert plain(first) == plain(second)


def plain(page: Any) -> str:
    """Without what differs from one request to the next: tokens against forgery."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page.content.decode())


def test_without_the_cache_the_page_says_the_same(
    client: Browser, told: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(told.alicia)
    kept = shown(client)
    caches = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    settings.CACHES = caches
    assert shown(client) == kept
    assert "are not kept" in caplog.text


def test_each_agency_and_role_and_language_has_its_own(client: Browser, told: Cast) -> None:
    """The same page for everybody in turn, with what the others left in the cache, and without."""

    def everybody() -> list[str]:
        found = []
        for person, page in (
            (told.alicia, PAGE), (told.malena, PAGE.replace("aurora", "boreal")), (told.ana, PAGE),
            (told.vera, PAGE),
        ):  # fmt: skip
            for language in ("en", "es"):
                browser = Browser(headers={"accept-language": language})
                browser.force_login(person)
                found.append(shown(browser, page))
        return found

    warm = everybody()
    alone = []
    for place in range(len(warm)):
        cache.clear()
        alone.append(everybody()[place])
    assert warm == alone
    assert "Cafe" not in warm[-1] and "Bodega" not in warm[2]
