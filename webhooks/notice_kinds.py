"""What members are told of endpoints. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.kinds import Data, Kind, declare


def _disabled(data: Data) -> str:
    return _("The webhook “%(name)s” has been switched off") % data


def _disabled_text(data: Data) -> str:
    why = (
        _("Its receiver answered 410: it does not want events any more.")
        if data["reason"] == "gone"
        else _("For three days its receiver did not take a single event.")
    )
    kept = _("What happens from now on waits; switch it on again to have it sent.")
    return f"{why} {kept}"


declare(
    Kind(
        "webhook_disabled", gettext_lazy("A webhook was switched off"), "manage_webhooks", "bad",
        _disabled, _disabled_text, "webhook", ("number",), is_of_client=False,
    ),
)  # fmt: skip
