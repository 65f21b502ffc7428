"""How many new notices the reader has, beside the inbox's name in the navigation."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from inbox.queries import new_count

register = template.Library()
MOST = 99


@register.simple_tag(takes_context=True)
def inbox_new(context: dict[str, Any]) -> SafeString:
    access = context["shell"].access
    count = new_count(access.membership) if access and access.membership else 0
    if not count:
        return SafeString("")
    words = ngettext("%(count)s new notice", "%(count)s new notices", count) % {"count": count}
    shown = str(count) if count <= MOST else f"{MOST}+"
    return format_html(
        '<span class="place-count"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        shown,
        words,
    )
