"""What an import chose or noticed, in sentences. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

COUNTS: Mapping[str, str | Promise] = {
    "rows": gettext_lazy("rows"),
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "same": gettext_lazy("unchanged"),
    "refused": gettext_lazy("refused"),
    "sales_new": gettext_lazy("new sales"),
    "sales_changed": gettext_lazy("changed sales"),
    "sales_removed": gettext_lazy("sales taken back"),
    "refunds_new": gettext_lazy("new refunds"),
    "lines_removed": gettext_lazy("lines taken back"),
    "lines_costed": gettext_lazy("lines that now know their cost"),
}


#: With a batch that came with an archive of the whole client: what undoing needs stayed where it was.
BROUGHT_IN: Mapping[str, Any] = {"code": "brought_in"}


def is_brought_in(notes: Iterable[Mapping[str, Any]]) -> bool:
    return any(note.get("code") == BROUGHT_IN["code"] for note in notes)


def note_text(note: Mapping[str, Any]) -> str:
    """One note of a batch; an unknown code is shown as it is."""
    code, count = str(note.get("code", "")), int(note.get("count") or 0)
    if code == "undo_refused":
        return _("It could not be undone: %(why)s") % {"why": note.get("why", "")}
    if code == BROUGHT_IN["code"]:
        return _(
            "It came with the export of the client and cannot be undone here: what that needs stayed"
            " where the file was imported. Its rows can be removed from their lists."
        )
    sentence = {
        "skipped_totals": ngettext(
            "%(n)s line of totals was left out", "%(n)s lines of totals were left out", count
        ),
        "skipped_blank": ngettext(
            "%(n)s blank line was left out", "%(n)s blank lines were left out", count
        ),
        "skipped_comment": ngettext(
            "%(n)s comment was left out", "%(n)s comments were left out", count
        ),
        "added_up": ngettext(
            "%(n)s row had the key of another one and was added to it",
            "%(n)s rows had the key of another one and were added to it",
            count,
        ),
        "won_before_created": ngettext(
            "%(n)s lead was won before its first contact; it is kept as it came",
            "%(n)s leads were won before their first contact; they are kept as they came",
            count,
        ),
        "unknown_leads": ngettext(
            "%(n)s sale names a lead that is not here",
            "%(n)s sales name leads that are not here",
            count,
        ),
        "period_spread": ngettext(
            "%(n)s row covers a period and was spread by day",
            "%(n)s rows cover a period and were spread by day",
            count,
        ),
        "period_last_day": ngettext(
            "%(n)s row covers a period and was kept on its last day",
            "%(n)s rows cover a period and were kept on their last day",
            count,
        ),
        "without_amount": ngettext(
            "%(n)s order has no amount in any line and was left out",
            "%(n)s orders have no amount in any line and were left out",
            count,
        ),
        "gap": _("Nothing came for %(from)s to %(to)s; these days count as zero"),
    }.get(code)
    if sentence is None:
        return code
    said = sentence % {"n": count, "from": note.get("from"), "to": note.get("to")}
    lines = note.get("lines") or []
    if not lines:
        return f"{said}."
    where = ", ".join(map(str, lines[:10]))
    return f"{said} ({_('lines')} {where}{' …' if count > 10 else ''})."
