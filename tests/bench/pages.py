"""Server time of the pages and of the values API: in process, warm, as rumbo_app behind the wall."""

import logging
from collections.abc import Callable
from datetime import date

from django.test import Client as Browser

from accounts.models import User
from tests.bench.million import Million, vacuum
from tests.bench.rebuild import rebuild
from tests.bench.timing import heading, rows_text, say_latency, step, timed

AIM_MS = 80
WARMING = 5
KEYS = "leads,mqls,cpl,new_customers,cac,revenue,roas"


def measure(million: Million, person: User, requests: int) -> None:
    """Each address is asked in turns for other periods, so that no answer can be kept."""
    with step("a fresh snapshot"):
        rebuild(million)
        vacuum("kpis_dailysnapshot", "kpis_dailytotal")
    logging.disable(logging.INFO)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    heading(f"Server time, client of {rows_text(million.leads)} leads, {requests} requests each")
    client = "/a/aurora/c/million/"
    values = "/api/v1/clients/million/kpis/values/"
    for text, path, query in (
        ("dashboard, executive", client, {}),
        ("dashboard, manager", client, {"view": "manager"}),
        ("dashboard, analyst", client, {"view": "analyst"}),
        ("KPI page (CAC)", f"{client}kpi/cac/", {}),
        ("values API, 7 KPIs", values, {"keys": KEYS}),
        ("values API, 7 KPIs by month and channel, compared", values,
         {"keys": KEYS, "by": "month", "split": "channel", "compare": "previous"}),
        ("values API, leads by day and salesperson (fine grain)", values,
         {"keys": "leads", "by": "day", "split": "salesperson"}),
    ):  # fmt: skip
        ask = _asker(browser, million, path, query)
        timed(ask, WARMING)
        say_latency(text, timed(ask, requests), AIM_MS)
    logging.disable(logging.NOTSET)


def _asker(
    browser: Browser, million: Million, path: str, query: dict[str, str]
) -> Callable[[], None]:
    """A request for a quarter or so that ends a day earlier each time."""
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        last = million.last.toordinal() - asked % 7
        first = max(million.first.toordinal(), last - 91 - asked % 5)
        days = {"from": str(date.fromordinal(first)), "to": str(date.fromordinal(last))}
        reply = browser.get(path, {**query, **days}, headers={"Rumbo-Agency": "aurora"})
        if reply.status_code != 200:
            raise AssertionError(f"{path}: {reply.status_code}")

    return ask
