"""Pages and endpoints in a house of one and of 300 clients; 50 people at once; writes of the API."""

import logging
from collections.abc import Callable
from datetime import date

from django.test import Client as Browser

from accounts.models import Agency, User
from tests.bench.crowd import fill_up, make_first
from tests.bench.million import Million
from tests.bench.timing import Timing, heading, say_latency, say_ratio, timed

WARMING = 5
AIM_RATIO, AIM_PORTFOLIO_MS = 1.1, 300
KEYS = "leads,mqls,cpl,new_customers,cac,revenue,roas"
PORTFOLIO = "/a/aurora/"


def measure(agency: Agency, person: User, clients: int, requests: int) -> None:
    """The same requests about the same client, with one client in the house and with many."""
    first = make_first(agency)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    logging.disable(logging.INFO)
    heading(f"A client of 18 months, alone and among {clients}; {requests} requests each")
    alone = _all_pages(browser, first, requests)
    alone_portfolio = _portfolio(browser, requests)
    fill_up(first, clients)
    for name, found in _all_pages(browser, first, requests).items():
        say_ratio(f"{name}, with {clients} clients / with 1", found, alone[name], AIM_RATIO)
    say_latency("portfolio of 1 client", alone_portfolio, AIM_PORTFOLIO_MS)
    say_latency(f"portfolio of {clients} clients", _portfolio(browser, requests), AIM_PORTFOLIO_MS)
    logging.disable(logging.NOTSET)


def _all_pages(browser: Browser, first: Million, requests: int) -> dict[str, Timing]:
    slug = first.client.slug
    found = {}
    for name, path, query in (
        ("dashboard", f"/a/aurora/c/{slug}/", {}),
        ("values API", f"/api/v1/clients/{slug}/kpis/values/",
         {"keys": KEYS, "by": "month", "split": "channel"}),
        ("leads list", f"/a/aurora/c/{slug}/leads/", None),
        ("leads by API", f"/api/v1/clients/{slug}/leads/", None),
    ):  # fmt: skip
        ask = _asker(browser, first, path, query)
        timed(ask, WARMING)
        found[name] = timed(ask, requests)
    return found


def _portfolio(browser: Browser, requests: int) -> Timing:
    ask = _asker(browser, None, PORTFOLIO, None)
    timed(ask, 1)
    return timed(ask, max(3, requests // 10))


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
