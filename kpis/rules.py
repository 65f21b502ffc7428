"""What a well-formed catalogue is: one function per rule, each returning its problems as sentences.

Pure. `kpis.checks` runs them as system checks; the tests break each on purpose.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import override

from campaigns.channels import CODES
from campaigns.measures import CLIENT_REPEAT, CLIENT_WINDOW, MEASURES
from kpis.calculate import example_totals
from kpis.catalogue.kpi import COST_BASES, GROUPS, STATED, Kpi, Parameters, Unit
from kpis.formula import Atom, Constant, Expression, Operation, Undefined, evaluate, nodes

Problems = Iterator[str]
Rule = Callable[[Sequence[Kpi]], Problems]

_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_VARIANTS = (
    *(Parameters(cost_basis=basis) for basis in COST_BASES),
    Parameters(profit_basis="cost_of_goods"),
    Parameters(profit_basis="cost_of_goods", margin=Decimal("0.4")),
    Parameters(profit_basis="margin", margin=Decimal("0.4")),
)

#: Exponents of what a figure is made of: money per lead is {"money": 1, "count": -1}.
Dimension = Mapping[str, int]
_ALLOWED: Mapping[Unit, tuple[Dimension, ...]] = {
    "count": ({"count": 1},),
    "percent": ({},),
    "ratio": ({},),
    "per": ({},),
    "months": ({},),
    # Open deals × their worth ÷ the days one takes: a flow of money.
    "money_per_day": ({"money": 1, "days": -1}, {"money": 1, "count": 1, "days": -1}),
    **{
        unit: ({unit: 1}, {unit: 1, "count": -1})
        for unit in ("money", "seconds", "minutes", "days")
    },
}


def keys_are_plain(kpis: Sequence[Kpi]) -> Problems:
    """Lower-case words joined by underscores, since the key is the API's name for ever."""
    for kpi in kpis:
        if not _KEY.match(kpi.key) or len(kpi.key) > 50:
            yield f"{kpi.key!r} is not a plain key: lower-case words joined by underscores"


def keys_are_unique(kpis: Sequence[Kpi]) -> Problems:
    keys = [kpi.key for kpi in kpis]
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield f"{key!r} is declared {keys.count(key)} times"


def measures_are_known(kpis: Sequence[Kpi]) -> Problems:
    """Only measures of the closed list, filtered only by dimensions and values that they have."""
    for kpi, atom in _each_atom(kpis):
        if MEASURES.get(atom.measure.key) is not atom.measure:
            yield f"{kpi.key}: {atom.measure.key!r} is not a known measure"
        for each in atom.filters:
            if each.dimension not in atom.measure.dimensions:
                yield f"{kpi.key}: {atom.measure.key} has no dimension {each.dimension!r}"
            if each.dimension == "channel" and not set(each.values) <= set(CODES):
                yield f"{kpi.key}: {each} names an unknown channel"


def units_agree(kpis: Sequence[Kpi]) -> Problems:
    """The unit that the formula yields is the declared one, under every choice of parameters."""
    for kpi in kpis:
        for parameters in _VARIANTS:
            try:
                found = dimension_of(kpi.expression(parameters))
            except ValueError as problem:
                yield f"{kpi.key}: {problem}"
                break
            if found not in _ALLOWED[kpi.unit]:
                yield f"{kpi.key}: declared in {kpi.unit}, but the formula yields {dict(found)}"
                break


def texts_say_more_than_the_name(kpis: Sequence[Kpi]) -> Problems:
    """Meaning, pitfall and date are sentences, and the meaning adds words to the name's."""
    with override("en"):
        for kpi in kpis:
            for field in ("meaning", "pitfall", "dated_by"):
                if not str(getattr(kpi, field)).strip().endswith("."):
                    yield f"{kpi.key}: {field} is not a sentence"
            if len(_words(kpi.meaning) - _words(kpi.name)) < 4:
                yield f"{kpi.key}: the meaning says no more than the name"
            if not str(kpi.source).strip():
                yield f"{kpi.key}: where the definition comes from is not said"


def examples_are_exact(kpis: Sequence[Kpi]) -> Problems:
    """The worked example gives each input and no other, and its answer is the exact one."""
    for kpi in kpis:
        expression = kpi.expression(kpi.example.parameters)
        needed = {atom.text for atom in kpi.atoms(kpi.example.parameters)}
        if needed != set(kpi.example.inputs):
            yield f"{kpi.key}: the example gives {sorted(kpi.example.inputs)}, not {sorted(needed)}"
            continue
        answer = evaluate(expression, example_totals(kpi), Fraction)
        if isinstance(answer, Undefined):
            yield f"{kpi.key}: the example has no value ({answer.reason})"
        elif answer != kpi.example.answer:
            yield f"{kpi.key}: the example gives {answer}, not {kpi.example.answer}"


def recounts_are_never_summed(kpis: Sequence[Kpi]) -> Problems:
    """Distinct counts and medians do not add up, so none may stand under a plus or a minus.

    A share of them may: 1 − stayed ÷ customers_start is the share that left.
    """
    for kpi in kpis:
        found = {
            each.text
            for node in nodes(kpi.expression())
            if isinstance(node, Operation) and node.operator in "+-"
            for each in _summands(node)
            if not each.measure.is_stored
        }
        for text in sorted(found):
            yield f"{kpi.key}: {text} is recounted and cannot be added"


