"""The algebra of KPIs: one immutable expression tree over measures, read five ways.

Pure. Evaluate on totals, compile to SQL, print as text, list atoms, name factors. What a KPI
means is in `kpis.catalogue`; where totals come from is in `kpis.queries`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from hashlib import blake2b
from typing import Literal, TypeVar

from campaigns.measures import Measure

Number = TypeVar("Number", Decimal, Fraction)
Operator = Literal["+", "-", "*", "/"]
Span = Literal[
    "current",
    "comparison",
    "last_90_days",
    "last_12_months",
    "month_ends",
    "budget_to_date",
    "budget_whole",
]  # what days each one is: kpis.spans

# Guard digits while computing; the answer is rounded once, to the 28 digits of the house.
_WORKING = Context(prec=50, rounding=ROUND_HALF_EVEN)
_ANSWER = Context(prec=28, rounding=ROUND_HALF_EVEN)
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")


@dataclass(frozen=True, slots=True)
class Undefined:
    """No value, and why: a reason code (see `kpis.calculate.REASONS`) and what caused it."""

    reason: str
    culprit: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A measure restricted to some values of one dimension; `label` names the set in print."""

    dimension: str
    values: tuple[str, ...]
    label: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.dimension}={self.label or '|'.join(self.values)}"


class Expression:
    """A node of the tree. Operators build bigger trees; nothing is computed until evaluated."""

    __slots__ = ()

    def __add__(self, other: "Operand") -> "Operation":
        return Operation("+", self, as_expression(other))

    def __sub__(self, other: "Operand") -> "Operation":
        return Operation("-", self, as_expression(other))

    def __mul__(self, other: "Operand") -> "Operation":
        return Operation("*", self, as_expression(other))

    def __truediv__(self, other: "Operand") -> "Operation":
        return Operation("/", self, as_expression(other))

    def __radd__(self, other: "Operand") -> "Operation":
        return Operation("+", as_expression(other), self)

    def __rsub__(self, other: "Operand") -> "Operation":
        return Operation("-", as_expression(other), self)

    def __rmul__(self, other: "Operand") -> "Operation":
        return Operation("*", as_expression(other), self)

    def __rtruediv__(self, other: "Operand") -> "Operation":
        return Operation("/", as_expression(other), self)

    def over_positive(self, other: "Operand", otherwise: str = "") -> "Operation":
        """Division that has no value unless the denominator is above zero; `otherwise` says why."""
        return Operation("/", self, as_expression(other), needs_positive=True, otherwise=otherwise)

    def per(self, other: "Operand", otherwise: str) -> "Operation":
        """Division whose zero denominator means something of its own: the reason code."""
        return Operation("/", self, as_expression(other), otherwise=otherwise)

    def compared(self) -> "Expression":
        """The same expression over the comparison period."""
        return self.over("comparison")

    def over(self, span: Span) -> "Expression":
        """The same expression over other days than those asked for: see `kpis.spans`."""
        return map_atoms(self, lambda atom: replace(atom, period=span))

    def within(self, since: date | None, until: date | None) -> "Expression":
        """The same expression over those of its days that lie between two, both included."""
        return map_atoms(self, lambda atom: replace(atom, since=since, until=until))

    def where(self, **filters: "FilterValues") -> "Expression":
        """The same expression with every atom filtered: `where(device="mobile")`."""
        added = tuple(_filter(dimension, values) for dimension, values in filters.items())
        return map_atoms(self, lambda atom: replace(atom, filters=_merged(atom.filters, added)))

    def __str__(self) -> str:
        return as_text(self)


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    value: Decimal

    __str__ = Expression.__str__


@dataclass(frozen=True, slots=True)
class Atom(Expression):
    """A measure, optionally filtered, over the asked days or others: a leaf with a total.

    Of these days only those from `since` to `until` count; None is no limit.
    """

    measure: Measure
    filters: tuple[Filter, ...] = ()
    period: Span = "current"
    since: date | None = None
    until: date | None = None

    __str__ = Expression.__str__

    def __hash__(self) -> int:
        # Totals are looked up by atom thousands of times a page: the parts that tell most apart will do.
        return hash((self.measure.key, self.period))

    @property
    def text(self) -> str:
        """Its name in inputs and answers: `sessions[device=mobile]`, `order_value:comparison`.

        Part of its days are said after an @: `revenue@2026-03-01..`.
        """
        filters = f"[{', '.join(map(str, self.filters))}]" if self.filters else ""
        span = "" if self.period == "current" else f":{self.period}"
        days = f"@{self.since or ''}..{self.until or ''}" if self.since or self.until else ""
        return f"{self.measure.key}{filters}{span}{days}"

    @property
    def column(self) -> str:
        """A safe SQL identifier for its total: the measure's key when it is not filtered."""
        if self.text == self.measure.key:
            return self.measure.key
        filters = [(f.dimension, f.values) for f in self.filters]
        plain = repr((filters, self.period, self.since, self.until)).encode()
        return f"{self.measure.key[:50]}_{blake2b(plain, digest_size=5).hexdigest()}"


