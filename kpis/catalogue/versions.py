"""Parameters over time: which of a client's choices were in force on which days.

Pure. The choices are kept in `kpis.models.parameters`; formulas take them apart with `piecewise`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpis.catalogue.kpi import DEFAULTS, Parameters, Piece
from kpis.formula import Expression

#: How far before the asked days a part of a formula may look (`kpis.spans`).
REACH_DAYS = 400


@dataclass(frozen=True)
class History:
    """A client's parameters, each from its day on; the first holds since ever (its day is None)."""

    versions: tuple[tuple[date | None, Parameters], ...] = ((None, DEFAULTS),)

    def on(self, day: date) -> Parameters:
        """Those in force on a day."""
        return [each for since, each in self.versions if since is None or since <= day][-1]

    @property
    def longest_window(self) -> int:
        """Days after which the cohort of any day has matured."""
        return max(each.window_days for _since, each in self.versions)

    @property
    def longest_repeat(self) -> int:
        """Days after which nobody of a first-sale cohort can count as come back."""
        return max(each.repeat_days for _since, each in self.versions)

    def over(self, first: date, last: date) -> Parameters:
        """Those in force on the last day, with what held on the days before if it was other."""
        early = first - timedelta(days=REACH_DAYS) if first.year > 2 else first
        return replace(
            self.on(last), pieces=self._pieces(first, last), reach=self._pieces(early, last)
        )

    def _pieces(self, first: date, last: date) -> tuple[Piece, ...]:
        """Nothing when one version holds throughout; else each with its days, open at both ends."""
        inside = [
            (since, each)
            for place, (since, each) in enumerate(self.versions)
            if (since is None or since <= last) and not self._is_over(place, first)
        ]
        if len(inside) < 2:
            return ()
        ends = [since - timedelta(days=1) for since, _each in inside[1:] if since is not None]
        return tuple(
            Piece(None if place == 0 else since, end, each)
            for place, ((since, each), end) in enumerate(zip(inside, [*ends, None], strict=True))
        )

    def _is_over(self, place: int, first: date) -> bool:
        following = self.versions[place + 1][0] if place + 1 < len(self.versions) else None
        return following is not None and following <= first


def piecewise(
    parameters: Parameters, build: Callable[[Parameters], Expression], *, is_reach: bool = False
) -> Expression:
    """What `build` makes of the parameters; added up over versions where the range has several.

    Only for what adds up over days. `is_reach`: for parts that look back beyond the asked days.
    """
    pieces = parameters.reach if is_reach else parameters.pieces
    if not pieces:
        return build(parameters)
    first, *rest = (build(piece.parameters).within(piece.since, piece.until) for piece in pieces)
    total = first
    for each in rest:
        total = total + each
    return total
