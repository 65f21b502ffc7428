"""A rate as a person types it, and a file of rates with the day from which it is wanted."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms.clients import currency_choices
from accounts.forms.numbers import NumberField
from kpis.rates.files import MOST_BYTES, PublishedRate, RateFileRefused, rates_in


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RateForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=_day_input())
    code = forms.ChoiceField(label=_("One unit of"))
    to = forms.ChoiceField(label=_("is worth, in"))
    rate = NumberField(
        label=_("Rate"),
        required=False,
        min_value=0,
        max_digits=24,
        decimal_places=12,
        is_fine=True,
        help_text=_("Empty takes back what stands for this day and direction."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", "to"):
            self.fields[name].choices = currency_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code") and data.get("code") == data.get("to"):
            self.add_error("to", _("Choose two different currencies."))
        if data.get("rate") == 0:
            self.add_error("rate", _("A rate is above zero."))
        return data


class RateFileForm(forms.Form):
    file = forms.FileField(
        label=_("File of the European Central Bank"),
        help_text=_("eurofxref-hist.csv, or the zip with it: Date,USD,JPY,…"),
        widget=forms.FileInput(attrs={"accept": ".csv,.zip"}),
    )
    since = forms.DateField(
        label=_("From"),
        widget=_day_input(),
        help_text=_("Earlier days of the file are left out."),
    )

    def clean_file(self) -> list[PublishedRate]:
        """The rates in the file."""
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is None or upload.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        try:
            return list(rates_in(upload.read()))
        except RateFileRefused as refused:
            raise forms.ValidationError(str(refused), code=refused.code) from refused
