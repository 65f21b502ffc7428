"""What a formula means: the same tree as a built-in one, and every reason to refuse it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.measures import MEASURES, Measure
from kpis.catalogue import KPIS, Parameters
from kpis.catalogue import atoms as a
from kpis.custom.problems import FormulaInvalid
from kpis.custom.resolving import Meaning, expression_of, meaning_of
from kpis.custom.syntax import Binary, Name, Node, Number, as_source
from kpis.custom.vocabulary import Definition, Vocabulary
from kpis.formula import Atom, Undefined, atoms, evaluate

CALLS = Measure(
    "own_calls", "Calls booked", "count", "sum", "web", 0, ("campaign", "channel"), "day"
)


def custom(key: str, formula: str) -> Definition:
    return Definition(key, key, "What it says.", formula, "ratio", "higher", ("increase", "level"))


def vocabulary(**formulas: str) -> Vocabulary:
    definitions = {key: custom(key, formula) for key, formula in formulas.items()}
    return Vocabulary({"own_calls": CALLS}, definitions)


def meaning(text: str, own_key: str = "", **formulas: str) -> Meaning:
    return meaning_of(text, vocabulary(**formulas), own_key)


def refusal(text: str, own_key: str = "", **formulas: str) -> tuple[str, str, str, str]:
    """(code, the marked text, the message, the hint)."""
    with pytest.raises(FormulaInvalid) as refused:
        meaning(text, own_key, **formulas)
    problem = refused.value.problem
    marked = text[problem.span.start : problem.span.end]
    return problem.code, marked, str(problem.message), str(problem.hint)


def test_names_of_measures_and_kpis_become_the_same_tree() -> None:
    assert meaning("ad_spend / leads").expression == a.AD_SPEND / a.LEADS
    assert meaning("cpl").expression == KPIS["cpl"].expression()
    assert meaning("revenue - ad_spend").expression == a.REVENUE - a.AD_SPEND
    assert meaning("leads[channel=email]").expression == a.LEADS.where(channel="email")
    assert meaning("ad_spend[channel=paid]").expression == a.PAID_AD_SPEND
    assert meaning("cpl[device=mobile]").expression == KPIS["cpl"].expression().where(
        device="mobile"
    )
    assert meaning("leads / own_calls").expression == a.LEADS / CALLS


def test_a_custom_kpi_is_expanded_to_its_formula() -> None:
    found = meaning("custom_a * 2", custom_a="custom_b / clicks", custom_b="leads + own_calls")
    assert found.expression == (a.LEADS + CALLS) / a.CLICKS * 2
    assert found.names == ("custom_a",)


def test_the_parameters_of_a_kpi_reach_the_formula() -> None:
    """Cost per lead is media by default; with the full basis it has all five layers."""
    known = vocabulary()
    media = expression_of("cpl * 2", known, "custom_x", Parameters())
    full = expression_of("cpl * 2", known, "custom_x", Parameters(cost_basis="full"))
    assert media == a.AD_SPEND / a.LEADS * 2
    assert full == a.MARKETING_COST / a.LEADS * 2


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("leads", ("count",)),
        ("leads + own_calls", ("count",)),
        ("ad_spend / leads", ("money",)),
        ("leads / sessions", ("percent", "ratio", "per")),
        ("revenue / ad_spend", ("percent", "ratio", "per")),
        ("won_cycle_days / opps_won", ("days",)),
        ("session_seconds / sessions", ("seconds",)),
        ("leads / sessions * 100", ("percent", "ratio", "per")),
    ],
)
def test_the_unit_follows_from_the_formula(text: str, units: tuple[str, ...]) -> None:
    assert set(units) <= set(meaning(text).units)
    assert meaning(text).units[0] == units[0]


@pytest.mark.parametrize(
    ("text", "code", "marked", "message", "hint"),
    [
        ("ad_spend / leeds", "unknown_name", "leeds",
         "There is no measure or KPI called “leeds”.", "Did you mean leads?"),
        ("own_cals", "unknown_name", "own_cals",
         "There is no measure or KPI called “own_cals”.", "Did you mean own_calls?"),
        ("sess / clicks", "unknown_name", "sess",
         "There is no measure or KPI called “sess”.", "Did you mean sessions?"),
        ("qqqq", "unknown_name", "qqqq", "There is no measure or KPI called “qqqq”.", ""),
        ("leads + ad_spend", "unlike_units", "leads + ad_spend",
         "This adds or subtracts unlike things: things counted and money.", ""),
        ("2 * (leads + 5)", "unlike_units", "leads + 5",
         "This adds or subtracts unlike things: things counted and a plain number.",
         "A plain number or a rate cannot be added to something counted; multiply instead."),
        ("cpl - clicks", "unlike_units", "cpl - clicks",
         "This adds or subtracts unlike things: money ÷ (things counted) and things counted.", ""),
        ("ad_spend * ad_spend", "unit_nonsense", "ad_spend * ad_spend",
         "The result would be in money × money, which is not a unit of anything.",
         "Divide money by a count, a count by a count, or add like things."),
        ("leads / ad_spend", "unit_nonsense", "leads / ad_spend",
         "The result would be in things counted ÷ (money), which is not a unit of anything.",
         "Divide money by a count, a count by a count, or add like things."),
        ("customers + new_customers", "recount_added", "customers",
         "Buying customers is counted anew for every range: it cannot be added up.",
         "The same person would count twice. Use it alone or in a division."),
        ("new_customers / (orders - customers * 2)", "recount_added", "customers * 2",
         "Buying customers is counted anew for every range: it cannot be added up.",
         "The same person would count twice. Use it alone or in a division."),
        ("leads / 0", "never_a_value", "0",
         "What this divides by is always zero: there would never be a value.", ""),
        ("leads / (clicks - clicks)", "never_a_value", "clicks - clicks",
         "What this divides by is always zero: there would never be a value.", ""),
        ("leads / (2 * clicks - clicks - clicks)", "never_a_value",
         "2 * clicks - clicks - clicks",
         "What this divides by is always zero: there would never be a value.", ""),
        ("leads / (clicks / sessions - clicks / sessions) / orders", "never_a_value",
         "clicks / sessions - clicks / sessions",
         "What this divides by is always zero: there would never be a value.", ""),
        ("5 * 3", "no_measure", "5 * 3", "A formula needs at least one measure or KPI.",
         "Type a letter to see the names."),
        ("leads[weather=rain]", "unknown_filter", "weather=rain",
         "A formula cannot be restricted by weather.", None),
        ("leads[campaign=12]", "unknown_filter", "campaign=12",
         "A formula cannot be restricted by campaign.", None),
        ("leads[channel=payd]", "unknown_value", "channel=payd",
         "“payd” is not a value of channel.", None),
        ("clicks[is_returning=true]", "no_such_dimension", "is_returning=true",
         "Ad clicks is not known by is_returning.", None),
        ("roas[channel=email]", "filtered_twice", "channel=email",
         "“roas” is already restricted by channel.", ""),
        ("lead_cohort_to_mql / prospect_cohort", "two_windows",
         "lead_cohort_to_mql / prospect_cohort",
         "This mixes cohorts with different windows: they become final at different times.", ""),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_with_its_place_and_a_hint(
    text: str, code: str, marked: str, message: str, hint: str | None
) -> None:
    found = refusal(text)
    assert found[:2] == (code, marked)
    assert found[2] == message.replace("Ad clicks", str(MEASURES["clicks"].name))
    if hint is not None:
        assert found[3] == hint


def test_a_distinct_count_may_be_divided() -> None:
    assert meaning("revenue / customers").units[0] == "money"
    assert meaning("1 - new_customers / customers").units[0] == "percent"


def test_cycles_are_refused_with_the_way_round() -> None:
    assert refusal("custom_a + leads", "custom_a", custom_a="leads")[:3] == (
        "cycle", "custom_a", "“custom_a” would be computed from itself: custom_a → custom_a."
    )  # fmt: skip
    way = refusal(
        "custom_b", "custom_a", custom_a="leads", custom_b="custom_c", custom_c="custom_a"
    )
    assert way[2].endswith("custom_a → custom_b → custom_c → custom_a.")
    # A circle that the new KPI only leads to is one as well.
    assert refusal("custom_b", "", custom_b="custom_c", custom_c="custom_b")[0] == "cycle"


def test_a_formula_that_explodes_is_refused() -> None:
    """Each doubles the one before: the tenth would have 1,023 nodes, the fortieth a million million."""
    chain = {"custom_0": "leads + clicks"}
    chain |= {f"custom_{n}": f"custom_{n - 1} + custom_{n - 1}" for n in range(1, 41)}
    assert refusal("custom_40", **chain)[:2] == ("too_large", "custom_40")
    assert meaning("custom_5", **chain).units == ("count",)


def test_what_a_custom_kpi_lost_is_named() -> None:
    found = refusal("custom_a / clicks", custom_a="leads + own_gone")
    assert found[:2] == ("broken_kpi", "custom_a")
    assert found[2] == (
        "“custom_a” has no meaning any more: There is no measure or KPI called “own_gone”."
    )


def test_no_name_of_the_catalogue_means_two_things() -> None:
    """A KPI that has the name of a measure is that measure, so it matters not which one is meant."""
    for key in set(KPIS) & set(MEASURES):
        assert KPIS[key].expression() == Atom(MEASURES[key]), key


def test_every_kpi_can_be_named() -> None:
    for key, kpi in KPIS.items():
        assert meaning(key).expression == kpi.expression(), key


def test_the_vocabulary_offers_own_things_first_and_each_name_once() -> None:
    offered = list(vocabulary(custom_a="leads").entries())
    keys = [entry.key for entry in offered]
    assert keys[:2] == ["custom_a", "own_calls"]
    assert set(keys) == {"custom_a", "own_calls"} | set(KPIS) | set(MEASURES)
    assert len(keys) == len(set(keys))
    assert "custom_a" not in [each.key for each in vocabulary(custom_a="x").entries("custom_a")]


COUNTS = ("leads", "clicks", "sessions", "orders", "own_calls")
_TREES = st.recursive(
    st.one_of(
        st.sampled_from(COUNTS).map(Name),
        st.integers(1, 50).map(lambda number: Number(Decimal(number))),
    ),
    lambda inner: st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=12,
)


def computed(node: Node, totals: dict[str, Fraction]) -> Fraction | None:
    """The text's value straight from its syntax, without the algebra."""
    if isinstance(node, Number):
        return Fraction(node.value)
    if isinstance(node, Name):
        return totals[node.key]
    left, right = computed(node.left, totals), computed(node.right, totals)
    if left is None or right is None:
        return None
    if node.operator == "/":
        return left / right if right else None
    return {"+": left + right, "-": left - right, "*": left * right}[node.operator]


