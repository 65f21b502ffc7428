"""Programs that take events, on this machine: good ones, and each kind of bad one."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

Answer = Callable[[socket.socket, Event], None]
PIECE_SECONDS = 0.02


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    head: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Takes connections until it is closed; the n-th request gets the n-th answer, later ones the last."""

    answers: list[Answer]
    calls: list[Call] = field(default_factory=list)
    context: ssl.SSLContext | None = None
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(0.05)
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?for=rumbo"

    @property
    def ids(self) -> list[str]:
        return [call.headers["webhook-id"] for call in self.calls]

    def close(self) -> None:
        self.stop.set()
        self.thread.join()
        self.door.close()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                line, _peer = self.door.accept()
            except TimeoutError:
                continue
            with suppress(OSError), line:
                line.settimeout(5)
                self._take(self.context.wrap_socket(line, True) if self.context else line)

    def _take(self, line: socket.socket) -> None:
        with line:
            self.calls.append(read_call(line))
            number = min(len(self.calls), len(self.answers)) - 1
            self.answers[number](line, self.stop)


def read_call(line: socket.socket) -> Call:
    got = b""
    while b"\r\n\r\n" not in got:
        if not (piece := line.recv(4096)):
            raise ConnectionError
        got += piece
    head, body = got.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
    while len(body) < int(headers["content-length"]):
        body += line.recv(4096)
    return Call(first, headers, body)


def says(status: int, body: str = "", **headers: str) -> Answer:
    """An answer of one piece; names of headers with _ for -."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    text = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body.encode())}\r\n{named}\r\n{body}"
    return raw(text.encode())


def raw(answer: bytes) -> Answer:
    def send(line: socket.socket, stop: Event) -> None:
        line.sendall(answer)

    return send


def silent(line: socket.socket, stop: Event) -> None:
    """Reads, and never says a word; until the other side has had enough."""
    line.settimeout(0.05)
    while not stop.is_set():
        with suppress(TimeoutError):
            if not line.recv(1):
                return


def dripping(start: bytes) -> Answer:
    """Begins so, and goes on with a byte at a time for ever."""

    def drip(line: socket.socket, stop: Event) -> None:
        line.sendall(start)
        while not stop.wait(PIECE_SECONDS):
            line.sendall(b"x")

    return drip


@contextmanager
def receiver(*answers: Answer, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    made = Receiver(list(answers), context=context)
    try:
        yield made
    finally:
        made.close()
