"""One POST to real receivers on this machine, the bad ones included: one deadline, one look-up, no detours."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from tests.webhooks.receivers import Receiver, dripping, raw, receiver, says, silent
from webhooks.models import Problem
from webhooks.places import Rules, place_of
from webhooks.wire import ANSWER_BYTES, Limits, Reply, post

BODY = '{"type":"goal.at_risk","data":{"name":"Ñ"}}'.encode()
LIMITS = Limits(whole=30)
SHORT = Limits(whole=0.4)


def sent(to: Receiver, limits: Limits = LIMITS, url: str = "") -> Reply:
    rules = Rules(loopback_ports=[to.port])
    return post(place_of(url or to.url, rules), BODY, {"webhook-id": "evt_1"}, rules, limits)


def test_it_arrives_as_it_was_sent() -> None:
    with receiver(says(200, "thank you")) as to:
        assert sent(to) == Reply(Problem.NONE, 200, b"thank you")
        [call] = to.calls
        assert call.head == "POST /hook?for=rumbo HTTP/1.1"
        assert call.headers == {
            "host": f"127.0.0.1:{to.port}",
            "content-length": str(len(BODY)),
            "accept-encoding": "identity",
            "connection": "close",
            "webhook-id": "evt_1",
        }
        assert call.body == BODY


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_taken(status: int) -> None:
    with receiver(says(status)) as to:
        assert sent(to) == Reply(Problem.NONE, status)


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503, 999])
def test_any_other_status_is_not(status: int) -> None:
    with receiver(says(status, "no", Retry_After="120")) as to:
        assert sent(to) == Reply(Problem.STATUS, status, b"no", "120")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("inside", ["http://169.254.169.254/latest/", "http://127.0.0.1:{port}/"])
def test_no_redirect_is_followed(status: int, inside: str) -> None:
    with receiver(says(200)) as other:
        where = inside.format(port=other.port)
        with receiver(says(status, Location=where), says(200)) as to:
            assert sent(to) == Reply(Problem.REDIRECT, status)
            assert (len(to.calls), len(other.calls)) == (1, 0)


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\xff\xfe garbage\r\n\r\n",
        b"<html>hello</html>",
        b"HTTP/1.1 abc nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 42\r\n\r\n",
    ],
)
def test_garbage_is_not_an_answer(answer: bytes) -> None:
    with receiver(raw(answer)) as to:
        assert sent(to) == Reply(Problem.GARBAGE)


def test_who_hangs_up_has_taken_nothing() -> None:
    with receiver(lambda line, stop: None) as to:
        assert sent(to) == Reply(Problem.CONNECT)


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    rules = Rules(loopback_ports=[port])
    place = place_of(f"http://127.0.0.1:{port}/", rules)
    assert post(place, BODY, {}, rules, LIMITS) == Reply(Problem.CONNECT)


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        dripping(b""),
        dripping(b"HTTP/1.1 200 OK\r\nX-Drip: "),
        dripping(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"),
    ],
    ids=["silent", "drips", "drips a header", "drips after a 100"],
)
def test_one_deadline_for_everything(answer: Any) -> None:
    with receiver(answer) as to:
        assert sent(to, SHORT) == Reply(Problem.TIMEOUT)
        assert len(to.calls) == 1


def test_a_head_in_time_counts_though_the_body_drips() -> None:
    with receiver(dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")) as to:
        reply = sent(to, SHORT)
        assert (reply.problem, reply.status) == (Problem.NONE, 200)
        assert set(reply.answer) <= {ord("x")}


def test_of_an_endless_answer_the_beginning_is_kept() -> None:
    with receiver(says(200, "x" * 5_000_000)) as to:
        assert sent(to) == Reply(Problem.NONE, 200, b"x" * ANSWER_BYTES)


class Names:
    """A resolver that gives another answer each time. Addresses mean themselves."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0
        self.real = socket.getaddrinfo

    def __call__(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            ip_address(host)
        except ValueError:
            self.asked += 1
            found = self.answers.pop(0)
            if not found:
                raise socket.gaierror(-2, "Name or service not known") from None
            return [
                (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
                for each in found
            ]  # fmt: skip
        return self.real(host, port, *args, **kwargs)


def test_a_name_is_looked_up_once_and_the_address_that_was_judged_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rebinding: whatever the name means the second time, nobody asks."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with receiver(says(200)) as to:
        reply = sent(to, url=f"http://hooks.example:{to.port}/")
        assert (reply, names.asked) == (Reply(Problem.NONE, 200), 1)
        assert to.calls[0].headers["host"] == f"hooks.example:{to.port}"


@pytest.mark.parametrize("inside", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "8.8.8.8"])
def test_a_name_that_means_an_inside_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    names = Names([inside], ["127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with receiver(says(200)) as to:
        assert sent(to, url=f"http://hooks.example:{to.port}/") == Reply(Problem.ADDRESS)
        assert (names.asked, to.calls) == (1, [])


@pytest.mark.parametrize("name", ["127.1", "0x7f.1", "2130706433", "017700000001", "localhost"])
def test_other_ways_to_write_this_machine_are_refused(name: str) -> None:
    rules = Rules()
    place = place_of(f"https://{name}/", rules)
    assert post(place, BODY, {}, rules, LIMITS).problem in (Problem.ADDRESS, Problem.NAME)


def test_of_several_addresses_the_allowed_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["10.0.0.1", "127.0.0.2", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with receiver(says(200)) as to:
        assert sent(to, url=f"http://hooks.example:{to.port}/").problem is Problem.NONE


def test_a_name_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names([]))
    with receiver(says(200)) as to:
        assert sent(to, url=f"http://hooks.example:{to.port}/") == Reply(Problem.NAME)


def test_a_header_cannot_be_slipped_in() -> None:
    with receiver(says(200)) as to:
        rules = Rules(loopback_ports=[to.port])
        with pytest.raises(ValueError, match="line break"):
            post(place_of(to.url, rules), BODY, {"X": "a\r\nEvil: 1"}, rules, LIMITS)
        assert to.calls == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(says(200)) as proxy, receiver(says(204)) as to:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert sent(to) == Reply(Problem.NONE, 204)
        assert proxy.calls == []
