"""The bands of a goal that are not the usual ones (KPIS C.5): read, checked, and said. Pure."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from kpis.goals.checks import Problem
from kpis.goals.status import Bands

#: By pace, where there is no forecast; and by the probability of reaching the target.
PACE, PROBABILITY = "pace", "probability"
USUAL: Mapping[str, Bands] = {
    PACE: Bands(),
    PROBABILITY: Bands(Fraction(40, 100), Fraction(10, 100), Fraction(45, 100), Fraction(15, 100)),
}
#: More than this is no share of anything.
MOST = {PACE: Fraction(2), PROBABILITY: Fraction(1)}


def bands_of(thresholds: Mapping[str, Any], which: str) -> Bands:
    """The bands of a goal's `thresholds`, each share that is not said being the usual one."""
    said = thresholds.get(which) or {}
    return USUAL[which]._replace(
        **{name: Fraction(text) for name, text in said.items() if name in Bands._fields}
    )


def thresholds_from(given: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """What is to be kept of thresholds as somebody wrote them, and what is wrong with them.

    Usual shares are left out, so that they follow when the usual ones change.
    """
    kept: dict[str, dict[str, str]] = {}
    found: list[Problem] = []
    for which, shares in given.items():
        if which not in USUAL or not isinstance(shares, Mapping):
            found.append(_problem(_("Thresholds are by pace or by probability.")))
            continue
        own, wrong = _shares(which, shares)
        found += wrong
        if own:
            kept[which] = own
        if not wrong and not _is_in_order(bands_of({which: own}, which), MOST[which]):
            message = _("“At risk” must lie below “on course”, and the way back not below either.")
            found.append(_problem(message))
    return kept, found


def thresholds_shifted(
    which: str, good: Decimal | None, fair: Decimal | None
) -> dict[str, Decimal]:
    """Thresholds from two percentages; the ways back stay as far above as they usually are."""
    usual, found = USUAL[which], {}
    for name, percent in (("on_track", good), ("at_risk", fair)):
        if percent is not None:
            gap = getattr(usual, f"back_{name}") - getattr(usual, name)
            found[name] = percent / 100
            found[f"back_{name}"] = percent / 100 + Decimal(gap.numerator) / gap.denominator
    return found


def _shares(which: str, shares: Mapping[str, Any]) -> tuple[dict[str, str], list[Problem]]:
    own: dict[str, str] = {}
    for name, value in shares.items():
        if value in (None, ""):
            continue
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if name not in Bands._fields or not number.is_finite():
            return {}, [_problem(_("A threshold is a share like 0.95."))]
        if Fraction(number) != getattr(USUAL[which], name):
            own[name] = format(number.normalize(), "f")
    return own, []


def _is_in_order(bands: Bands, most: Fraction) -> bool:
    return (
        0 < bands.at_risk < bands.on_track <= bands.back_on_track <= most
        and bands.at_risk <= bands.back_at_risk <= bands.back_on_track
    )


def _problem(message: Any) -> Problem:
    return Problem("thresholds", "thresholds", message)