def _summands(expression: Expression) -> Iterator[Atom]:
    """The atoms that a sum adds up: what stands inside a quotient is no longer a count."""
    if isinstance(expression, Atom):
        yield expression
    elif isinstance(expression, Operation) and expression.operator != "/":
        yield from _summands(expression.left)
        yield from _summands(expression.right)


def goals_are_possible(kpis: Sequence[Kpi]) -> Problems:
    """The usual goal is among those that the KPI's aggregation allows."""
    for kpi in kpis:
        if kpi.goal is None:
            continue
        if kpi.goal not in kpi.goal_modes:
            yield f"{kpi.key}: a goal {' '.join(kpi.goal)} makes no sense for a {kpi.aggregation}"
        if kpi.goal[0] == {"higher": "decrease", "lower": "increase"}.get(kpi.better):
            yield f"{kpi.key}: {kpi.better} is better, but the usual goal is to {kpi.goal[0]}"


def groups_and_parameters_are_known(kpis: Sequence[Kpi]) -> Problems:
    """Known group, known parameters, and whatever changes the formula is among them."""
    for kpi in kpis:
        if kpi.group not in GROUPS:
            yield f"{kpi.key}: unknown group {kpi.group!r}"
        for name in sorted(set(kpi.parameters) - set(STATED)):
            yield f"{kpi.key}: unknown parameter {name!r}"
        changes = len({kpi.expression(parameters) for parameters in _VARIANTS}) > 1
        if changes and not {"cost_basis", "profit_basis"} & set(kpi.parameters):
            yield f"{kpi.key}: the formula depends on a parameter that is not stated"
        labels = {each.label for atom in kpi.atoms() for each in atom.filters}
        for label in sorted(labels & {"paid", "credited"}):
            if f"{label}_channels" not in kpi.parameters:
                yield f"{kpi.key}: the {label} channels are not stated"


def cohorts_are_declared(kpis: Sequence[Kpi]) -> Problems:
    """A KPI over cohort measures, and only such a one, has a window; it is the measures' own."""
    for kpi in kpis:
        windows = {each.settle_days for each in kpi.measures() if each.outcome_family}
        if windows != ({kpi.cohort_days} if kpi.cohort_days else set()):
            yield f"{kpi.key}: cohort window {kpi.cohort_days!r}, but its measures have {windows}"
        for window, name in ((CLIENT_WINDOW, "window_days"), (CLIENT_REPEAT, "repeat_days")):
            if (window in windows) == (name in kpi.parameters):
                continue
            yield f"{kpi.key}: the client's window is used but not stated, or stated but not used"


def neighbours_exist(kpis: Sequence[Kpi]) -> Problems:
    """What a KPI points to is in the same list and is another one; what it is cut by, it has."""
    units = {each.key: each.unit for each in kpis}
    for kpi in kpis:
        for key in (*kpi.related, *kpi.beside, *([kpi.preset_of] if kpi.preset_of else [])):
            if key == kpi.key:
                yield f"{kpi.key}: it points to itself"
            elif key not in units:
                yield f"{kpi.key}: it points to {key!r}, which is not in the catalogue"
        if kpi.split_by and kpi.split_by not in kpi.dimensions():
            yield f"{kpi.key}: it cannot be cut by {kpi.split_by!r}"


def presets_keep_to_their_parent(kpis: Sequence[Kpi]) -> Problems:
    """A preset is in its parent's unit and only narrows it: by filters, or by a split."""
    parents = {each.key: each for each in kpis}
    for kpi in kpis:
        parent = parents.get(kpi.preset_of)
        if parent is None:
            continue
        if kpi.unit != parent.unit:
            yield f"{kpi.key}: in {kpi.unit}, but its parent {parent.key} is in {parent.unit}"
        if not kpi.split_by and kpi.expression() == parent.expression():
            yield f"{kpi.key}: it is no different from {parent.key}"


#: In the order of their check ids: kpis.E001, kpis.E002 …
RULES: tuple[Rule, ...] = (
    keys_are_plain,
    keys_are_unique,
    measures_are_known,
    units_agree,
    texts_say_more_than_the_name,
    examples_are_exact,
    recounts_are_never_summed,
    goals_are_possible,
    groups_and_parameters_are_known,
    cohorts_are_declared,
    neighbours_exist,
    presets_keep_to_their_parent,
)


def dimension_of(expression: Expression) -> Dimension:
    """What a formula's value is made of. ValueError if it adds unlike things."""
    if isinstance(expression, Atom):
        return {expression.measure.unit: 1}
    if isinstance(expression, Constant):
        return {}
    if not isinstance(expression, Operation):
        raise TypeError(f"not a node of a formula: {expression!r}")
    left, right = dimension_of(expression.left), dimension_of(expression.right)
    if expression.operator in "+-":
        if left != right:
            raise ValueError(f"{expression} adds {dict(left)} and {dict(right)}")
        return left
    sign = 1 if expression.operator == "*" else -1
    powers = {unit: left.get(unit, 0) + sign * right.get(unit, 0) for unit in {**left, **right}}
    return {unit: power for unit, power in powers.items() if power}


def units_of(dimension: Dimension) -> tuple[Unit, ...]:
    """The units in which a value made of this may be shown, the usual one first; none is nonsense."""
    return tuple(unit for unit, allowed in _ALLOWED.items() if dimension in allowed)


def _each_atom(kpis: Sequence[Kpi]) -> Iterator[tuple[Kpi, Atom]]:
    for kpi in kpis:
        for atom in dict.fromkeys(a for variant in _VARIANTS for a in kpi.atoms(variant)):
            yield kpi, atom


def _words(text: object) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", str(text).lower()))
