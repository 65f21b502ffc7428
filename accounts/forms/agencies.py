"""An agency's name, language and brand."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms.clients import currency_choices
from accounts.models import HEX_COLOUR, Agency, Language


class _LogoForm(forms.Form):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 2 MB. It is shown in the header and on reports."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    @property
    def logo_content(self) -> bytes | None:
        upload = self.cleaned_data.get("logo_file")
        return upload.read() if isinstance(upload, UploadedFile) else None


class AgencyNewForm(_LogoForm):
    """The first page of somebody who has just signed up."""

    name = forms.CharField(
        label=_("Name of the agency"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("Of invitations and reports. Each person chooses their own for the pages."),
    )
    accent = forms.CharField(
        label=_("Colour"),
        required=False,
        validators=[HEX_COLOUR],
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("It can be changed later, as everything here."),
    )
    # Filled in by the browser: what a first client's zone, currency and week begin with.
    browser_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=forms.HiddenInput(attrs={"data-browser-zone": True}),
    )
    field_order = ("name", "language", "accent", "logo_file", "browser_zone")


class AgencyForm(_LogoForm, forms.ModelForm):
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Agency
        fields = ("name", "language", "currency", "accent")
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["currency"]
        self.fields["currency"] = forms.ChoiceField(
            label=field.label, choices=currency_choices(), help_text=field.help_text
        )
