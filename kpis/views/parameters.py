"""A client's parameters over time: what holds since when, a change from a day on, its undoing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.forms.numbers import typed_fields
from accounts.requests import AgencyRequest
from kpis.models import ParameterChange
from kpis.models.parameters import CHOICES
from kpis.pages.parameters import spoken_history
from kpis.parameters import changes_of, parameters_change, parameters_restore
from kpis.views.entering import private, reader_for


class ChangeForm(forms.ModelForm):
    """Whatever is left empty stays as it was."""

    class Meta:
        model = ParameterChange
        fields = ("since", *CHOICES, "note")
        widgets = {
            "since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        field_classes = typed_fields(ParameterChange, CHOICES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHOICES:
            choices = getattr(self.fields[name], "choices", None)
            if choices is not None:
                given = [choice for choice in choices if choice[0] not in ("", None)]
                self.fields[name].choices = [("", gettext_lazy("As before")), *given]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def parameters(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "manage_clients")
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            parameters_change(brand, data["since"], data, data["note"], request.access.actor_id)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. The days from then on are being computed anew."))
            return redirect("parameters", agency, client)
    reader = reader_for(request, brand)
    context = {
        "client": brand,
        "form": form,
        "versions": spoken_history(brand, changes_of(brand), reader),
    }
    status = 422 if form.errors else 200
    return private(render(request, "kpis/parameters.html", context, status=status))


@require_POST
def parameters_undo(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "manage_clients")
    if parameters_restore(brand, number) is None:
        raise Http404
    messages.success(request, _("The change is taken back: what held before holds again."))
    return redirect("parameters", agency, client)
