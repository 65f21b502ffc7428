"""Valkey stops while people work: pages and API go on, work waits in PostgreSQL, then is done."""

import json
from collections.abc import Callable

from tests.operating.conftest import Keys
from tests.operating.forms import send_form
from tests.operating.house import House
from tests.processes import wait_until

LEADS = "/api/v1/clients/bodega/leads/"
VALUES = "/api/v1/clients/bodega/kpis/values/?keys=leads&from=2026-03-01&to=2026-03-31"
PAGES = ("/a/aurora/", "/a/aurora/c/bodega/", "/a/aurora/c/bodega/data/", "/a/aurora/members/")


def lead(number: int) -> bytes:
    return json.dumps(
        {"source": "crm", "external_id": str(number), "created_at": "2026-03-02T10:00:00Z"}
    ).encode()


def test_work_goes_on_and_is_made_up_for(open_house: Callable[..., House], keys: Keys) -> None:
    here = open_house()
    here.start_web()
    here.start_machinery()
    wait_until(lambda: "running" not in here.ask("/a/aurora/", headers=keys.page()).text)
    assert here.ask(LEADS, lead(1), keys.api()).status == 201
    wait_until(lambda: here.seen("SELECT sum(leads) FROM kpis_dailytotal") == [(1,)])

    here.valkey.down()
    for page in PAGES:
        answer = here.ask(page, headers=keys.page())
        assert answer.status == 200, page
    assert "No worker is running: changes are kept" in answer.text
    values = here.ask(VALUES, headers=keys.api())
    assert (values.status, "RateLimit-Limit" in values.headers) == (200, False)
    assert here.ask(LEADS, lead(2), keys.api()).status == 201
    ready = here.ask("/readyz")
    assert (ready.status, ready.json()["problems"]) == (503, {"cache": "unreachable"})
    assert here.ask("/healthz").status == 200
    # Who cannot be counted is not let try passwords.
    login = send_form(
        here, None, "/accounts/login/", {"login": "alicia@example.com", "password": "guess"}
    )
    assert (login.status, login.headers["Retry-After"]) == (503, "10")
    assert "counts attempts" in login.text
    # A file is taken; its import stands in the database, and waits.
    file = ("leads.csv", b"id,created\n3,2026-03-03 10:00\n4,2026-03-04 10:00\n")
    fields = {"reading": "preset:generic_leads", "period": "refuse"}
    sent = send_form(here, keys, "/a/aurora/c/bodega/data/new/", fields, file)
    assert sent.status == 302, sent.text
    batch = sent.headers["Location"]
    started = send_form(here, keys, f"{batch}start/", {"do": "start"}, page=batch)
    assert started.status == 302, started.text
    assert here.seen("SELECT state FROM campaigns_importbatch") == [("queued",)]

    here.valkey.up()
    wait_until(lambda: here.seen("SELECT state FROM campaigns_importbatch") == [("done",)])
    wait_until(lambda: here.seen("SELECT sum(leads) FROM kpis_dailytotal") == [(4,)])
    wait_until(lambda: here.ask("/readyz").status == 200)
    assert "RateLimit-Limit" in here.ask(VALUES, headers=keys.api()).headers
    assert here.are_all_alive()
