"""A real Chromium on a real server with a committed database of the test's own.

Whatever the browser complains about on its console (a broken CSP above all) fails the test.
"""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client as Session
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from tests.browser.world import tell
from tests.cast import Cast

# Playwright's event loop lives in this thread; the tests themselves are not asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What is expected to be seen may take as long to come as what is clicked: the machine may be busy.
expect.set_options(timeout=30_000)

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("RUMBO_CHROMIUM") or next(
        (path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()),
        None,
    )
    # While Playwright's loop runs, Django keeps this thread's connections in another place: those of
    # before and those of then would stay open in databases that are to be dropped.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """The application logs requests itself."""


class _Patient(ThreadedWSGIServer):
    """Closed when its last answer is made: whoever answers still holds the database that is to be dropped."""

    daemon_threads = False


@pytest.fixture
def server(committed_cast: Cast) -> Iterator[str]:
    """The application on a free port, reading the test's own database. Yields its address."""
    httpd = _Patient(("127.0.0.1", 0), _Quiet, allow_reuse_address=False)
    httpd.set_app(get_wsgi_application())
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@dataclass
class Visitor:
    """Opens pages as somebody, and remembers what the browser complained about."""

    context: BrowserContext
    address: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        response = page.goto(self.address + path)
        assert response is not None and response.ok, path
        page.wait_for_load_state("networkidle")
        return page

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def visit(chromium: Browser, server: str, committed_cast: Cast) -> Iterator[Callable[..., Visitor]]:
    """visit(user, width=…, theme=…): a browser in which that person is logged in."""
    opened: list[Visitor] = []

    def come(user: User, width: int = 1440, theme: Any = "light") -> Visitor:
        session = Session()
        session.force_login(user)
        cookie = session.cookies[settings.SESSION_COOKIE_NAME]
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="en-GB"
        )
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        opened.append(Visitor(context, server, []))
        return opened[-1]

    yield come
    for each in opened:
        each.context.close()
    assert [each.complaints for each in opened] == [[]] * len(opened)


@pytest.fixture
def told(committed_cast: Cast) -> Cast:
    """Bodega with two months of numbers, goals on and off their path, and a late source."""
    tell(committed_cast)
    return committed_cast


def axe_violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong: rule and where. With `rules`, only these are looked at."""
    page.wait_for_load_state("networkidle")  # half a page has other faults
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "only => axe.run(document, {runOnly: only}).then(r => r.violations)",
        {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS},
    )
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
