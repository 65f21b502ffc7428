"""What a page says, read from its HTML: every word and number of its main part, and what is drawn."""

import json
from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser

from accounts.models import User

#: What a reader sees or hears that is no text between tags.
_SAID = ("title", "aria-label", "alt", "datetime", "data-status", "d", "points")


class Said(HTMLParser):
    """words: in their order, with the tag's class; drawn: the data of charts, by the script's id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.drawn: dict[str, Any] = {}
        self._script, self._depth = "", 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "main" or self._depth:
            self._depth += tag == "main"
            self.words += [f"{name}={has[name]}" for name in _SAID if has.get(name)]
            self._script = str(has.get("id") or "?") if tag == "script" else ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "main"
        self._script = ""

    def handle_data(self, data: str) -> None:
        if self._script and self._depth:
            self.drawn[self._script] = json.loads(data)
        elif self._depth and data.strip():
            self.words.append(" ".join(data.split()))


def page_said(person: User, path: str, **asked: str) -> Said:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(person)
    reply = browser.get(path, asked)
    assert reply.status_code == 200, (path, reply.status_code)
    return Said(reply.content.decode())
