"""An agency's name, language and brand."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms.clients import currency_choices
from accounts.models import Agency, Language


class AgencyNewForm(forms.Form):
    name = forms.CharField(label=_("Name of the agency"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class AgencyForm(forms.ModelForm):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 2 MB. It is shown in the header and on reports."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
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

    @property
    def logo_content(self) -> bytes | None:
        upload = self.cleaned_data.get("logo_file")
        return upload.read() if isinstance(upload, UploadedFile) else None
