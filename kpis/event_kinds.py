"""What programs are told of numbers, through webhooks. Pure."""

from django.utils.translation import gettext_lazy as _

from webhooks.kinds import EventKind, declare

RESTATED = "figure.restated"

declare(
    EventKind(
        RESTATED,
        _("A month that was closed has moved by 5 % or more, and again by each further 5 %."),
        {
            "measure": "leads",
            "unit": "count",
            "month": "2026-02-01",
            "reported": "412",
            "now": "441",
            "difference": "29",
            "currency": "EUR",
        },
    ),
)