@given(_TREES, st.tuples(*(st.integers(0, 40) for _each in COUNTS)))
def test_evaluated_as_written(tree: Node, figures: tuple[int, ...]) -> None:
    known = vocabulary()
    expression = expression_of(as_source(tree), known, "custom_x", Parameters())
    named = dict(zip(COUNTS, map(Fraction, figures), strict=True))
    measures = {key: known.measure(key) for key in COUNTS}
    totals = {Atom(measure): named[key] for key, measure in measures.items() if measure}
    found = evaluate(expression, totals, Fraction)
    wanted = computed(tree, named)
    assert (None if isinstance(found, Undefined) else found) == wanted


@given(_TREES)
def test_the_printed_formula_can_be_typed_in_again(tree: Node) -> None:
    """What the glossary prints, with its signs. It drops brackets that change nothing: a + (b + c)."""
    known = vocabulary()
    expression = expression_of(as_source(tree), known, "", Parameters())
    again = expression_of(str(expression), known, "", Parameters())
    assert str(again) == str(expression)
    totals = {atom: Fraction(place + 2) for place, atom in enumerate(atoms(expression))}
    first, second = (evaluate(each, totals, Fraction) for each in (expression, again))
    assert first == second or isinstance(first, Undefined) is isinstance(second, Undefined) is True
