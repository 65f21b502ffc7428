"""From one value to another in steps, as Chart.js takes it."""

from fractions import Fraction

from kpis.charts import Step, table_of, waterfall
from kpis.charts.parts import Scale

MONEY = Scale("money", "en", "EUR")


def step(name: str, effect: str) -> Step:
    return Step(name, Fraction(effect), effect)


def test_each_bar_begins_where_the_one_before_ended() -> None:
    chart = waterfall(
        "CPL", ("Before", 10), [step("Click", "3.5"), step("Lead", "-1")], ("Now", Fraction("12.5")),
        MONEY, "lower",
    )  # fmt: skip
    (bars,) = chart["data"]["datasets"]
    assert bars["data"] == [[0.0, 10.0], [10.0, 13.5], [13.5, 12.5], [0.0, 12.5]]
    # A cost that rises is bad; what is before and after is neither.
    assert bars["backgroundColor"] == [
        "--rumbo-chart-goal",
        "--bad",
        "--good",
        "--rumbo-chart-goal",
    ]
    assert chart["options"]["indexAxis"] == "y"
    assert chart["rumbo"]["ticks"][0]["value"] == 0
    assert not chart["rumbo"]["is_cut"]
    _heads, rows = table_of(chart)
    assert [row[0] for row in rows] == ["Before", "Click", "Lead", "Now"]
    assert [row[1] for row in rows] == ["€10.00", "3.5", "-1", "€12.50"]


def test_small_steps_of_a_large_value_cut_the_axis_and_say_so() -> None:
    chart = waterfall(
        "Revenue", ("Before", 100000), [step("Visits", "900"), step("Ticket", "-300")],
        ("Now", 100600), MONEY, "higher",
    )  # fmt: skip
    ticks = [tick["value"] for tick in chart["rumbo"]["ticks"]]
    assert chart["rumbo"]["is_cut"]
    assert 90000 < ticks[0] < 100000
    assert ticks[-1] >= 100900
    labels = [tick["label"] for tick in chart["rumbo"]["ticks"]]
    assert len(set(labels)) == len(labels)
    assert labels[0] == f"{int(ticks[0]):,}"
    (bars,) = chart["data"]["datasets"]
    assert bars["data"][0] == [ticks[0], 100000.0]
    assert chart["options"]["scales"]["x"] == {"min": ticks[0], "max": ticks[-1]}


def test_below_zero_the_axis_holds_zero() -> None:
    chart = waterfall(
        "ROI", ("Before", Fraction(1, 2)), [step("Cost", "-0.7")], ("Now", Fraction(-1, 5)),
        Scale("percent", "en"), "higher",
    )  # fmt: skip
    ticks = [tick["value"] for tick in chart["rumbo"]["ticks"]]
    assert ticks[0] < 0 < ticks[-1]
    assert 0 in ticks


def test_what_is_neither_good_nor_bad_has_the_accent() -> None:
    chart = waterfall("Spend", ("Before", 1), [step("A", "1")], ("Now", 2), MONEY, "neutral")
    assert chart["data"]["datasets"][0]["backgroundColor"][1] == "--rumbo-accent"


def test_long_names_are_shortened_on_the_axis_only() -> None:
    name = "Summer wines of the year and everything else"
    chart = waterfall("Leads", ("Before", 1), [step(name, "1")], ("Now", 2), MONEY, "higher")
    assert chart["data"]["labels"][1] == "Summer wines of the year an…"
    assert chart["rumbo"]["titles"][1] == name
