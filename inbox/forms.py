"""What a member chooses to hear: for each kind, in the inbox and by e-mail."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from inbox.kinds import Kind
from inbox.models import Choice


class ChoicesForm(forms.Form):
    """Two boxes for each kind of notice: `shown_<kind>` and `mailed_<kind>`."""

    def __init__(
        self, data: Any, *, kinds: Iterable[Kind], chosen: Mapping[str, Choice], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.kinds = tuple(kinds)
        for kind in self.kinds:
            has = chosen.get(kind.key)
            self.fields[f"shown_{kind.key}"] = forms.BooleanField(
                required=False, initial=has.is_shown if has else True
            )
            self.fields[f"mailed_{kind.key}"] = forms.BooleanField(
                required=False, initial=has.is_mailed if has else kind.is_mailed
            )

    def rows(self) -> list[tuple[Kind, forms.BoundField, forms.BoundField]]:
        return [
            (kind, self[f"shown_{kind.key}"], self[f"mailed_{kind.key}"]) for kind in self.kinds
        ]

    def wanted(self) -> dict[str, tuple[bool, bool]]:
        return {
            kind.key: (
                self.cleaned_data[f"shown_{kind.key}"],
                self.cleaned_data[f"mailed_{kind.key}"],
            )
            for kind in self.kinds
        }
