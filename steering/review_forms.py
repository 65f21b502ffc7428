"""A review as a person writes it."""

from typing import Any

from django import forms

from steering.models import Review
from steering.reviews.acting import ReviewWish


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReviewForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ("reviewed_on", "people", "comment", "decision", "next_on")
        widgets = {
            "reviewed_on": _day(),
            "next_on": _day(),
            "comment": forms.Textarea(attrs={"rows": 4}),
            "decision": forms.Textarea(attrs={"rows": 3}),
        }

    @property
    def wish(self) -> ReviewWish:
        data: dict[str, Any] = self.cleaned_data
        return ReviewWish(
            data["reviewed_on"], data["comment"], data["next_on"], data["people"], data["decision"]
        )
