"""The algebra: one tree, five readings."""

import operator
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import measures as m
from kpis.formula import (
    Atom,
    Constant,
    Expression,
    Filter,
    Operation,
    Undefined,
    as_sql,
    as_text,
    atoms,
    evaluate,
    factors,
    measures,
    quotients,
)

SPEND, LEADS, SESSIONS = Atom(m.AD_SPEND), Atom(m.NEW_LEADS), Atom(m.SESSIONS)
CPL = SPEND / LEADS
LEAVES = (SPEND, LEADS, SESSIONS, SESSIONS.where(device="mobile"), LEADS.compared())


def test_the_same_formula_is_the_same_value() -> None:
    assert CPL == SPEND / m.NEW_LEADS
    assert hash(CPL) == hash(SPEND / LEADS)
    assert Operation("*", Constant(Decimal(1000)), SPEND) == 1000 * SPEND
    assert CPL != LEADS / SPEND


def test_a_formula_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CPL.left = LEADS  # type: ignore[misc]


@pytest.mark.parametrize("stranger", ["leads", 0.5, None, True])
def test_only_measures_and_exact_numbers_are_part_of_a_formula(stranger: object) -> None:
    with pytest.raises(TypeError):
        SPEND / stranger  # type: ignore[operator]


def test_an_infinite_constant_is_refused() -> None:
    with pytest.raises(ValueError):
        SPEND * Decimal("Infinity")


def test_filters() -> None:
    mobile = SESSIONS.where(device="mobile")
    assert mobile.text == "sessions[device=mobile]"  # type: ignore[attr-defined]
    assert mobile != SESSIONS
    both = SESSIONS.where(device="mobile", channel=["email", "direct"])
    assert str(both) == "sessions[channel=direct|email, device=mobile]"
    assert SESSIONS.where(channel=["email", "direct"]) == SESSIONS.where(
        channel=Filter("channel", ("direct", "email"), label="own")
    )
    with pytest.raises(ValueError, match="twice"):
        mobile.where(device="tablet")
    with pytest.raises(ValueError, match="given for"):
        SESSIONS.where(device=Filter("channel", ("email",)))


def test_evaluate_rounds_decimals_once_and_keeps_fractions_exact() -> None:
    totals = {SPEND: Decimal("1250.40"), LEADS: Decimal(1440)}
    assert evaluate(CPL, totals, Fraction) == Fraction(521, 600)
    assert evaluate(CPL, totals, Decimal) == Decimal("0.8683333333333333333333333333")
    # (1/3) × 3 is 1, not 0.99…9: the guard digits are rounded away at the end.
    third = Atom(m.CLICKS) / m.ORDERS
    ones = {Atom(m.CLICKS): 1, Atom(m.ORDERS): 3}
    assert evaluate(third * 3, ones, Decimal) == 1


@pytest.mark.parametrize(
    ("expression", "totals", "undefined"),
    [
        (CPL, {SPEND: 250, LEADS: 0}, Undefined("zero_denominator", "leads")),
        (CPL, {SPEND: 0, LEADS: 0}, Undefined("zero_denominator", "leads")),
        (CPL, {SPEND: 250}, Undefined("missing_input", "leads")),
        (CPL, {SPEND: None, LEADS: 5}, Undefined("missing_input", "ad_spend")),
        (SPEND - LEADS, {SPEND: 1}, Undefined("missing_input", "leads")),
        (0 * (SPEND / LEADS), {SPEND: 1, LEADS: 0}, Undefined("zero_denominator", "leads")),
        (CPL, {SPEND: 1, LEADS: Undefined("unanswered")}, Undefined("unanswered")),
        (
            SPEND.over_positive(LEADS),
            {SPEND: 1, LEADS: -2},
            Undefined("negative_denominator", "leads"),
        ),
        (SPEND.over_positive(LEADS), {SPEND: 1, LEADS: 0}, Undefined("zero_denominator", "leads")),
    ],
)
def test_undefined(expression: Expression, totals: dict, undefined: Undefined) -> None:
    assert evaluate(expression, totals, Decimal) == undefined
    assert evaluate(expression, totals, Fraction) == undefined


def test_zero_over_n_is_zero_and_a_negative_denominator_may_divide() -> None:
    assert evaluate(CPL, {SPEND: 0, LEADS: 50}, Decimal) == 0
    assert evaluate(CPL, {SPEND: 6, LEADS: -2}, Decimal) == -3


@pytest.mark.parametrize("broken", [Decimal("NaN"), Decimal("Infinity")])
def test_a_total_that_is_no_number_is_a_defect_not_a_value(broken: Decimal) -> None:
    with pytest.raises(ValueError, match="ad_spend"):
        evaluate(CPL, {SPEND: broken, LEADS: 1}, Decimal)


def test_as_sql_never_divides_by_zero_nor_as_integers() -> None:
    assert as_sql(CPL) == '("ad_spend"::numeric / NULLIF("leads"::numeric, 0))'
    assert as_sql(1000 * SPEND) == '((1000)::numeric * "ad_spend"::numeric)'
    assert as_sql(SPEND.over_positive(LEADS)) == (
        '("ad_spend"::numeric / CASE WHEN "leads"::numeric > 0 THEN "leads"::numeric END)'
    )
    assert as_sql(SPEND * Decimal("-0.25")) == '("ad_spend"::numeric * (-0.25)::numeric)'


