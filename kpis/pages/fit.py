"""What a fit of repeat buying says, or why there is none, in words. View models."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.customer_value.progress import STAGES
from kpis.customer_value.services import GAVE_UP, NO_SCIPY
from kpis.formats import format_number
from kpis.models import FitState, ValueModel
from kpis.pages.reader import Reader
from kpis.value.gates import ASKED, MISSED

#: Why a fit failed, by the code that is kept.
FAILURES = {
    NO_SCIPY: gettext_lazy(
        "The workers cannot compute it: the package SciPy is not installed there."
    ),
    GAVE_UP: gettext_lazy(
        "The computation broke off again and again. Try it again; if it breaks off once more, tell"
        " the people who run Rumbo."
    ),
}


@dataclass(frozen=True)
class GateLine:
    is_met: bool
    asked: str
    found: str


@dataclass(frozen=True)
class BuyerLine:
    """A customer of whom much is expected. Who may not see persons gets a number for a name."""

    name: str
    repeats: str
    days_since: str
    alive: str
    purchases: str
    mean_purchase: str
    value: str
    exact: str


@dataclass(frozen=True)
class Expectation:
    """What the next months should bring, from the last fit that could be made."""

    months: int
    per_customer: str
    total: str
    purchases: str
    alive: str
    new_customer: str
    lines: tuple[BuyerLine, ...]


@dataclass(frozen=True)
class Fit:
    """The part of the page about the model. `waiting` is told by its stage, which may be ""."""

    state: str
    as_of: str
    gates: tuple[GateLine, ...]
    failure: str
    expectation: Expectation | None
    parameters: tuple[tuple[str, str], ...]
    is_on_revenue: bool
    waiting: int | None
    stage: str

    @property
    def unmet(self) -> list[GateLine]:
        return [gate for gate in self.gates if not gate.is_met]


def fit_page(
    waiting: ValueModel | None,
    ended: ValueModel | None,
    names: Mapping[int, str],
    stage: str,
    reader: Reader,
) -> Fit:
    """`names` of the customers the reader may know; the others get the place they have."""
    return Fit(
        state=ended.state if ended else "",
        as_of=reader.day(ended.as_of) if ended else "",
        gates=tuple(_gate(gate, reader) for gate in ended.gates) if ended else (),
        failure=str(FAILURES.get(ended.error, ended.error)) if ended else "",
        expectation=_expectation(ended, names, reader)
        if ended and ended.state == FitState.DONE
        else None,
        parameters=tuple(
            (name, format_number(_exact(number), 4, reader.locale))
            for name, number in (ended.parameters if ended else {}).items()
        ),
        is_on_revenue=bool(ended and ended.basis == "revenue"),
        waiting=waiting.pk if waiting else None,
        stage=str(STAGES.get(stage, "")),
    )


def buyer_name(place: int, customer: int, names: Mapping[int, str]) -> str:
    return names.get(customer) or _("Customer no. %(number)s") % {"number": place}


def _gate(gate: Mapping[str, Any], reader: Reader) -> GateLine:
    code, found = gate["code"], gate["found"]
    figures = {
        "needed": _figure(gate["needed"], reader),
        "found": _figure(found, reader),
    }
    if code == "recent" and found is None:
        said = _("There is no order yet.")
    else:
        said = str(MISSED[code]) % figures
    is_met = bool(gate["is_met"])
    return GateLine(is_met, str(ASKED[code]) % figures, "" if is_met else said)


def _figure(number: float | None, reader: Reader) -> str:
    places = 0 if number is None or isinstance(number, int) else 2
    return format_number(_exact(number), places, reader.locale)


def _expectation(model: ValueModel, names: Mapping[int, str], reader: Reader) -> Expectation:
    said = model.results
    customers = max(said["customers"], 1)
    value = said["value"]
    return Expectation(
        months=said["months"],
        per_customer=_money(None if value is None else value / customers, reader),
        total=_money(value, reader),
        purchases=_count(said["purchases"], reader),
        alive=_count(said["alive"], reader),
        new_customer=format_number(_exact(said["new_customer_purchases"]), 2, reader.locale),
        lines=tuple(
            BuyerLine(
                buyer_name(place, each["customer"], names),
                _count(each["repeats"], reader),
                _count(each["days_since"], reader),
                reader.number(_exact(each["alive"]), "percent"),
                format_number(_exact(each["purchases"]), 2, reader.locale),
                reader.bare(_exact(each["mean_purchase"]), "money"),
                reader.bare(_exact(each["value"]), "money"),
                str(each["value"]),
            )
            for place, each in enumerate(said["top"], start=1)
        ),
    )


def _money(number: float | None, reader: Reader) -> str:
    return reader.number(_exact(number), "money")


def _count(number: float, reader: Reader) -> str:
    return format_number(_exact(number), 0, reader.locale)


def _exact(number: float | None) -> Decimal | None:
    """An estimate has no more than some ten digits that mean anything."""
    return None if number is None else Decimal(repr(number))
