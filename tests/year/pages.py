"""A person at the real form pages: what stands in a form is sent with what is typed, as a browser does."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser

from accounts.models import User
from tests.operating.forms import standing_in

PAGES = "/a/aurora/c/bodega/"


class Desk:
    """The pages of one client in a person's browser. Each form is opened once and sent many times."""

    def __init__(self, person: User) -> None:
        self.browser = Browser(headers={"Accept-Language": "en"})
        self.browser.force_login(person)
        self.forms: dict[str, _Form] = {}

    def opened(self, page: str) -> str:
        reply = self.browser.get(f"{PAGES}{page}")
        assert reply.status_code == 200, (page, reply.status_code)
        return reply.content.decode()

    def form(self, page: str, to: str = "") -> "_Form":
        """The form on a page that goes to `to`, or to the page itself."""
        if page not in self.forms:
            self.forms[page] = _Form(self.opened(page), f"{PAGES}{to or page}")
        return self.forms[page]

    def entered(self, page: str, **typed: Any) -> None:
        """Fill the form of a page in and save it. Menus are chosen by their words; None leaves it blank."""
        self.sent(page, self.form(page).filled(typed))

    def sent(self, to: str, said: Mapping[str, Any]) -> None:
        """It is taken, or the page says why not."""
        reply = self.browser.post(f"{PAGES}{to}", said)
        assert reply.status_code in (302, 303), (to, said, reply.content.decode()[-4000:])

    def picked(self, of: str, field: str, words: str, row: str) -> int:
        """Type words into a field that looks for rows, and pick the one that is offered as `row…`."""
        reply = self.browser.get(f"{PAGES}{of}find/", {"field": field, "find": words})
        offers = _Offers(reply.content.decode()).found
        [number] = [value for text, value in offers.items() if f"{text} ".startswith(f"{row} ")]
        return int(number)


class _Form:
    def __init__(self, page: str, action: str) -> None:
        self.standing = standing_in(page, action)
        self.menus = _Menus(page).found
        self.names = {*self.standing, *_Names(page).found}

    def filled(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        assert set(typed) <= self.names, sorted(set(typed) - self.names)
        said: dict[str, Any] = dict(self.standing)
        for name, value in typed.items():
            menu = self.menus.get(name, {})
            said[name] = "" if value is None else menu.get(str(value), value)
        return said


class _Menus(HTMLParser):
    """Name of a menu → the words of its options → what is sent for them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.menu, self.value = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "select":
            self.menu = has.get("name") or ""
        elif tag == "option":
            self.value = has.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.menu = ""

    def handle_data(self, data: str) -> None:
        if self.menu and data.strip():
            self.found.setdefault(self.menu, {})[data.strip()] = self.value


class _Names(HTMLParser):
    """Boxes to tick, and fields that look for rows: nothing stands in them at first."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "input" and has.get("type") == "checkbox" and has.get("name"):
            self.found.add(str(has["name"]))
        if tag == "input" and "?field=" in (has.get("hx-get") or ""):
            self.found.add(str(has["hx-get"]).rpartition("=")[2])


class _Offers(HTMLParser):
    """The words of what a search offers → the row's number."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.value = ""
        self.feed(part)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.value = dict(attrs).get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.value and data.strip():
            self.found[data.strip()] = self.value
