"""What a page says after an act: a message with the way back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Client
from campaigns.models import Act
from campaigns.models.acts import Verb
from campaigns.records import KINDS, Done
from campaigns.records.hanging import said

#: Verb → singular and plural, with the number of rows.
WORDS = {
    Verb.CREATE: lambda n: ngettext("Added.", "%(count)s rows added.", n),
    Verb.CHANGE: lambda n: ngettext("Saved.", "%(count)s rows changed.", n),
    Verb.REMOVE: lambda n: ngettext("Removed.", "%(count)s rows removed.", n),
    Verb.MOVE: lambda n: ngettext("Moved.", "%(count)s rows moved.", n),
    Verb.NOTE: lambda n: ngettext("Noted.", "%(count)s notes written.", n),
}


def tell(request: HttpRequest, client: Client, agency: str, done: Done) -> None:
    """What was done, with what went along; "Undo" takes it back."""
    act = done.act
    if act.verb == Verb.CHANGE and act.count == 0:
        messages.info(request, _("Nothing was changed: it was so already."))
        return
    words = WORDS[Verb(act.verb)](act.count) % {"count": act.count}
    along = [f"{count} {_named(kind)}" for kind, count in done.along.items() if count]
    if along:
        words = _("%(done)s Along with it: %(things)s.") % {
            "done": words, "things": ", ".join(along),
        }  # fmt: skip
    tell_undoable(request, client, agency, act, words)


def tell_undoable(request: HttpRequest, client: Client, agency: str, act: Act, words: Any) -> None:
    """extra_tags carries the address that takes the act back; parts/messages.html makes a button of it."""
    address = reverse("record_undo", args=[agency, client.slug, act.pk])
    messages.success(request, words, extra_tags=f"undo:{address}")


def _named(kind: str) -> str:
    if kind == "reopened":
        return _("reopened leads")
    return said(kind) if kind in KINDS else kind
