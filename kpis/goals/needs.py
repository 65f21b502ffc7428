"""What the rest of a goal over a whole period must bring (KPIS C.4): exact, as a rate. Pure."""

from fractions import Fraction

from kpis.compare import Number


def required_rate(
    target: Number, numerator: Number, denominator: Number, expected: Number
) -> Fraction | None:
    """The rate over `expected` more of the denominator, with which the whole ends at its target.

    2 % of sessions wanted, 150 of 10,000 so far, 5,000 to come: (0.02 × 15,000 − 150) / 5,000 = 3 %.
    None where nothing more is expected.
    """
    more = Fraction(expected)
    if more <= 0:
        return None
    whole = Fraction(target) * (Fraction(denominator) + more)
    return (whole - Fraction(numerator)) / more
