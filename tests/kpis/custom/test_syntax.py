"""A formula's text: what it may say, what is refused and where, and that it prints as it was read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.custom.problems import FormulaInvalid
from kpis.custom.syntax import Binary, Name, Node, Number, Restriction, as_source, parse

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("12.50", Number(Decimal("12.5"))),
        ("a / b", Binary("/", A, B)),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a - (b - c)", Binary("-", A, Binary("-", B, C))),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("(a + b) * c", Binary("*", Binary("+", A, B), C)),
        ("a / b / c", Binary("/", Binary("/", A, B), C)),
        ("a / (b / c)", Binary("/", A, Binary("/", B, C))),
        ("  A÷b − c×a ", Binary("-", Binary("/", A, B), Binary("*", C, A))),
        ("a[channel=x]", Name("a", (Restriction("channel", ("x",)),))),
        ("a[ channel = y | x , device=m ]",
         Name("a", (Restriction("channel", ("x", "y")), Restriction("device", ("m",))))),
        ("a[source=my shop.com/x]", Name("a", (Restriction("source", ("my shop.com/x",)),))),
        ("((a))", A),
    ],
)  # fmt: skip
def test_it_reads_names_numbers_brackets_and_filters(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("", "empty", ""),
        ("   ", "empty", "   "),
        ("a +", "incomplete", "+"),
        ("a b", "unexpected", "b"),
        ("a 5", "unexpected", "5"),
        ("(a", "unclosed", "("),
        ("a)", "unexpected", ")"),
        ("- a", "misplaced_sign", "-"),
        ("* a", "misplaced_sign", "*"),
        ("()", "unexpected", ")"),
        ("a[channel]", "unexpected", "]"),
        ("a[channel=]", "empty_filter", "]"),
        ("a[=x]", "unexpected", "="),
        ("a[channel=x", "unclosed", "["),
        ("a[channel=x][device=y]", "unexpected", "["),
        ("0,5 * a", "unexpected", ","),
        ("1e999", "bad_number", "1e999"),
        ("0x10", "bad_number", "0x10"),
        ("1.2.3", "bad_number", "1.2.3"),
        ("1_000", "bad_number", "1_000"),
        ("9999999999999", "bad_number", "9999999999999"),
        ("5.", "unexpected", "."),
    ],
)
def test_what_is_wrong_is_refused_where_it_stands(text: str, code: str, marked: str) -> None:
    with pytest.raises(FormulaInvalid) as refused:
        parse(text)
    problem = refused.value.problem
    assert (problem.code, text[problem.span.start : problem.span.end]) == (code, marked)
    assert str(problem.message).endswith((".", "?"))


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "leads.__class__",
        "leads.real",
        "lambda: leads",
        "[leads for leads in leads]",
        "{leads}",
        "leads if leads else leads",
        "leads and leads",
        "leads == leads",
        "leads; leads",
        "leads := 1",
        "f'{leads}'",
        "'leads'",
        "`leads`",
        "leads()",
        "leads(1)",
        "leads['channel']",
        "leads[0:1]",
        "9**9**9",
        "2 ** 99999999",
        "leads // 2",
        "leads % 2",
        "~leads",
        "leads @ leads",
        "leads | leads",
        "1 << 99999",
        "inf",
        "nan * leads",
        "$leads",
        "{{ leads }}",
        "leads--leads",
        "leads /* x */",
        "leads; DROP TABLE campaigns_lead; --",
        "leads\0",
        "le\u200bads",  # an invisible character inside
        "lеads",  # the e is Cyrillic
        "ｌｅａｄｓ",  # full-width letters
        "leads + １",  # a full-width digit
        "leads ∕ clicks",  # a division slash that is not the sign
        "\u202eleads",  # text from right to left
        "(" * 500 + "leads" + ")" * 500,
        "+".join(["leads"] * 500),
        "x" * 100_000,
        "leads[channel=" + "x" * 2000 + "]",
    ],
)
def test_attacks_are_refused_quickly(text: str) -> None:
    from_names = {"inf", "nan * leads"}
    if text in from_names:  # plain words: names that nothing has, refused when they are looked up
        assert isinstance(parse(text), Name | Binary)
        return
    with pytest.raises(FormulaInvalid):
        parse(text)


def test_there_are_no_powers_and_it_says_so() -> None:
    with pytest.raises(FormulaInvalid) as refused:
        parse("leads ** 2")
    assert str(refused.value.problem.hint) == "There are no powers: multiply instead."


_WORDS = st.sampled_from(["leads", "ad_spend", "own_calls", "x9"])
_VALUES = st.sampled_from(["paid_search", "email", "(not set)", "my shop", "es", "7"])
_RESTRICTIONS = st.builds(
    lambda dimension, values: Restriction(dimension, tuple(sorted(values))),
    st.sampled_from(["channel", "device", "country"]),
    st.sets(_VALUES, min_size=1, max_size=3),
)
_LEAVES = st.one_of(
    st.builds(Name, _WORDS, st.lists(_RESTRICTIONS, max_size=2).map(tuple)),
    st.builds(Number, st.decimals(0, 10**9, allow_nan=False, places=4)),
)
TREES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=25,
)


@given(TREES)
def test_text_to_tree_to_text(tree: Node) -> None:
    text = as_source(tree)
    assert parse(text) == tree
    assert as_source(parse(text)) == text


@given(st.text(alphabet="leadsin_ +-*/()[]=|,.0123456789×÷−éе\u200b", max_size=60))
def test_any_text_is_a_tree_or_a_refusal_inside_the_text(text: str) -> None:
    try:
        tree = parse(text)
    except FormulaInvalid as refused:
        span = refused.problem.span
        assert 0 <= span.start <= span.end <= max(len(text), 1)
    else:
        assert parse(as_source(tree)) == tree
