"""Pages and endpoints in a house of one client and of 300, asked in turns; and the portfolio of all."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.cache import cache
from django.db import connections
from django.test import Client as Browser

from accounts.models import Agency, Client, User
from accounts.tenancy import tenant_transaction
from kpis.pages.warming import lines_warm
from tests.bench.crowd import fill_up, make_first
from tests.bench.million import Million
from tests.bench.timing import Timing, heading, say, say_latency, say_ratio, step, timed
from tests.databases import clone, pointed_at

WARMING, ROUND = 3, 5
AIM_RATIO, AIM_PORTFOLIO_MS = 1.1, 300
KEYS = "leads,mqls,cpl,new_customers,cac,revenue,roas"
PORTFOLIO = "/a/aurora/"
Page = tuple[str, str, dict[str, str] | None]


def measure(name: str, agency: Agency, person: User, clients: int, requests: int) -> None:
    """The same requests about the same client, in a house of one client and in one of many.

    The two houses are two databases of one server, and asked in turns, a few requests each, so that
    a slow minute of the machine falls on both.
    """
    first = make_first(agency)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    with _copied(name) as alone:
        fill_up(first, clients)
        logging.disable(logging.INFO)
        gc.collect()
        gc.freeze()  # as the web process does
        heading(f"A client of 18 months, alone and among {clients}; {requests} requests each")
        for page in _pages(first.client.slug):
            one, many = _in_turns(browser, first, page, (alone, name), requests)
            say_ratio(f"{page[0]}, with {clients} clients / with 1", many, one, AIM_RATIO)
        with pointed_at(alone):
            say_latency("portfolio of 1 client", _portfolio(browser, requests), AIM_PORTFOLIO_MS)
    _say_portfolio(browser, agency, clients, requests)
    logging.disable(logging.NOTSET)


@contextmanager
def _copied(name: str) -> Iterator[str]:
    """The database as it is now, once more, for as long as it is wanted."""
    for each in connections.all():
        each.close()
    with clone(name) as copy:
        yield copy


def _pages(slug: str) -> tuple[Page, ...]:
    """Name, address, and its question; None: it is asked without days."""
    return (
        ("dashboard", f"/a/aurora/c/{slug}/", {}),
        ("values API", f"/api/v1/clients/{slug}/kpis/values/",
         {"keys": KEYS, "by": "month", "split": "channel"}),
        ("leads list", f"/a/aurora/c/{slug}/leads/", None),
        ("leads by API", f"/api/v1/clients/{slug}/leads/", None),
    )  # fmt: skip


def _in_turns(
    browser: Browser, first: Million, page: Page, houses: tuple[str, ...], requests: int
) -> list[Timing]:
    _name, path, query = page
    asks = {house: _asker(browser, first, path, query) for house in houses}
    seconds: dict[str, list[float]] = {house: [] for house in houses}
    for _ in range(max(1, requests // ROUND)):
        for house in houses:
            with pointed_at(house):
                timed(asks[house], WARMING)
                seconds[house] += timed(asks[house], ROUND).seconds
    return [Timing(tuple(seconds[house])) for house in houses]


def _say_portfolio(browser: Browser, agency: Agency, clients: int, requests: int) -> None:
    """Three states of the morning: nothing kept, after the nights, and looked at already."""
    cache.clear()
    ask = _asker(browser, None, PORTFOLIO, None)
    cold = timed(ask, 1)
    say(f"portfolio of {clients} clients, no line kept", f"{cold.typical:.1f} s")
    cache.clear()
    ids = _ids(agency)
    with step("every client's lines, as its night makes them"):
        warming = timed(lambda: [lines_warm(agency.pk, each) for each in ids], 1)
    say("lines made by a night, each client", f"{1000 * warming.typical / len(ids):.0f} ms")
    found = timed(ask, 1)
    say("the first look after the nights", f"{1000 * found.typical:.0f} ms",
        f"aim ≤ {AIM_PORTFOLIO_MS}")  # fmt: skip
    found = _portfolio(browser, requests)
    say_latency(f"portfolio of {clients} clients", found, AIM_PORTFOLIO_MS)


def _ids(agency: Agency) -> list[int]:
    with tenant_transaction(agency.pk):
        return list(Client.objects.order_by("id").values_list("pk", flat=True))


def _portfolio(browser: Browser, requests: int) -> Timing:
    ask = _asker(browser, None, PORTFOLIO, None)
    timed(ask, 1)
    return timed(ask, max(3, requests // 3))


def _asker(
    browser: Browser, first: Million | None, path: str, query: dict[str, str] | None
) -> Callable[[], None]:
    """A request for a quarter or so that ends a day earlier each time; without `query`, as it is."""
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        days = {}
        if first is not None and query is not None:
            last = first.last.toordinal() - asked % 7
            days = {"from": str(date.fromordinal(last - 91)), "to": str(date.fromordinal(last))}
        reply = browser.get(path, {**(query or {}), **days}, headers={"Rumbo-Agency": "aurora"})
        if reply.status_code != 200:
            raise AssertionError(f"{path}: {reply.status_code}")

    return ask
