"""Deleting a client or an agency: one writes out its name, so that no slip of the finger does it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    """expected: the name to be written; needs_export: ask whether none is needed."""

    name = forms.CharField(
        label=_("Write the name to confirm"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_export_declined = forms.BooleanField(label=_("I need no export"), required=False)

    def __init__(self, *args: Any, expected: str, needs_export: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        if not needs_export:
            del self.fields["is_export_declined"]

    def clean_name(self) -> str:
        written: str = self.cleaned_data["name"].strip()
        if written != self.expected:
            raise forms.ValidationError(_("This is not the name."))
        return written
