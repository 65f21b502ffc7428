"""Sending a page's form as a browser would: with what stands in its fields, files included."""

from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.operating.conftest import Keys
from tests.operating.house import Answer, House

_BOUNDARY = "rumbo-boundary"
#: Fields that are sent only if chosen, or not as text.
_SENT_OTHERWISE = ("checkbox", "radio", "file", "submit")


def send_form(
    here: House, keys: Keys | None, path: str, fields: Mapping[str, str],
    file: tuple[str, bytes] | None = None, page: str | None = None,
) -> Answer:  # fmt: skip
    """Open the page that has the form, then send it to `path`; keys=None is somebody anonymous."""
    shown = here.ask(page or path, headers=keys.page() if keys else {"Accept-Language": "en"})
    assert shown.status == 200, shown.text[:500]
    cookie = shown.headers["Set-Cookie"].split(";")[0]
    cookies = "; ".join([cookie, *([keys.cookie] if keys else [])])
    data = {**standing_in(shown.text, path), **fields}
    headers = {"Cookie": cookies, "Accept-Language": "en"}
    if file is None:
        return here.ask(path, urlencode(data).encode(), headers)
    headers["Content-Type"] = f"multipart/form-data; boundary={_BOUNDARY}"
    return here.ask(path, _multipart(data, file), headers)


def standing_in(page: str, action: str) -> dict[str, str]:
    """Name → value of the fields of the form that goes to `action`, or to the page itself."""
    reader = _Fields(action)
    reader.feed(page)
    assert reader.found, f"no form on the page goes to {action}"
    return reader.found


class _Fields(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.is_inside, self.select = action, False, ""
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "form":
            goes_there = has.get("action") in (self.action, None, "")
            self.is_inside = goes_there and (has.get("method") or "").lower() == "post"
        elif not self.is_inside:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in has or self.select not in self.found):
            self.found[self.select] = value
        elif tag == "input" and ("checked" in has or has.get("type") not in _SENT_OTHERWISE):
            self.found[name] = value

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"


def _multipart(fields: Mapping[str, str], file: tuple[str, bytes]) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    name, content = file
    parts.append(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: text/csv\r\n\r\n".encode()
        + content
        + b"\r\n"
    )
    return b"".join([*parts, f"--{_BOUNDARY}--\r\n".encode()])
