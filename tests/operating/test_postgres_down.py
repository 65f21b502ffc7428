"""PostgreSQL stops while people work: every answer is 503 and says so; then all goes on by itself."""

from collections.abc import Callable

from tests.operating.conftest import Keys
from tests.operating.house import House
from tests.operating.test_valkey_down import LEADS, PAGES, VALUES, lead
from tests.processes import wait_until

HEADERS = ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-Request-ID")


def test_everything_says_so_and_comes_back(open_house: Callable[..., House], keys: Keys) -> None:
    here = open_house()
    here.start_web()
    here.start_machinery()
    assert here.ask(LEADS, lead(1), keys.api()).status == 201
    wait_until(lambda: here.seen("SELECT sum(leads) FROM kpis_dailytotal") == [(1,)])

    here.postgres.down()
    for page in PAGES[:2]:
        answer = here.ask(page, headers=keys.page())
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10"), page
        assert "The database does not answer" in answer.text
        assert [name for name in HEADERS if not answer.headers[name]] == []
    sent = here.ask(LEADS, lead(2), keys.api(Idempotency_Key="second"))
    for call in (here.ask(VALUES, headers=keys.api()), sent):
        assert (call.status, call.headers["Retry-After"]) == (503, "10")
        assert set(call.json()) == {"code", "message", "data"}
        assert call.json()["code"] == "database_unavailable"
    ready = here.ask("/readyz")
    assert (ready.status, ready.json()["problems"]) == (503, {"database": "unreachable"})
    assert here.ask("/healthz").status == 200

    here.postgres.up()
    wait_until(lambda: here.ask("/readyz").status == 200)
    assert here.ask(PAGES[0], headers=keys.page()).status == 200
    for _ in range(2):  # the call that failed left its key usable, and makes one lead
        assert here.ask(LEADS, lead(2), keys.api(Idempotency_Key="second")).status == 201
    wait_until(lambda: here.seen("SELECT sum(leads) FROM kpis_dailytotal") == [(2,)])
    assert here.are_all_alive()
