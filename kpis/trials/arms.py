"""What a test of landing pages counts: arms of visitors, of whom some became leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Arm:
    """One variant: visitors exposed, those who became leads, and of these the qualified ones.

    `qualified` is None where nobody counts them. ValueError for counts that cannot be.
    """

    visitors: int
    conversions: int
    qualified: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.conversions <= self.visitors:
            raise ValueError("an arm has at most as many conversions as visitors, none negative")
        if self.qualified is not None and not 0 <= self.qualified <= self.visitors:
            raise ValueError("an arm has at most as many qualified leads as visitors")

    @property
    def rate(self) -> Fraction | None:
        """Conversions per visitor; None without visitors."""
        return Fraction(self.conversions, self.visitors) if self.visitors else None

    @property
    def missed(self) -> int:
        """Visitors who did not convert."""
        return self.visitors - self.conversions

    def of_qualified(self) -> "Arm | None":
        """The same visitors judged by qualified leads: the guard metric. None if uncounted."""
        return None if self.qualified is None else Arm(self.visitors, self.qualified)


def smallest_expected(arms: Sequence[Arm]) -> Fraction | None:
    """The smallest expected cell of the table arms × (converted, not), if all rates were one."""
    visitors = sum(arm.visitors for arm in arms)
    if not visitors:
        return None
    rarer = min(sum(arm.conversions for arm in arms), sum(arm.missed for arm in arms))
    return min(Fraction(arm.visitors * rarer, visitors) for arm in arms)
