"""A client's digest: warnings, and what turned out well. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inbox.kinds import Data, Kind, day_text, declare
from steering.words import figures, sentences, verdict, what


def _title(data: Data) -> str:
    """One thing says itself; several are counted."""
    lines = data["lines"]
    loud = [each for each in lines if each["is_loud"]]
    if len(loud or lines) == 1:
        return verdict((loud or lines)[0])
    if loud:
        words = ngettext("%(count)s warning", "%(count)s warnings", len(loud))
        return words % {"count": len(loud)}
    words = ngettext("%(count)s change", "%(count)s changes", len(lines))
    return words % {"count": len(lines)}


def _text(data: Data) -> str:
    """A line for each, what warns first, indented as in an e-mail; of one its title says the half."""
    ordered = sorted(data["lines"], key=lambda each: not each["is_loud"])
    if len(ordered) == 1:
        return figures(ordered[0])
    return "\n  ".join(sentences(each) for each in ordered)


def _reviews(data: Data) -> str:
    words = ngettext("%(count)s review is due", "%(count)s reviews are due", data["count"])
    return words % {"count": data["count"]}


def _reviews_text(data: Data) -> str:
    named = [what(each) for each in data["kpis"]]
    left = data["count"] - len(named)
    return ", ".join(named) + (f" +{left}" if left else "")


def _unread(data: Data) -> str:
    words = _("Nobody of %(client)s has looked at its numbers since %(day)s")
    return words % {"client": data["client"], "day": day_text(data["since"])}


def _unread_text(data: Data) -> str:
    return _("Neither a login nor a page that was opened. Worth a call.")


declare(
    Kind(
        "reviews_due", gettext_lazy("Reviews of goals that are due"), "edit_goals", "warn",
        _reviews, _reviews_text, "goals", is_mailed=False,
    ),
    Kind(
        "client_unread", gettext_lazy("A client that does not look at its numbers"), "edit_goals",
        "warn", _unread, _unread_text, "dashboard", is_mailed=False,
    ),
    Kind(
        "digest_warning", gettext_lazy("Goals and alerts that need attention"), "see_data", "bad",
        _title, _text, "incidents",
    ),
    Kind(
        "digest_news", gettext_lazy("Goals that are better or achieved"), "see_data", "good",
        _title, _text, "incidents", is_mailed=False,
    ),
)  # fmt: skip
