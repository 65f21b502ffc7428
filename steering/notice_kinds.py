"""A client's digest: warnings, and what turned out well. Pure."""

from django.utils.translation import gettext_lazy, ngettext

from inbox.kinds import Data, Kind, declare
from steering.words import figures, sentences, verdict


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


declare(
    Kind(
        "digest_warning", gettext_lazy("Goals and alerts that need attention"), "see_data", "bad",
        _title, _text, "incidents",
    ),
    Kind(
        "digest_news", gettext_lazy("Goals that are better or achieved"), "see_data", "good",
        _title, _text, "incidents", is_mailed=False,
    ),
)  # fmt: skip
