"""What a formula can be taken apart into: one quotient of sums, a product of parts, a sum of terms.

Pure algebra over `kpis.formula`; no numbers here.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpis.formula import Atom, Constant, Expression, Operation

ONE = Constant(Decimal(1))
Sign = Literal[1, -1]


@dataclass(frozen=True, slots=True)
class Sides:
    """A formula written as one division of two sums; both add up over segments."""

    above: Expression
    below: Expression


def is_additive(expression: Expression) -> bool:
    """True if its value over a whole is the sum of its values over the parts: a linear form of
    totals that add up. A constant is not: it does not shrink with the part."""
    if isinstance(expression, Atom):
        return expression.measure.aggregation in ("sum", "last")
    if not isinstance(expression, Operation):
        return False
    left, right = expression.left, expression.right
    if expression.operator in "+-":
        return is_additive(left) and is_additive(right)
    if expression.operator == "*" and isinstance(left, Constant):
        return is_additive(right)
    return isinstance(right, Constant) and is_additive(left)


def quotient(expression: Expression) -> Sides | None:
    """The formula as one quotient of additive sides, or None if it is no such thing.

    Also seen through: 1 − a/b, a/c + b/c, 1000 × a/b. A division of divisions is not.
    """
    found = _rational(expression)
    if found is None or not (is_additive(found.above) and is_additive(found.below)):
        return None
    return found


def _rational(expression: Expression) -> Sides | None:
    if not isinstance(expression, Operation):
        return Sides(expression, ONE)
    left, right = _rational(expression.left), _rational(expression.right)
    if left is None or right is None:
        return None
    if expression.operator == "/":
        left, right = left, Sides(right.below, right.above)
    if expression.operator in "*/":
        above, below = _times(left.above, right.above), _times(left.below, right.below)
        return Sides(above, below) if above is not None and below is not None else None
    return _joined(expression, left, right)


def _joined(node: Operation, left: Sides, right: Sides) -> Sides | None:
    """a/b ± c/d over a common denominator, where one of them holds the other's but for a constant."""
    if left.below == right.below:
        return Sides(Operation(node.operator, left.above, right.above), left.below)
    if isinstance(left.below, Constant):
        widened = _times(left.above, right.below)
        above = (
            Operation(node.operator, widened, _scaled(right.above, left.below)) if widened else None
        )
        return Sides(above, _scaled(right.below, left.below)) if above else None
    if isinstance(right.below, Constant):
        widened = _times(right.above, left.below)
        above = (
            Operation(node.operator, _scaled(left.above, right.below), widened) if widened else None
        )
        return Sides(above, _scaled(left.below, right.below)) if above else None
    return None


def _scaled(expression: Expression, by: Constant) -> Expression:
    return expression if by == ONE else Operation("*", by, expression)


def _times(left: Expression, right: Expression) -> Expression | None:
    """A product in which at most one side is not a constant; None for others: they do not add up."""
    if isinstance(left, Constant):
        return _folded(left, right)
    if isinstance(right, Constant):
        return _folded(right, left)
    return None


def _folded(constant: Constant, expression: Expression) -> Expression:
    if isinstance(expression, Constant):
        return Constant(constant.value * expression.value)
    return _scaled(expression, constant)


def parts(expression: Expression) -> tuple[tuple[Expression, Sign], ...]:
    """The factors of a product as it is written, each with its power; a single one for a sum or leaf.

    A division inside brackets stays whole: pipeline velocity is its four parts, not ten measures.
    """
    if isinstance(expression, Operation) and expression.operator == "/":
        return (*_multiplied(expression.left, 1), *_multiplied(expression.right, -1))
    return _multiplied(expression, 1)


def _multiplied(expression: Expression, power: Sign) -> tuple[tuple[Expression, Sign], ...]:
    if isinstance(expression, Operation) and expression.operator == "*":
        return (*_multiplied(expression.left, power), *_multiplied(expression.right, power))
    return ((expression, power),)


def excess(expression: Expression) -> Expression | None:
    """x ÷ y of a formula (x − y) ÷ y, which is x ÷ y less one and moves by as much; else None."""
    if not isinstance(expression, Operation) or expression.operator != "/":
        return None
    left = expression.left
    if isinstance(left, Operation) and left.operator == "-" and left.right == expression.right:
        return Operation("/", left.left, expression.right, expression.needs_positive)
    return None


def terms(expression: Expression, sign: Sign = 1) -> tuple[tuple[Expression, Sign], ...]:
    """The terms of a sum with their signs; a single one for anything else."""
    if isinstance(expression, Operation) and expression.operator in "+-":
        other: Sign = sign if expression.operator == "+" else (-1 if sign == 1 else 1)
        return (*terms(expression.left, sign), *terms(expression.right, other))
    return ((expression, sign),)
