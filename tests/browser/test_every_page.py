"""Every page, in both themes, for its owner and for a viewer, with markup in every text there is.

A page fails that lets a text run or become an element, says anything on the console (a broken
content security policy above all), comes without its guarding headers, or that axe-core objects to.
"""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Response

from accounts.models import User
from tests.accounts.route_addresses import address_of
from tests.accounts.route_stage import set_stage
from tests.accounts.route_table import ROWS, WHO
from tests.browser.conftest import Visitor, axe_violations
from tests.browser.hostile import TEXTS, make_hostile
from tests.cast import Cast

#: Downloads, parts of pages that are fetched into them, and what only sends somebody on.
NO_PAGES = ("csv", "pdf", "progress", "later", "logo", "refused", "export", "find", "sample")
PARTS = 4  # so that the workers share the owner's pages
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

#: Another theme, at once: a colour on its way from one to the other has the contrast of neither.
SHOW_AS = """theme => {
    document.documentElement.dataset.bsTheme = theme;
    document.getAnimations().forEach(each => each.finish());
}"""


def pages_of(who: str) -> list[str]:
    """Routes that answer this role with a page."""
    place = 2 + WHO.index(who)
    return [
        row[1]
        for row in ROWS
        if (row[0], row[place]) == ("GET", "200")
        and not row[1].startswith("api:")
        and not any(word in row[1] for word in NO_PAGES)
    ]


@pytest.fixture
def hostile(committed_cast: Cast) -> tuple[Cast, dict[str, int]]:
    """The stage of the table of routes, where every text is somebody's attempt."""
    with transaction.atomic():
        cast, _adela, numbers = set_stage(committed_cast)
        taken = make_hostile(cast.aurora)
    assert {"name", "note"} <= {column for columns in taken.values() for column in columns}
    assert len(taken) >= 12, taken
    return cast, numbers


Visit = Callable[..., Visitor]
CASES = [*(("owner", part) for part in range(PARTS)), ("viewer", 0)]


@pytest.mark.parametrize(("who", "part"), CASES)
def test_nothing_runs_and_nothing_is_in_the_way(
    visit: Visit, hostile: tuple[Cast, dict[str, int]], who: str, part: int
) -> None:
    cast, numbers = hostile
    user: User = {"owner": cast.alicia, "viewer": cast.vera}[who]
    routes = pages_of(who)[part::PARTS] if who == "owner" else pages_of(who)
    assert routes
    visitor, wrong = visit(user), []
    page = visitor.context.new_page()
    page.on("console", visitor._hear)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"a dialog: {dialog.message}"))
    for route in routes:
        try:
            response = page.goto(visitor.address + address_of(route, numbers))
        except PlaywrightError as error:
            assert "Download is starting" in str(error), route  # a file, not a page
            continue
        assert response is not None
        wrong += [f"{route}: {fault}" for fault in _faults(page, response)]
        wrong += [f"{route}: console: {words}" for words in visitor.complaints]
        visitor.complaints.clear()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def _faults(page: Page, response: Response) -> Iterator[str]:
    if response.status != 200:
        yield f"status {response.status}"
        return
    page.wait_for_load_state("networkidle")
    headers = response.all_headers()
    for name, value in GUARDS.items():
        if headers.get(name.lower()) != value:
            yield f"{name} is {headers.get(name.lower())}"
    policy = headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"policy: {policy}"
    if "no-store" not in headers.get("cache-control", ""):
        yield "may be kept by a cache"
    if ran := page.evaluate("() => window.ran"):
        yield f"a text ran: {ran}"
    for selector in ("img[src='x']", "[onerror]", "[onload]", "a[href^='javascript:']"):
        if page.locator(selector).count():
            yield f"a text became {selector}"
    for theme, rules in (("light", None), ("dark", ["color-contrast", "link-in-text-block"])):
        page.evaluate(SHOW_AS, theme)
        for violation in axe_violations(page, rules):
            yield f"{theme}: {violation[:400]}"


def test_the_texts_are_what_an_attacker_would_try() -> None:
    assert all(any(sign in text for sign in "<'") for text in TEXTS)
    assert list(map(len, TEXTS)) == sorted(map(len, TEXTS), reverse=True)