def measure_named(text: str) -> str:
    """The key of the measure in an atom's name (`Atom.text`), whatever part or days of it are named."""
    return re.split(r"[\[:@]", text, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Operation(Expression):
    operator: Operator
    left: Expression
    right: Expression
    needs_positive: bool = False
    otherwise: str = ""

    __str__ = Expression.__str__


def _operation(expression: Expression) -> Operation:
    if isinstance(expression, Operation):
        return expression
    raise TypeError(f"not a node of a formula: {expression!r}")


Operand = Expression | Measure | int | Decimal
FilterValues = Filter | str | Iterable[str]
Totals = Mapping[Atom, Decimal | Fraction | int | Undefined | None]


def as_expression(operand: Operand) -> Expression:
    """An expression as it is, a measure as an atom, an int or finite Decimal as a constant."""
    if isinstance(operand, Expression):
        return operand
    if isinstance(operand, Measure):
        return Atom(operand)
    if isinstance(operand, bool) or not isinstance(operand, (int, Decimal)):
        raise TypeError(f"not part of a formula: {operand!r}")
    value = Decimal(operand)
    if not value.is_finite():
        raise ValueError("a constant of a formula must be finite")
    return Constant(value)


def _filter(dimension: str, values: "FilterValues") -> Filter:
    if isinstance(values, Filter):
        if values.dimension != dimension:
            raise ValueError(f"a filter on {values.dimension} given for {dimension}")
        return values
    if isinstance(values, str):
        return Filter(dimension, (values,))
    return Filter(dimension, tuple(sorted(values)))


def _merged(old: tuple[Filter, ...], new: tuple[Filter, ...]) -> tuple[Filter, ...]:
    filters = (*old, *new)
    names = [each.dimension for each in filters]
    if len(set(names)) != len(names):
        raise ValueError(f"a dimension is filtered twice: {names}")
    return tuple(sorted(filters, key=lambda each: each.dimension))


def map_atoms(expression: Expression, change: Callable[[Atom], Atom]) -> Expression:
    """The same tree with every atom changed."""
    if isinstance(expression, Atom):
        return change(expression)
    if isinstance(expression, Operation):
        left, right = (map_atoms(part, change) for part in (expression.left, expression.right))
        return replace(expression, left=left, right=right)
    return expression


# -- reading 1: list --------------------------------------------------------------------------


def nodes(expression: Expression) -> Iterator[Expression]:
    """Every node, parents first, left to right."""
    yield expression
    if isinstance(expression, Operation):
        yield from nodes(expression.left)
        yield from nodes(expression.right)


def atoms(expression: Expression) -> tuple[Atom, ...]:
    """The leaves that need a total, each once, in reading order."""
    return tuple(dict.fromkeys(node for node in nodes(expression) if isinstance(node, Atom)))


def measures(expression: Expression) -> tuple[Measure, ...]:
    """The measures it needs, each once, in reading order."""
    return tuple(dict.fromkeys(atom.measure for atom in atoms(expression)))


def quotients(expression: Expression) -> tuple[Operation, ...]:
    """Every division inside it."""
    found = (node for node in nodes(expression) if isinstance(node, Operation))
    return tuple(node for node in found if node.operator == "/")


# -- reading 2: evaluate ----------------------------------------------------------------------


def evaluate(expression: Expression, totals: Totals, number: type[Number]) -> Number | Undefined:
    """Its value on totals, as `Decimal` (28 digits, rounded once) or exactly as `Fraction`.

    Undefined exactly when some atom has no total, some denominator is zero, or a denominator
    that must be positive is not. Undefined passes through every operator; the first one in
    reading order is reported.
    """
    value = _evaluate(expression, totals, number)
    return _ANSWER.plus(value) if isinstance(value, Decimal) else value


def _evaluate(expression: Expression, totals: Totals, number: type[Number]) -> Number | Undefined:
    if isinstance(expression, Constant):
        return number(expression.value)
    if isinstance(expression, Atom):
        return _total(expression, totals, number)
    expression = _operation(expression)
    left = _evaluate(expression.left, totals, number)
    if isinstance(left, Undefined):
        return left
    right = _evaluate(expression.right, totals, number)
    if isinstance(right, Undefined):
        return right
    if expression.operator == "/":
        return _divide(expression, left, right)
    return _combine(expression.operator, left, right)


def _total(atom: Atom, totals: Totals, number: type[Number]) -> Number | Undefined:
    total = totals.get(atom)
    if total is None:
        return Undefined("missing_input", atom.text)
    if isinstance(total, Undefined):
        return total
    if isinstance(total, Decimal) and not total.is_finite():
        raise ValueError(f"the total of {atom.text} is not a number: {total}")
    return number(total)  # type: ignore[arg-type]


def _combine(operator: str, left: Number, right: Number) -> Number:
    if isinstance(left, Decimal):
        compute = {"+": _WORKING.add, "-": _WORKING.subtract, "*": _WORKING.multiply}[operator]
        return compute(left, right)
    return left + right if operator == "+" else left - right if operator == "-" else left * right


def _divide(node: Operation, left: Number, right: Number) -> Number | Undefined:
    if right == 0:
        return Undefined(node.otherwise or "zero_denominator", as_text(node.right))
    if node.needs_positive and right < 0:
        return Undefined(node.otherwise or "negative_denominator", as_text(node.right))
    if isinstance(left, Decimal):
        return _WORKING.divide(left, right)
    return left / right


# -- reading 3: compile to SQL ----------------------------------------------------------------


def as_sql(expression: Expression, column: Callable[[Atom], str] = lambda atom: atom.column) -> str:
    """An SQL expression over columns that hold the totals; NULL exactly where evaluation has none.

    Everything is NUMERIC, so nothing divides as integers. For sorting and export only: the
    digits after the division are PostgreSQL's. ValueError if a column is not a plain identifier.
    """
    if isinstance(expression, Constant):
        return f"({expression.value:f})::numeric"
    if isinstance(expression, Atom):
        name = column(expression)
        if not _IDENTIFIER.match(name):
            raise ValueError(f"not a safe SQL identifier: {name!r}")
        return f'"{name}"::numeric'
    expression = _operation(expression)
    left, right = as_sql(expression.left, column), as_sql(expression.right, column)
    if expression.operator == "/" and expression.needs_positive:
        right = f"CASE WHEN {right} > 0 THEN {right} END"
    elif expression.operator == "/":
        right = f"NULLIF({right}, 0)"
    return f"({left} {expression.operator} {right})"


# -- reading 4: print -------------------------------------------------------------------------

_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def as_text(expression: Expression, label: Callable[[Atom], str] = lambda atom: atom.text) -> str:
    """One line for people, with the fewest brackets; `label` names the atoms."""
    if isinstance(expression, Constant):
        return f"{expression.value:f}"
    if isinstance(expression, Atom):
        return label(expression)
    expression = _operation(expression)
    own = _BINDS[expression.operator]
    left, right = as_text(expression.left, label), as_text(expression.right, label)
    if _strength(expression.left) < own:
        left = f"({left})"
    weaker = _strength(expression.right) < own
    if weaker or (_strength(expression.right) == own and expression.operator in "-/"):
        right = f"({right})"
    return f"{left} {_SIGNS[expression.operator]} {right}"


def _strength(expression: Expression) -> int:
    return _BINDS[expression.operator] if isinstance(expression, Operation) else 3


# -- reading 5: factors -----------------------------------------------------------------------


def factors(expression: Expression) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """(what multiplies, what divides): a sum or a leaf counts as one factor.

    CPL gives ((ad_spend,), (leads,)); a ÷ (b ÷ c) gives ((a, c), (b,)).
    """
    if isinstance(expression, Operation) and expression.operator in "*/":
        above, below = factors(expression.left)
        right_above, right_below = factors(expression.right)
        if expression.operator == "/":
            right_above, right_below = right_below, right_above
        return (*above, *right_above), (*below, *right_below)
    return (expression,), ()
