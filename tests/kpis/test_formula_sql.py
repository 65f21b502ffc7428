"""The algebra compiled to SQL says in PostgreSQL what it says in Python."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import assume, given, settings

from kpis.catalogue import DECLARED, Kpi
from kpis.formula import Atom, Expression, Undefined, as_sql, atoms, evaluate, quotients
from tests.kpis.test_formula import LEAVES, some_totals, trees

pytestmark = pytest.mark.django_db


def in_postgres(tree: Expression, totals: dict) -> Decimal | None:
    """The tree over one row whose columns are the totals."""
    leaves = atoms(tree)
    columns = ", ".join(f'%s::numeric AS "{leaf.column}"' for leaf in leaves) or "1 AS one"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {as_sql(tree)} FROM (SELECT {columns}) AS totals",
            [totals[leaf] for leaf in leaves],
        )
        [(value,)] = cursor.fetchall()
    return value


@settings(max_examples=150)
@given(trees(), some_totals)
def test_null_exactly_where_evaluation_is_undefined(tree: Expression, totals: dict) -> None:
    """And the digits agree. A quotient that is used further is left out: PostgreSQL cuts its
    digits on the way, which is why values are computed in Python and SQL only sorts."""
    assume(not _uses_a_quotient(tree))
    exact = evaluate(tree, totals, Fraction)
    found = in_postgres(tree, totals)
    if isinstance(exact, Undefined):
        assert found is None
    else:
        assert found is not None
        assert abs(Fraction(found) - exact) <= Fraction(1, 10**12) * max(1, abs(exact))


def _uses_a_quotient(tree: Expression) -> bool:
    return any(division is not tree for division in quotients(tree))


@pytest.mark.parametrize("each", DECLARED, ids=lambda each: each.key)
def test_every_kpi_sorts_as_it_reads(each: Kpi) -> None:
    leaves: tuple[Atom, ...] = each.atoms()
    full = {leaf: Decimal(7 * place + 5) for place, leaf in enumerate(leaves)}
    exact = evaluate(each.expression(), full, Fraction)
    found = in_postgres(each.expression(), full)
    if isinstance(exact, Undefined):
        assert found is None
    else:
        assert found is not None
        assert abs(Fraction(found) - exact) <= Fraction(1, 10**9) * max(1, abs(exact))
    nothing = dict.fromkeys(leaves, Decimal(0))
    blank = evaluate(each.expression(), nothing, Fraction)
    assert in_postgres(each.expression(), nothing) == (
        None if isinstance(blank, Undefined) else blank
    )


def test_a_leaf_has_a_column_of_its_own() -> None:
    totals = {leaf: Decimal(place) for place, leaf in enumerate(LEAVES)}
    assert [in_postgres(leaf, totals) for leaf in LEAVES] == list(totals.values())
