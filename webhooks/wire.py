"""One POST over the network: to an address that was looked up and judged once, within one deadline.

What this module keeps and libraries leave open: the socket is connected to the very address that was
judged (a name that changes its mind afterwards changes nothing), no redirect is followed, no proxy of
the environment is used, and name, connection, TLS, request and answer share one deadline, so that a
receiver that drips a byte at a time gains nothing.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BufferedReader, RawIOBase
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from webhooks.models import Problem
from webhooks.places import Address, Place, Rules, may_connect

#: Of the answer's body; the rest is not read.
ANSWER_BYTES = 1024


@dataclass(frozen=True)
class Limits:
    """In seconds: everything from the name to the answer, and of it a connection or its TLS."""

    whole: float
    connect: float = 5.0


@dataclass(frozen=True)
class Reply:
    """What came of one POST. status: None if there was no answer that could be read."""

    problem: Problem
    status: int | None = None
    answer: bytes = b""
    retry_after: str = ""


class Failed(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Deadline:
    """One end for many steps."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Seconds to go; TimeoutError once there are none."""
        left = self.end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left if most is None else min(left, most)


def post(
    place: Place, body: bytes, headers: Mapping[str, str], rules: Rules, limits: Limits
) -> Reply:
    """Send a body once and say what came back. Raises nothing that the other side can cause."""
    deadline = Deadline(limits.whole)
    try:
        addresses = addresses_of(place, rules, deadline)
        line = connected(place, addresses, deadline, limits)
    except Failed as failure:
        return Reply(failure.problem)
    except TimeoutError:
        return Reply(Problem.TIMEOUT)
    with line:
        try:
            line.settimeout(deadline.left())
            line.sendall(request_of(place, body, headers))
        except TimeoutError:
            return Reply(Problem.TIMEOUT)
        except OSError:
            pass  # it may have answered and hung up before it read all of the request
        return answer_of(line, deadline)


def addresses_of(place: Place, rules: Rules, deadline: Deadline) -> list[Address]:
    """What its name means now, less what may not be reached. The only look-up there is.

    In a thread, because the system's resolver takes as long as it likes.
    """
    found: SimpleQueue[list[Any] | OSError] = SimpleQueue()

    def look() -> None:
        try:
            found.put(socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(OSError(str(error)))

    Thread(target=look, daemon=True).start()
    try:
        answers = found.get(timeout=deadline.left())
    except Empty:
        raise Failed(Problem.NAME) from None
    if isinstance(answers, OSError) or not answers:
        raise Failed(Problem.NAME)
    addresses = list(dict.fromkeys(ip_address(str(each[4][0])) for each in answers))
    allowed = [each for each in addresses if may_connect(each, place, rules)]
    if not allowed:
        raise Failed(Problem.ADDRESS)
    return allowed


def connected(
    place: Place, addresses: list[Address], deadline: Deadline, limits: Limits
) -> socket.socket:
    """A connection to the first of these addresses that takes one, with TLS if the place says so."""
    problem = Problem.CONNECT
    for address in addresses:
        try:
            plain = socket.create_connection(
                (str(address), place.port), timeout=deadline.left(limits.connect)
            )
        except TimeoutError:
            problem = Problem.TIMEOUT
            continue
        except OSError:
            continue
        return secured(plain, place, deadline, limits) if place.is_tls else plain
    raise Failed(problem)


def secured(
    plain: socket.socket, place: Place, deadline: Deadline, limits: Limits
) -> socket.socket:
    """The certificate must be valid for the name in the URL, whatever address was connected to."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        plain.settimeout(deadline.left(limits.connect))
        return context.wrap_socket(plain, server_hostname=place.host)
    except ssl.SSLError as error:
        plain.close()
        raise Failed(Problem.TLS) from error
    except TimeoutError:
        plain.close()
        raise
    except (OSError, ValueError) as error:
        plain.close()
        raise Failed(Problem.CONNECT) from error


def request_of(place: Place, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [
        f"POST {place.path} HTTP/1.1",
        f"Host: {place.host_header}",
        f"Content-Length: {len(body)}",
        "Accept-Encoding: identity",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header with a line break")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def answer_of(line: socket.socket, deadline: Deadline) -> Reply:
    """Its head decides; of its body the first bytes are kept, as far as they come in time."""
    response = HTTPResponse(_Line(line, deadline), method="POST")  # type: ignore[arg-type]
    try:
        response.begin()
    except TimeoutError:
        return Reply(Problem.TIMEOUT)
    except OSError:  # an answer that never begins is one too, for http.client
        return Reply(Problem.CONNECT)
    except (HTTPException, ValueError):
        return Reply(Problem.GARBAGE)
    status = response.status
    problem = Problem.NONE if 200 <= status <= 299 else Problem.STATUS
    if 300 <= status <= 399:
        problem = Problem.REDIRECT
    return Reply(problem, status, _first_bytes(response), response.getheader("Retry-After") or "")


def _first_bytes(response: HTTPResponse) -> bytes:
    kept = b""
    try:
        while len(kept) < ANSWER_BYTES and (piece := response.read1(ANSWER_BYTES - len(kept))):
            kept += piece
    except (HTTPException, OSError, ValueError):  # it broke off, or drips: what is there will do
        pass
    return kept


class _Line(RawIOBase):
    """A socket as http.client reads one, each read bound to what is left of the deadline."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self.line, self.deadline = line, deadline

    def makefile(self, mode: str) -> BufferedReader:
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.line.settimeout(self.deadline.left())
        return self.line.recv_into(buffer)
