"""Days by source until its figures are final."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms.numbers import NumberInput, WholeField
from campaigns.models.batches import Family
from campaigns.services.settling import MOST_DAYS, Settling


class SettlingForm(forms.Form):
    """One field for each source, named family:source; empty is the default."""

    def __init__(self, *args: Any, sources: Sequence[Settling], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in sources:
            self.fields[each.key] = WholeField(
                label=f"{each.source} · {Family(each.family).label}",
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                initial=each.days,
                widget=NumberInput(
                    attrs={"inputmode": "numeric", "placeholder": str(each.default)}
                ),
            )

    @property
    def usual(self) -> set[str]:
        """Empty is the default, which the field shows: nobody needs to hear that it may be."""
        return set(self.fields)
