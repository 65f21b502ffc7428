"""A client's facts: its zone, currency, calendar and how its cost is counted."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global
from django import forms
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import typed_fields
from accounts.models import Client
from accounts.services.clients import FIELDS

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@lru_cache(maxsize=1)
def zone_names() -> list[str]:
    """The zones of places; an alias without a region is offered only where it already stands."""
    return [*sorted(z for z in available_timezones() if z.split("/")[0] in REGIONS), "UTC"]


def zone_choices() -> list[tuple[str, str]]:
    """Each zone with its offset of today: America/Sao_Paulo (UTC−03:00)."""
    now = datetime.now(UTC)
    return [(name, f"{name.replace('_', ' ')} ({_offset(now, name)})") for name in zone_names()]


def _offset(now: datetime, name: str) -> str:
    text = now.astimezone(ZoneInfo(name)).strftime("%z")
    return f"UTC{text[:3].replace('-', '−')}:{text[3:]}"


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """The currencies that are legal tender somewhere today (CLDR)."""
    return frozenset(
        code
        for history in get_global("territory_currencies").values()
        for code, _start, end, tender in history
        if end is None and tender
    )


def currency_choices() -> list[tuple[str, str]]:
    names = Locale.parse((get_language() or "en").replace("-", "_")).currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(currency_codes())]


#: What a client begins with; the rest of the form is folded up, with defaults that suit most.
FIRST = ("name", "time_zone", "currency", "week_start", "cost_basis")

#: What changes numbers; left empty it stays as it is, or as it is for most.
PARAMETERS = (
    "cost_basis",
    "profit_basis",
    "cohort_days",
    "repeat_days",
    "active_days",
    "sla_minutes",
    "clock",
    "opens_at",
    "closes_at",
    "open_days",
)


class DaysField(forms.MultipleChoiceField):
    """Days of the week as the client keeps them: "12345" is Monday to Friday."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})

    def to_python(self, value: Any) -> list[str]:
        return [day for text in super().to_python(value) for day in text]

    def clean(self, value: Any) -> str:
        return "".join(sorted(set(super().clean(value))))


class ClientForm(forms.ModelForm):
    class Meta:
        model = Client
        fields = FIELDS
        field_classes = typed_fields(Client, FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones, currencies = zone_choices(), currency_choices()
        for name, choices in (("time_zone", zones), ("currency", currencies)):
            held = getattr(self.instance, name)
            if held and held not in dict(choices):
                choices = [(held, held), *choices]
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=held)
        self.fields["fiscal_month"] = forms.TypedChoiceField(
            label=self.fields["fiscal_month"].label, choices=list(MONTHS.items()), coerce=int
        )
        self.fields["open_days"] = DaysField(
            label=self.fields["open_days"].label,
            choices=[(str(at + 1), name) for at, name in WEEKDAYS.items()],
        )
        self.initial["open_days"] = list(self.initial.get("open_days") or self.instance.open_days)
        for name in ("opens_at", "closes_at"):
            self.fields[name].widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        for name in PARAMETERS:
            self.fields[name].required = False
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["contact"].widget.attrs["autocomplete"] = "off"
        self.fields["cost_basis"].help_text = _(
            "Media: what was paid to platforms. Fees, tools and people can be added to it."
        )
        self.fields["time_zone"].help_text = _(
            "A day of this client begins at midnight here. Facts already stored keep their zone."
        )
        self.fields["currency"].help_text = _(
            "Its numbers are in it. Amounts in another currency are converted at the rate of their day."
        )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in FIRST]

    @property
    def has_hidden_errors(self) -> bool:
        return any(field.errors for field in self.more_fields)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name in PARAMETERS:
            if name not in self.errors and given.get(name) in (None, ""):
                given[name] = getattr(self.instance, name)
        opens, closes = given.get("opens_at"), given.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("The office closes before it opens."))
        return given
