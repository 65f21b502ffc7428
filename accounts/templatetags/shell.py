"""What templates need for the frame and its parts: icons, status chips, URLs with parameters."""

import re
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Client
from accounts.numbers import money_here, shown_here, written_here
from accounts.shell import Listed, Shell
from accounts.toasts import undo_address

register = template.Library()

_ICON_NAME = re.compile(r"[a-z0-9-]+\Z")
_SVG_BODY = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)

#: State -> (tone, word). The tone decides shape and colour; the word says it to everybody.
STATES: dict[str, tuple[str, "str | Promise"]] = {
    "achieved": ("good", _("Achieved")),
    "on_track": ("good", _("On course")),
    "at_risk": ("warn", _("At risk")),
    "off_track": ("bad", _("Off course")),
    "missed": ("bad", _("Missed")),
    "no_data": ("quiet", _("No data")),
    "too_early": ("quiet", _("Too early to say")),
    "not_started": ("quiet", _("Not started")),
    "final": ("good", pgettext_lazy("figure", "Final")),
    "provisional": ("quiet", pgettext_lazy("figure", "Provisional")),
    "partial": ("warn", pgettext_lazy("figure", "Partial")),
    "queued": ("quiet", _("Waiting")),
    "running": ("quiet", _("Running")),
    "done": ("good", pgettext_lazy("job", "Done")),
    "failed": ("bad", pgettext_lazy("job", "Failed")),
    "undone": ("quiet", pgettext_lazy("job", "Undone")),
}  # fmt: skip

#: Shapes that differ without colour: disc, diamond, triangle, ring.
_SHAPES = {
    "good": '<circle cx="6" cy="6" r="4.5"/>',
    "warn": '<path d="M6 .8 11.2 6 6 11.2.8 6z"/>',
    "bad": '<path d="M6 1.2 11.4 10.6H.6z"/>',
    "quiet": '<circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" stroke-width="1.5"/>',
}


@lru_cache(maxsize=200)
def _icon_body(name: str) -> str:
    path = finders.find(f"vendor/icons/{name}.svg") if _ICON_NAME.match(name) else None
    if not isinstance(path, str):
        return ""
    with open(path, encoding="utf-8") as file:
        match = _SVG_BODY.search(file.read())
    return " ".join(match[1].split()) if match else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Tabler icon, drawn inline in the colour of its text; decoration, hence hidden from readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(_icon_body(name)),  # noqa: S308  a file of ours, by a checked name
    )


@register.simple_tag
def status(state: str, word: str = "") -> SafeString:
    """A chip: shape, word and colour. `state` is a key of STATES, or a tone if a word is given."""
    tone, known = STATES.get(state, (state if state in _SHAPES else "quiet", state))
    return format_html(
        '<span class="chip chip-{}"><svg class="chip-shape" viewBox="0 0 12 12" fill="currentColor"'
        ' aria-hidden="true">{}</svg>{}</span>',
        tone,
        mark_safe(_SHAPES[tone]),  # noqa: S308  a constant above
        word or known,
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """This page's query string with some parameters changed; None or "" takes one out."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for name, value in changes.items():
        name = name.rstrip("_")
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = str(value)
    text = params.urlencode()
    return f"?{text}" if text else "?"


@register.filter
def as_rate(value: Decimal | int | None) -> str:
    """An exchange rate as the reader of the page would type it."""
    return written_here(value, is_fine=True)


@register.filter
def amount(value: Decimal | None, currency: str) -> str:
    """{{ total|amount:currency }}, which is named beside it."""
    return money_here(value, currency)


@register.filter
def whole(value: Decimal | int | None) -> str:
    """A count, or an amount without its decimals."""
    return shown_here(value)


@register.filter
def split(text: str) -> list[str]:
    """{% for name in "view,chart"|split %}"""
    return text.split(",")


@register.filter
def param(params: QueryDict, name: str) -> str:
    """{{ request.GET|param:"view" }}"""
    return params.get(name, "")


@register.filter
def control(field: BoundField) -> SafeString:
    """A form's field as the kit draws it: class by kind of widget, marked when it is wrong."""
    kinds = {"select": "form-select", "checkbox": "form-check-input", "radio": "form-check-input"}
    css = kinds.get(getattr(field.field.widget, "input_type", ""), "form-control")
    invalid = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{css}{invalid}"})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not hasattr(
        field.field.widget, "add_id_index"
    )


@register.filter
def initials(name: str) -> str:
    """At most two letters that stand for a name where there is no picture."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter(name="undo_address")
def _undo_address(message: Message) -> str:
    """{{ message|undo_address }}: what a toast's "Undo" is sent to."""
    return undo_address(message)


@register.simple_tag
def asset(path: str) -> str:
    """A file of static/rumbo by its short name."""
    return static(f"rumbo/{path}")


_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser_name(agent: str) -> str:
    """A browser's own description in two words, as far as they are known; else as it says."""
    found = [
        next((name for mark, name in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or agent[:80]


@register.simple_tag
def client_link(shell: Shell, client: Listed | Client, search: str) -> SafeString:
    """{% client_link shell client search %}: its name, leading to it. For lists of hundreds."""
    address = shell.address_of(client)
    return format_html('<a class="row-link" href="{}{}">{}</a>', address, search, client.name)


@register.simple_tag
def client_items(shell: Shell) -> SafeString:
    """The clients to choose from. On every page, hundreds of them: a template's loop takes longer, and
    so does a call of format_html for each."""
    items = []
    for client, href in shell.client_choices:
        current = ' aria-current="true"' if client.slug == shell.client_slug else ""
        address, name, currency = map(escape, (href, client.name, client.currency))
        items.append(
            f'<a class="menu-item" href="{address}"{current}><span>{name}</span>'
            f'<span class="muted small">{currency}</span></a>'
        )
    return SafeString("\n".join(items))