def test_as_sql_takes_only_plain_identifiers() -> None:
    with pytest.raises(ValueError, match="identifier"):
        as_sql(CPL, column=lambda atom: 'x"; DROP TABLE lead; --')


def test_columns_are_safe_and_different_for_different_atoms() -> None:
    columns = {atom.column for atom in LEAVES}  # type: ignore[attr-defined]
    assert len(columns) == len(LEAVES)
    assert {"ad_spend", "leads", "sessions"} < columns
    named = SESSIONS.where(channel=Filter("channel", ("email",), label="mail"))
    assert named.column == SESSIONS.where(channel="email").column  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (CPL, "ad_spend ÷ leads"),
        (1000 * SPEND / SESSIONS, "1000 × ad_spend ÷ sessions"),
        ((SPEND + LEADS) / SESSIONS, "(ad_spend + leads) ÷ sessions"),
        (SPEND - (LEADS - SESSIONS), "ad_spend − (leads − sessions)"),
        (SPEND - LEADS - SESSIONS, "ad_spend − leads − sessions"),
        (SPEND / (LEADS / SESSIONS), "ad_spend ÷ (leads ÷ sessions)"),
        (SPEND / (LEADS * SESSIONS), "ad_spend ÷ (leads × sessions)"),
        (SPEND * (LEADS / SESSIONS), "ad_spend × leads ÷ sessions"),
        (LEADS - LEADS.compared(), "leads − leads:comparison"),
    ],
)
def test_as_text(expression: Expression, text: str) -> None:
    assert as_text(expression) == str(expression) == text


def test_as_text_with_names_for_people() -> None:
    assert as_text(CPL, label=lambda atom: atom.measure.key.upper()) == "AD_SPEND ÷ LEADS"


def test_lists() -> None:
    rate = SESSIONS.where(device="mobile") / SESSIONS
    assert atoms(rate) == (SESSIONS.where(device="mobile"), SESSIONS)
    assert measures(rate) == (m.SESSIONS,)
    assert quotients(CPL / rate) == (CPL / rate, CPL, rate)


def test_factors() -> None:
    assert factors(CPL) == ((SPEND,), (LEADS,))
    assert factors(SPEND / CPL) == ((SPEND, LEADS), (SPEND,))
    assert factors((SPEND + LEADS) * SESSIONS) == ((SPEND + LEADS, SESSIONS), ())


# -- properties: the readings agree -------------------------------------------------------------


def trees() -> st.SearchStrategy[Expression]:
    constants = st.decimals(-9, 9, places=2, allow_nan=False, allow_infinity=False).map(Constant)
    leaves = st.sampled_from(LEAVES) | constants
    branch = lambda children: st.builds(  # noqa: E731
        Operation, st.sampled_from("+-*/"), children, children, st.booleans()
    )
    return st.recursive(leaves, branch, max_leaves=12)


numbers = st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)
some_totals = st.fixed_dictionaries({leaf: st.none() | numbers for leaf in LEAVES})


def by_hand(tree: Expression, totals: dict) -> Fraction | None:
    """A second evaluation, by Python's own operators and exceptions."""
    if isinstance(tree, Constant):
        return Fraction(tree.value)
    if isinstance(tree, Atom):
        return None if totals[tree] is None else Fraction(totals[tree])
    assert isinstance(tree, Operation)
    left, right = by_hand(tree.left, totals), by_hand(tree.right, totals)
    if left is None or right is None:
        return None
    if tree.operator == "/" and tree.needs_positive and right <= 0:
        return None
    compute = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
    try:
        return compute[tree.operator](left, right)
    except ZeroDivisionError:
        return None


@given(trees(), some_totals)
def test_evaluate_equals_evaluation_by_hand(tree: Expression, totals: dict) -> None:
    expected = by_hand(tree, totals)
    exact = evaluate(tree, totals, Fraction)
    assert isinstance(exact, Undefined) if expected is None else exact == expected


@given(trees(), some_totals)
def test_text_read_as_arithmetic_gives_the_same_value(tree: Expression, totals: dict) -> None:
    """The brackets are right: Python reads the printed line as the tree means it."""
    expected = by_hand(tree, totals)
    names = {leaf: f"x{index}" for index, leaf in enumerate(LEAVES)}
    line = as_text(tree, label=names.__getitem__)
    for sign, plain in (("×", "*"), ("÷", "/"), ("−", "-")):
        line = line.replace(sign, plain)
    values = {names[leaf]: Fraction(total) for leaf, total in totals.items() if total is not None}
    literal = _exact_literals(line)
    if expected is not None:
        assert eval(literal, {"Fraction": Fraction}, values) == expected  # noqa: S307


def _exact_literals(line: str) -> str:
    """Number literals of a printed formula as exact fractions."""
    return re.sub(r"(?<![\w.])\d+(?:\.\d+)?", lambda number: f"Fraction('{number[0]}')", line)


@given(trees(), some_totals)
def test_factors_multiply_back(tree: Expression, totals: dict) -> None:
    expected = by_hand(tree, totals)
    above, below = factors(tree)
    if expected is None:
        return
    product = Fraction(1)
    for factor in above:
        product *= by_hand(factor, totals)  # type: ignore[operator]
    for factor in below:
        product /= by_hand(factor, totals)  # type: ignore[operator]
    assert product == expected
