"""From a formula's names to the tree over measures, and every reason why it has no meaning.

1. Names become their formulas; a custom KPI's own names likewise, never in a circle.
2. Filters must be ones that the measures have.
3. Adding needs like things, and never two counts of distinct people.
4. The whole must yield a unit, and every division must be possible at least once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from typing import NoReturn

from django.utils.translation import gettext as _

from campaigns.channels import CODES, CREDITED, PAID
from campaigns.measures import Measure
from kpis.catalogue.kpi import DEFAULTS, Parameters, Unit, Words
from kpis.custom.problems import FormulaInvalid, Span
from kpis.custom.syntax import Binary, Name, Node, Number, Restriction, names_in, parse
from kpis.custom.vocabulary import Vocabulary
from kpis.formula import (
    Atom,
    Constant,
    Expression,
    Filter,
    Operation,
    Undefined,
    atoms,
    evaluate,
    measures,
    nodes,
)
from kpis.rules import Dimension, dimension_of, units_of

MOST_NODES = 400
DEEPEST_TREE = 100
_TRIALS = 6
#: Sets of channels by the names that print.
CHANNEL_SETS: Mapping[str, frozenset[str]] = {
    "paid": frozenset(PAID),
    "credited": frozenset(CREDITED),
}
#: Filters whose values mean the same for every client; None is any text.
FILTERS: Mapping[str, frozenset[str] | None] = {
    "channel": frozenset(CODES),
    "device": frozenset({"desktop", "mobile", "tablet", "other"}),
    "is_returning": frozenset({"true", "false"}),
    "country": None,
    "source": None,
    "medium": None,
    "platform": None,
    "network": None,
}


@dataclass(frozen=True)
class Meaning:
    """A formula that means something: its tree, what it is made of, the units it may be shown in."""

    expression: Expression
    dimension: Dimension
    units: tuple[Unit, ...]
    names: tuple[str, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return measures(self.expression)


def meaning_of(
    text: str, vocabulary: Vocabulary, own_key: str = "", parameters: Parameters = DEFAULTS
) -> Meaning:
    """What a text means. FormulaInvalid if it means nothing; `own_key` is the KPI being written."""
    node = parse(text)
    resolver = _Resolver(vocabulary, parameters, (own_key,) if own_key else ())
    expression = resolver.expression(node)
    whole = Span(0, len(text.rstrip()))
    if not atoms(expression):
        raise FormulaInvalid(
            "no_measure",
            _("A formula needs at least one measure or KPI."),
            whole,
            _("Type a letter to see the names."),
        )
    _check_cohorts(expression, whole)
    dimension = resolver.dimension(node)
    resolver.check_divisions(node)
    units = units_of(dimension)
    if not units:
        raise FormulaInvalid(
            "unit_nonsense",
            _("The result would be in %(unit)s, which is not a unit of anything.")
            % {"unit": words_of(dimension)},
            whole,
            _("Divide money by a count, a count by a count, or add like things."),
        )
    return Meaning(
        expression, dimension, units, tuple(dict.fromkeys(each.key for each in names_in(node)))
    )


def expression_of(
    text: str, vocabulary: Vocabulary, own_key: str, parameters: Parameters
) -> Expression:
    """The tree of a formula that was found good when it was saved, under these parameters."""
    return _Resolver(vocabulary, parameters, (own_key,)).expression(parse(text))


class _Resolver:
    """Resolves within one vocabulary; `within` are the custom KPIs being resolved, outermost first."""

    def __init__(
        self, vocabulary: Vocabulary, parameters: Parameters, within: tuple[str, ...]
    ) -> None:
        self.vocabulary, self.parameters, self.within = vocabulary, parameters, within

    def expression(self, node: Node) -> Expression:
        """The tree. FormulaInvalid with the place of the name that cannot be resolved."""
        if isinstance(node, Number):
            return Constant(node.value)
        if isinstance(node, Name):
            return self._filtered(node, self._named(node))
        made = Operation(node.operator, self.expression(node.left), self.expression(node.right))
        if _size(made, MOST_NODES) > MOST_NODES or _depth(made) > DEEPEST_TREE:
            raise FormulaInvalid(
                "too_large",
                _("Written out in measures this formula is too large."),
                node.span,
            )
        return made

    def _named(self, name: Name) -> Expression:
        known = self.vocabulary
        if name.key in known.kpis:
            return known.kpis[name.key].expression(self.parameters)
        if name.key in known.custom:
            return self._custom(name)
        measure = known.measure(name.key)
        if measure is None:
            _refuse_unknown(name, known)
        return Atom(measure)

    def _custom(self, name: Name) -> Expression:
        if name.key in self.within:
            circle = " → ".join((*self.within[self.within.index(name.key) :], name.key))
            raise FormulaInvalid(
                "cycle",
                _("“%(key)s” would be computed from itself: %(circle)s.")
                % {"key": name.key, "circle": circle},
                name.span,
            )
        inner = _Resolver(self.vocabulary, self.parameters, (*self.within, name.key))
        try:
            return inner.expression(parse(self.vocabulary.custom[name.key].formula))
        except FormulaInvalid as error:
            if error.problem.code in ("cycle", "too_large"):
                raise FormulaInvalid(error.problem.code, str(error), name.span) from error
            raise FormulaInvalid(
                "broken_kpi",
                _("“%(key)s” has no meaning any more: %(why)s")
                % {"key": name.key, "why": str(error)},
                name.span,
            ) from error

    def _filtered(self, name: Name, found: Expression) -> Expression:
        for each in name.filters:
            chosen = _filter_of(each)
            for measure in measures(found):
                if each.dimension not in measure.dimensions:
                    raise FormulaInvalid(
                        "no_such_dimension",
                        _("%(measure)s is not known by %(dimension)s.")
                        % {"measure": measure.name, "dimension": each.dimension},
                        each.span,
                        _("It is known by: %(dimensions)s.")
                        % {"dimensions": ", ".join(_usable(measure)) or "—"},
                    )
            try:
                found = found.where(**{each.dimension: chosen})
            except ValueError as error:
                raise FormulaInvalid(
                    "filtered_twice",
                    _("“%(key)s” is already restricted by %(dimension)s.")
                    % {"key": name.key, "dimension": each.dimension},
                    each.span,
                ) from error
        return found

    # -- units and sums ------------------------------------------------------------------------

    def dimension(self, node: Node) -> Dimension:
        """What the value is made of. FormulaInvalid where unlike or uncountable things are added."""
        if not isinstance(node, Binary):
            return dimension_of(self.expression(node))
        left, right = self.dimension(node.left), self.dimension(node.right)
        if node.operator in "+-":
            if left != right:
                _refuse_unlike(node, left, right)
            self._check_recounts(node)
            return left
        sign = 1 if node.operator == "*" else -1
        powers = {unit: left.get(unit, 0) + sign * right.get(unit, 0) for unit in {**left, **right}}
        return {unit: power for unit, power in powers.items() if power}

    def _check_recounts(self, node: Binary) -> None:
        for side in (node.left, node.right):
            for atom in _summands(self.expression(side)):
                if atom.measure.aggregation in ("distinct", "rows"):
                    raise FormulaInvalid(
                        "recount_added",
                        _("%(measure)s is counted anew for every range: it cannot be added up.")
                        % {"measure": atom.measure.name},
                        side.span,
                        _("The same person would count twice. Use it alone or in a division."),
                    )

    # -- divisions -----------------------------------------------------------------------------

    def check_divisions(self, node: Node) -> None:
        """Refuse a division that has no value whatever the totals are, such as by b − b."""
        if not isinstance(node, Binary):
            return
        self.check_divisions(node.left)
        self.check_divisions(node.right)
        if node.operator == "/" and _is_always_zero(self.expression(node.right)):
            raise FormulaInvalid(
                "never_a_value",
                _("What this divides by is always zero: there would never be a value."),
                node.right.span,
            )


def _refuse_unknown(name: Name, vocabulary: Vocabulary) -> NoReturn:
    near = vocabulary.nearest(name.key)
    raise FormulaInvalid(
        "unknown_name",
        _("There is no measure or KPI called “%(key)s”.") % {"key": name.key},
        Span(name.span.start, name.span.start + len(name.key)),
        _("Did you mean %(key)s?") % {"key": near} if near else "",
        near,
    )


def _refuse_unlike(node: Binary, left: Dimension, right: Dimension) -> NoReturn:
    hint: Words = ""
    if not left or not right:
        hint = _("A plain number or a rate cannot be added to something counted; multiply instead.")
    raise FormulaInvalid(
        "unlike_units",
        _("This adds or subtracts unlike things: %(left)s and %(right)s.")
        % {"left": words_of(left), "right": words_of(right)},
        node.span,
        hint,
    )


def _filter_of(restriction: Restriction) -> Filter:
    """The filter of the tree: known dimension, known values. A printed set of channels is one value."""
    dimension, values = restriction.dimension, restriction.values
    if dimension not in FILTERS:
        raise FormulaInvalid(
            "unknown_filter",
            _("A formula cannot be restricted by %(dimension)s.") % {"dimension": dimension[:60]},
            restriction.span,
            _("It can by: %(dimensions)s.") % {"dimensions": ", ".join(FILTERS)},
        )
    if dimension == "channel" and len(values) == 1 and values[0] in CHANNEL_SETS:
        return Filter("channel", tuple(sorted(CHANNEL_SETS[values[0]])), label=values[0])
    known = FILTERS[dimension]
    for value in values:
        if known is not None and value not in known:
            raise FormulaInvalid(
                "unknown_value",
                _("“%(value)s” is not a value of %(dimension)s.")
                % {"value": value[:60], "dimension": dimension},
                restriction.span,
                _("Known values: %(values)s.") % {"values": ", ".join(sorted(known))},
            )
    return Filter(dimension, values)


def _usable(measure: Measure) -> list[str]:
    return [name for name in FILTERS if name in measure.dimensions]


def _summands(expression: Expression) -> Iterator[Atom]:
    """The atoms that a plus adds up: through sums and products, not into divisions."""
    if isinstance(expression, Atom):
        yield expression
    elif isinstance(expression, Operation) and expression.operator != "/":
        yield from _summands(expression.left)
        yield from _summands(expression.right)


def _check_cohorts(expression: Expression, whole: Span) -> None:
    windows = {each.settle_days for each in measures(expression) if each.outcome_family}
    if len(windows) > 1:
        raise FormulaInvalid(
            "two_windows",
            _("This mixes cohorts with different windows: they become final at different times."),
            whole,
        )


def _is_always_zero(expression: Expression) -> bool:
    """True if it is zero for several draws of totals: then it is zero for all (Schwartz, Zippel)."""
    needed = atoms(expression)
    for trial in range(_TRIALS):
        totals = {atom: _drawn(atom, trial) for atom in needed}
        found = evaluate(expression, totals, Fraction)
        if isinstance(found, Undefined) or found != 0:
            return False
    return True


def _drawn(atom: Atom, trial: int) -> Fraction:
    """A large number that looks like chance and is the same every time."""
    said = blake2b(f"{trial} {atom.text}".encode(), digest_size=6).digest()
    return Fraction(int.from_bytes(said) + 1, 7)


def _size(expression: Expression, enough: int) -> int:
    """The number of nodes, not counted further than needed."""
    count = 0
    for _node in nodes(expression):
        count += 1
        if count > enough:
            break
    return count


def _depth(expression: Expression) -> int:
    if isinstance(expression, Operation):
        return 1 + max(_depth(expression.left), _depth(expression.right))
    return 1


_UNIT_WORDS = ("money", "count", "seconds", "minutes", "days")


def words_of(dimension: Dimension) -> str:
    """What a value is made of, for people: "money per thing counted"."""
    named = {
        "money": _("money"),
        "count": _("things counted"),
        "seconds": _("seconds"),
        "minutes": _("minutes"),
        "days": _("days"),
    }
    above = [named[u] for u in _UNIT_WORDS for _each in range(dimension.get(u, 0))]
    below = [named[u] for u in _UNIT_WORDS for _each in range(-dimension.get(u, 0))]
    text = " × ".join(above) or (_("a plain number") if not below else "1")
    return f"{text} ÷ ({' × '.join(below)})" if below else text
