"""An archive to bring in, and what its client is to be called."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ArchiveForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("The zip file that “Export” made, here or in another Rumbo."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name of the client here"), max_length=120)
