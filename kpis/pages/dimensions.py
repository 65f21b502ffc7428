"""What dimensions and their values are called. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kpis.catalogue.kpi import Words

NAMES: Mapping[str, Words] = {
    "channel": gettext_lazy("Channel"),
    "campaign": gettext_lazy("Campaign"),
    "device": gettext_lazy("Device"),
    "landing_page": gettext_lazy("Landing page"),
    "salesperson": gettext_lazy("Salesperson"),
    "country": gettext_lazy("Country"),
    "is_returning": gettext_lazy("New or returning"),
    "product": gettext_lazy("Product"),
    "source": pgettext_lazy("where a visit comes from", "Source"),
    "medium": pgettext_lazy("how a visit comes", "Medium"),
    "platform": gettext_lazy("Platform"),
    "network": gettext_lazy("Network"),
}
UNSET: Mapping[str, Words] = {
    "channel": gettext_lazy("No channel"),
    "campaign": gettext_lazy("No campaign"),
}
_VALUES: Mapping[str, Mapping[str, Words]] = {
    "device": {
        "mobile": gettext_lazy("Phone"),
        "desktop": gettext_lazy("Computer"),
        "tablet": gettext_lazy("Tablet"),
        "other": gettext_lazy("Other device"),
    },
    "is_returning": {"true": gettext_lazy("Returning"), "false": gettext_lazy("New")},
}


def dimension_name(dimension: str) -> str:
    return str(NAMES.get(dimension, dimension))


def value_name(dimension: str, value: str, label: str = "") -> str:
    """A value as readers know it; `label` is the name that its own row has, if any."""
    if not value:
        return str(UNSET.get(dimension) or _("(not set)"))
    known = _VALUES.get(dimension, {}).get(value)
    return str(known) if known else label or value
