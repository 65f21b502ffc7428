"""What is said beside a number: what changes it, and notices that compare two of them."""

from decimal import Decimal as D

from kpis.catalogue import Parameters, kpi, statements
from kpis.notices import NOTICES, cac_notices


def test_cac_notices() -> None:
    assert cac_notices(D(80), D("62.50"), D(40), D(24)) == (
        "cac_above_ticket",
        "cac_above_first_profit",
    )
    assert cac_notices(D(50), D("62.50"), D(40), D(24)) == ("cac_above_first_profit",)
    assert cac_notices(D("62.50"), D("62.50"), D(40)) == ()
    assert cac_notices(D(80), D("62.50"), D(9), D(24)) == ()
    assert cac_notices(None, D("62.50"), D(40)) == ()
    assert set(NOTICES) == {"cac_above_ltv", "cac_above_ticket", "cac_above_first_profit"}


def test_statements_name_what_changes_the_number() -> None:
    said = {str(label): [str(w) for w in words] for label, words in statements(kpi("roi"))}
    assert set(said) == {"Channels credited to marketing", "Profit basis"}
    assert "Direct" not in said["Channels credited to marketing"]
    assert said["Profit basis"] == ["on revenue, no margin is known"]
    [(label, words)] = statements(kpi("cpl"), Parameters(cost_basis="media_fees"))
    assert (str(label), [str(w) for w in words]) == ("Cost basis", ["ad spend and agency fees"])
    assert statements(kpi("sales_growth")) == ()
    [(label, words)] = statements(kpi("sales_growth"), comparison="Last year")
    assert (str(label), words) == ("Compared with", ("Last year",))
