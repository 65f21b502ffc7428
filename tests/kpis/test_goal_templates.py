"""Goals in bulk: a template, what it comes to at each client, set in one act; twice changes nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Client, Role
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import CalendarRules, Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_setting.template_services import MOST_CLIENTS, period_of
from kpis.models import Goal, GoalTemplate
from tests.cast import Cast, member, person
from tests.kpis.test_goals_services import leads, spend

ADDRESS = "/a/aurora/goals/templates/"
GROW = {"name": "Grow", "kpi": "leads", "target": "90", "period": "next_quarter"}
SPRING = Period(date(2026, 4, 1), date(2026, 6, 30))


@pytest.fixture
def browser(cast: Cast) -> Iterator[Browser]:
    with time_machine.travel(datetime(2026, 2, 10, 12, tzinfo=UTC), tick=False):
        browser = Browser(headers={"accept-language": "en"})
        browser.force_login(cast.marta)
        yield browser


def made(browser: Browser, **more: str) -> str:
    """The address at which the new template is applied."""
    answer: Any = browser.post(f"{ADDRESS}new/", GROW | more)
    assert answer.status_code == 302, answer.context["form"].errors
    return str(answer.url)


def applied(browser: Browser, address: str, do: str, *clients: Client) -> Any:
    answer = browser.post(address, {"do": do, "client": [each.pk for each in clients]})
    assert answer.status_code == 200
    return answer.context


def goals(cast: Cast) -> list[Goal]:
    with tenant_scope(cast.aurora.pk):
        return list(Goal.objects.order_by("client_id"))


@pytest.mark.parametrize(
    ("words", "first_month", "first", "last"),
    [
        ("this_quarter", 1, date(2026, 1, 1), date(2026, 3, 31)),
        ("next_quarter", 1, date(2026, 4, 1), date(2026, 6, 30)),
        ("this_year", 1, date(2026, 1, 1), date(2026, 12, 31)),
        ("next_year", 1, date(2027, 1, 1), date(2027, 12, 31)),
        ("next_6_months", 1, date(2026, 3, 1), date(2026, 8, 31)),
        # A year that begins in February: its quarters are Feb-Apr, May-Jul, …
        ("this_quarter", 2, date(2026, 2, 1), date(2026, 4, 30)),
        ("next_year", 2, date(2027, 2, 1), date(2028, 1, 31)),
    ],
)
def test_the_period_is_of_the_clients_own_calendar(
    words: str, first_month: int, first: date, last: date
) -> None:
    rules = CalendarRules(fiscal_first_month=first_month)
    assert period_of(words, date(2026, 2, 10), rules) == Period(first, last)


def test_it_is_looked_at_and_then_set_at_all_and_twice_is_once(
    cast: Cast, browser: Browser
) -> None:
    address = made(browser)
    seen = applied(browser, address, "look", cast.bodega, cast.cafe)
    assert [(each.client.name, each.target, each.stones) for each in seen["lines"]] == [
        ("Bodega", "90", 3),  # April, May, June
        ("Cafe", "90", 3),
    ]
    assert goals(cast) == []
    done = applied(browser, address, "set", cast.bodega, cast.cafe)
    assert [each.verdict for each in done["given"]] == ["new", "new"]
    [first, second] = goals(cast)
    assert (first.client_id, second.client_id) == (cast.bodega.pk, cast.cafe.pk)
    assert (first.kind, first.accumulation, first.target) == ("increase", "cumulative", Decimal(90))
    assert (first.starts_on, first.ends_on) == (SPRING.first, SPRING.last)
    again = applied(browser, address, "set", cast.bodega, cast.cafe)
    assert ([each.verdict for each in again["given"]], again["done"]) == (["same", "same"], 0)
    assert [each.pk for each in goals(cast)] == [first.pk, second.pk]


def test_who_has_the_goal_already_is_skipped_and_said(cast: Cast, browser: Browser) -> None:
    """The same KPI, kind and period, although with another number."""
    with tenant_scope(cast.aurora.pk):
        own = goal_set(
            cast.bodega, GoalWish("leads", SPRING, "increase", "cumulative", Decimal(40))
        )
    address = made(browser)
    seen = applied(browser, address, "look", cast.bodega, cast.cafe)["lines"]
    assert [(each.there, each.is_good) for each in seen] == [(own.pk, False), (None, True)]
    given = applied(browser, address, "set", cast.bodega, cast.cafe)["given"]
    assert [each.verdict for each in given] == ["same", "new"]
    assert [each.target for each in goals(cast)] == [Decimal(40), Decimal(90)]


def test_without_a_value_to_start_from_it_says_so_and_sets_nothing(
    cast: Cast, browser: Browser
) -> None:
    address = made(browser, target="10", target_as="relative")
    [seen] = applied(browser, address, "look", cast.bodega)["lines"]
    assert seen.reasons == ("There is no value to start from yet: write the target as a number.",)
    [given] = applied(browser, address, "set", cast.bodega)["given"]
    assert (given.verdict, given.reason) == ("refused", seen.reasons[0])
    assert goals(cast) == []


def test_each_client_has_its_own_target_where_it_has_numbers(cast: Cast, browser: Browser) -> None:
    """Bodega paid 1,200 for 100 leads in January: 12 each, and 25 % less is 9. Cafe has nothing."""
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="manual", is_live=True
            )
        spend(cast.bodega, date(2026, 1, 5), "1200.00")
        leads(cast.bodega, date(2026, 1, 5), 100)
    address = made(
        browser,
        kpi="cpl",
        kind="decrease",
        accumulation="level",
        target="-25",
        target_as="relative",
    )
    [first, second] = applied(browser, address, "look", cast.bodega, cast.cafe)["lines"]
    assert (first.is_good, first.baseline[:5], first.target[:4]) == (True, "12,00", "9,00")
    assert (second.is_good, second.target) == (False, "—")
    given = applied(browser, address, "set", cast.bodega, cast.cafe)["given"]
    assert [each.verdict for each in given] == ["new", "refused"]
    [goal] = goals(cast)
    assert (goal.target, goal.baseline, goal.entered) == (9, 12, Decimal("-0.25"))


def test_a_percentage_is_kept_as_a_fraction_and_shown_as_it_was_written(
    cast: Cast, browser: Browser
) -> None:
    address = made(browser, kpi="ctr", kind="maintain", low="1.5", high="2.5", target="")
    with tenant_scope(cast.aurora.pk):
        kept = GoalTemplate.objects.get()
    assert (kept.low, kept.high, kept.target) == (Decimal("0.015"), Decimal("0.025"), None)
    form = browser.get(f"{ADDRESS}{kept.pk}/").context["form"]
    assert (form["low"].value(), form["high"].value()) == (Decimal("1.5"), Decimal("2.5"))
    applied(browser, address, "set", cast.cafe)
    [goal] = goals(cast)
    assert (goal.low, goal.high) == (Decimal("0.015"), Decimal("0.025"))


def test_the_list_says_what_each_asks_for(browser: Browser) -> None:
    made(browser, name="A", kpi="cpl", kind="decrease", target="12.5")  # each client's money
    made(browser, name="B", kpi="cpl", kind="decrease", target="-10", target_as="relative")
    made(browser, name="C", kpi="ctr", target="0.5", target_as="points")
    told = [line.target.replace("\xa0", " ") for line in browser.get(ADDRESS).context["lines"]]
    # As numbers are written in Madrid, where the clients are; "-" may be a true minus.
    assert [each.replace("\u2212", "-") for each in told] == ["12,50", "-10,0 %", "+0,50 points"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"target": ""}, "target"),
        ({"kpi": "nonsense"}, "kpi"),
        ({"shape": "manual"}, "shape"),
        ({"period": "yesterday"}, "period"),
        ({"kind": "maintain", "low": "5", "high": "4"}, "high"),
        ({"kind": "decrease", "accumulation": "cumulative"}, "accumulation"),
        ({"guard_kpi": "leads", "guard_limit": "4"}, "guard_kpi"),
        ({"guard_kpi": "cpl"}, "guard_limit"),
    ],
)
def test_what_no_client_could_have_is_refused(
    browser: Browser, typed: dict[str, str], field: str
) -> None:
    answer = browser.post(f"{ADDRESS}new/", GROW | typed)
    assert field in answer.context["form"].errors


def test_a_name_is_given_once_and_is_free_again_from_the_archive(
    cast: Cast, browser: Browser
) -> None:
    number = made(browser).split("/")[-3]
    assert "name" in browser.post(f"{ADDRESS}new/", GROW).context["form"].errors
    browser.post(f"{ADDRESS}{number}/archive/")
    page = browser.get(ADDRESS).context
    assert (page["lines"], [each.name for each in page["archived"]]) == ([], ["Grow"])
    made(browser)
    answer = browser.post(f"{ADDRESS}{number}/restore/", follow=True)
    assert "There is a template of this name already." in answer.content.decode()


def test_clients_are_searched_and_chosen_all_at_once(cast: Cast, browser: Browser) -> None:
    address = made(browser)
    shown = browser.get(address, {"q": "caf", "mark": "all"}).context["clients"]
    assert [(client.name, is_chosen) for client, is_chosen in shown] == [("Cafe", True)]
    assert "Choose at least one client." in browser.post(address, {"do": "set"}).content.decode()
    with tenant_scope(cast.aurora.pk):
        many = Client.objects.bulk_create(
            Client(agency=cast.aurora, name=f"C{n}", slug=f"c{n}") for n in range(MOST_CLIENTS + 1)
        )
    answer = browser.post(address, {"do": "set", "client": [each.pk for each in many]})
    assert f"Choose at most {MOST_CLIENTS} clients at a time." in answer.content.decode()
    assert goals(cast) == []


def test_another_agencys_client_and_template_are_not_there(cast: Cast, browser: Browser) -> None:
    address = made(browser)
    answer = browser.post(address, {"do": "set", "client": cast.dulce.pk})
    assert "Choose at least one client." in answer.content.decode()
    browser.force_login(cast.malena)
    assert browser.get(address.replace("aurora", "boreal")).status_code == 404


def test_it_is_for_who_sees_all_clients(cast: Cast, browser: Browser) -> None:
    assert ADDRESS in browser.get("/a/aurora/goals/").content.decode()
    nora = person("nora@example.com", "Nora")
    with tenant_scope(cast.aurora.pk):
        member(cast.aurora, nora, Role.MANAGER, [cast.cafe])
    browser.force_login(nora)
    assert browser.get(ADDRESS).status_code == 403
    assert ADDRESS not in browser.get("/a/aurora/goals/").content.decode()


def test_one_channel_is_asked_of_each_client(cast: Cast, browser: Browser) -> None:
    address = made(browser, channel="paid_search", name="Search")
    applied(browser, address, "set", cast.bodega)
    applied(browser, address, "set", cast.bodega)
    assert [(goal.channel, goal.client_id) for goal in goals(cast)] == [
        ("paid_search", cast.bodega.pk)
    ]
    assert "New leads · Paid Search" in browser.get(ADDRESS).content.decode()
    # The same of everything is another goal.
    applied(browser, made(browser), "set", cast.bodega)
    assert sorted(goal.channel for goal in goals(cast)) == ["", "paid_search"]
