"""Files of own measures: what people count by day beyond the closed list."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from campaigns.imports.columns import Column, DayColumn, NumberColumn
from campaigns.imports.kinds.known import CURRENCY, TOUCH, Kind


@dataclass(frozen=True)
class SignedNumberColumn(NumberColumn):
    """A number that may be fractional and below 0: six decimals."""

    is_signed: ClassVar[bool] = True


OWN = Kind(
    "own",
    _("Own measures"),
    (
        CURRENCY,
        DayColumn("day", _("Day"), is_required=True),
        Column("own_measure", _("Measure"), is_required=True, longest=80),
        SignedNumberColumn("own_value", _("Value"), is_required=True),
        *TOUCH,
    ),
    needs=(("day",), ("own_measure",), ("own_value",)),
    identity=("day", "own_measure", "campaign_id", "campaign"),
)
