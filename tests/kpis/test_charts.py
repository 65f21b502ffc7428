import json
import re
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels import CODES, COLOUR_ORDER
from kpis.charts import (
    Bar,
    Line,
    channel_bars,
    channel_token,
    funnel,
    sparkline,
    table_of,
    trend,
    value_ticks,
)
from kpis.charts.parts import Scale

COUNT = Scale("count", "es")
MONEY = Scale("money", "es-AR", "ARS")
PERCENT = Scale("percent", "en")

MONTHS = ["ene 2026", "feb 2026", "mar 2026", "abr 2026"]
TITLES = ["enero de 2026", "febrero de 2026", "marzo de 2026", "abril de 2026"]


def leads_trend(**more):
    return trend(Line("Leads", [1200, None, 1500, Decimal("900")]), MONTHS, TITLES, COUNT, **more)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# --- trend ---


def test_trend_with_comparison_goal_and_an_incomplete_month():
    chart = leads_trend(
        comparison=Line("Año anterior", [1000, 1100, 1200, 1300], ["ene 2025", "feb 2025"]),
        goals=[Line("Objetivo", [Fraction(4000, 3), Fraction(4000, 3), None, None])],
        incomplete=[False, False, False, True],
    )
    series, comparison, goal = chart["data"]["datasets"]
    assert chart["type"] == "line"
    assert chart["data"]["labels"] == MONTHS
    assert series["data"] == [1200.0, None, 1500.0, 900.0]
    assert series["spanGaps"] is comparison["spanGaps"] is goal["spanGaps"] is False
    assert series["rumbo"] == {
        "role": "series",
        "texts": ["1.200", "—", "1.500", "900"],
        "incomplete": [False, False, False, True],
    }
    assert (series["borderColor"], series["fill"]) == ("--rumbo-accent", "origin")
    # same hue at 40 %, solid, behind the series; its own months in the tooltip
    assert (comparison["borderColor"], comparison["borderDash"]) == ("--rumbo-accent/0.4", [])
    assert comparison["order"] > series["order"]
    assert comparison["rumbo"]["texts"] == [
        "1.000 · ene 2025",
        "1.100 · feb 2025",
        "1.200",
        "1.300",
    ]
    assert (goal["borderColor"], goal["borderDash"]) == ("--rumbo-chart-goal", [6, 4])
    assert goal["rumbo"]["texts"] == ["1.333", "1.333", "—", "—"]
    assert chart["rumbo"]["titles"] == TITLES
    assert chart["rumbo"]["direct_labels"] is True
    assert chart["options"]["plugins"]["legend"]["display"] is False


def test_a_point_between_gaps_is_seen():
    chart = leads_trend()
    assert chart["data"]["datasets"][0]["pointRadius"] == [3, 0, 0, 0]


def test_comparison_is_cut_or_filled_to_the_series():
    longer = leads_trend(comparison=Line("Antes", [1, 2, 3, 4, 9999]))
    assert longer["data"]["datasets"][1]["data"] == [1.0, 2.0, 3.0, 4.0]
    assert longer["options"]["scales"]["y"]["max"] < 9999
    shorter = leads_trend(comparison=Line("Antes", [1]))
    assert shorter["data"]["datasets"][1]["data"] == [1.0, None, None, None]


def test_bars_keep_lines_for_comparison_and_goal():
    chart = leads_trend(kind="bar", comparison=Line("Antes", [1, 2, 3, 4]))
    assert [chart["type"], chart["data"]["datasets"][1]["type"]] == ["bar", "line"]
    assert chart["data"]["datasets"][0]["backgroundColor"] == "--rumbo-accent"


def test_bars_and_areas_start_at_zero():
    high = [Decimal("0.41"), Decimal("0.45")]
    line = trend(Line("Rebote", high), ["a", "b"], ["A", "B"], PERCENT)
    assert line["options"]["scales"]["y"]["min"] == 0.41
    assert line["data"]["datasets"][0]["fill"] is False
    bars = trend(Line("Rebote", high), ["a", "b"], ["A", "B"], PERCENT, kind="bar")
    assert bars["options"]["scales"]["y"]["min"] == 0
    lying = channel_bars("Rebote", [Bar("email", "Email", value) for value in high], PERCENT)
    assert lying["options"]["scales"]["x"]["min"] == 0


def test_four_series_have_a_legend():
    goals = [Line("Mínimo", [1] * 4, role="low"), Line("Máximo", [2] * 4, role="high")]
    chart = leads_trend(comparison=Line("Antes", [1] * 4), goals=goals)
    assert chart["options"]["plugins"]["legend"]["display"] is True
    assert chart["rumbo"]["direct_labels"] is False
    roles = [dataset["rumbo"]["role"] for dataset in chart["data"]["datasets"]]
    assert roles == ["series", "comparison", "low", "high"]


def test_nothing_known_is_said():
    chart = trend(Line("Leads", [None, None]), ["a", "b"], ["A", "B"], COUNT)
    assert chart["rumbo"]["is_empty"] is True
    assert chart["data"]["datasets"][0]["data"] == [None, None]
    assert leads_trend()["rumbo"]["is_empty"] is False
    assert trend(Line("Leads", []), [], [], COUNT)["rumbo"]["is_empty"] is True


def test_every_chart_has_a_table_twin():
    chart = leads_trend(goals=[Line("Objetivo", [1000, 1000, 1000, 1000])])
    assert table_of(chart) == (
        ["Leads", "Objetivo"],
        [
            ["enero de 2026", "1.200", "1.000"],
            ["febrero de 2026", "—", "1.000"],
            ["marzo de 2026", "1.500", "1.000"],
            ["abril de 2026", "900", "1.000"],
        ],
    )


def test_sparkline_has_no_axes_and_marks_its_last_known_point():
    chart = sparkline([3, None, 5, 4, None])
    dataset = chart["data"]["datasets"][0]
    assert dataset["data"] == [3.0, None, 5.0, 4.0, None]
    assert dataset["pointRadius"] == [2, 0, 0, 2, 0]  # the first stands alone between gaps
    assert not chart["options"]["scales"]["x"]["display"]
    assert not chart["options"]["scales"]["y"]["display"]
    assert sparkline([None, None])["rumbo"]["is_empty"] is True
    assert sparkline([])["rumbo"]["is_empty"] is True


# --- the value axis ---


@pytest.mark.parametrize(
    ("values", "scale", "labels"),
    [
        ([0, 7], COUNT, ["0", "2", "4", "6", "8"]),
        ([1, 2], COUNT, ["0", "1", "2"]),
        ([1150], COUNT, ["0", "500", "1 mil", "1,5 mil"]),
        ([12_400, 61_000], MONEY, ["$0", "$20 k", "$40 k", "$60 k", "$80 k"]),
        ([-30, 55], MONEY, ["-$40", "-$20", "$0", "$20", "$40", "$60"]),
        (["0.021", "0.034"], PERCENT, ["2 %", "2.5 %", "3 %", "3.5 %"]),
        (["0.004", "0.034"], PERCENT, ["0 %", "1 %", "2 %", "3 %", "4 %"]),
        (["0.014", "0.034"], PERCENT, ["0 %", "1 %", "2 %", "3 %", "4 %"]),
        ([0], PERCENT, ["0 %", "0.2 %", "0.4 %", "0.6 %", "0.8 %", "1 %"]),
        ([], COUNT, ["0", "1"]),
        ([None, None], COUNT, ["0", "1"]),
    ],
)
def test_ticks_are_round_and_labelled(values, scale, labels):
    ticks = value_ticks([v if v is None else Decimal(v) for v in values], scale)
    assert [plain(tick["label"]) for tick in ticks] == labels


@given(
    values=st.lists(
        st.none() | st.decimals(-(10**12), 10**12, places=6, allow_nan=False), max_size=40
    ),
    unit=st.sampled_from(["count", "money", "percent", "ratio", "seconds"]),
)
def test_the_axis_holds_every_value(values, unit):
    chart = trend(
        Line("x", values), [""] * len(values), [""] * len(values), Scale(unit, "es", "EUR")
    )
    ticks = [tick["value"] for tick in chart["rumbo"]["ticks"]]
    known = [float(value) for value in values if value is not None]
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))
    assert all(ticks[0] <= value <= ticks[-1] for value in known)
    if unit in ("count", "money"):
        assert ticks[0] <= 0 <= ticks[-1]
    json.dumps(chart, allow_nan=False)


# --- bars and funnel ---


def test_channels_keep_their_colour_in_any_order():
    bars = [
        Bar("paid_search", "Búsqueda de pago", Decimal("250.50")),
        Bar("email", "Email", None),
        Bar("referral", "Referencia", Decimal("99.9"), is_incomplete=True),
    ]
    chart = channel_bars("Inversión", bars, MONEY)
    dataset = chart["data"]["datasets"][0]
    assert chart["options"]["indexAxis"] == "y"
    assert chart["data"]["labels"] == ["Búsqueda de pago", "Email", "Referencia"]
    assert dataset["data"] == [250.5, None, 99.9]
    assert dataset["backgroundColor"] == [
        "--rumbo-channel-paid-search",
        "--rumbo-channel-email",
        "--rumbo-channel-referral",
    ]
    assert dataset["rumbo"]["texts"] == ["$250,50", "—", "$99,90"]
    assert dataset["rumbo"]["incomplete"] == [False, False, True]
    back = channel_bars("Inversión", bars[::-1], MONEY)["data"]["datasets"][0]
    assert back["backgroundColor"] == dataset["backgroundColor"][::-1]
    assert channel_token("carrier_pigeon") == "--rumbo-channel-unassigned"


def test_funnel_says_each_step():
    stages = [
        Bar("lead", "Leads", 8000),
        Bar("mql", "MQL", 2000),
        Bar("sql", "SQL", None),
        Bar("customer", "Clientes", 842),
    ]
    chart = funnel("Embudo", stages, "es")
    steps = [
        (plain(step["of_previous"]), plain(step["of_first"])) for step in chart["rumbo"]["steps"]
    ]
    # 2000/8000; SQL unknown; 842/8000 = 10.525 %
    assert steps == [("", ""), ("25,0 %", "25,0 %"), ("—", "—"), ("—", "10,5 %")]
    assert chart["data"]["datasets"][0]["rumbo"]["texts"] == ["8.000", "2.000", "—", "842"]
    empty = funnel("Embudo", [Bar("lead", "Leads", 0), Bar("mql", "MQL", 0)], "es")
    assert empty["rumbo"]["steps"][1] == {"of_previous": "—", "of_first": "—"}


# --- colours (static/css/chart-colours.css) ---

CSS = Path(__file__).parents[2] / "static/css/chart-colours.css"
# Machado, Oliveira and Fernandes 2009, severity 1
SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(
        r"([^{}]+)\{([^}]*)\}", re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.S)
    )
    light, dark = (dict(re.findall(r"(--[\w-]+):\s*(#\w{6})", body)) for _selector, body in blocks)
    return {"light": light, "dark": dark}


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(one: str, other: str) -> float:
    shades = sorted(
        sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True))
        for c in (one, other)
    )
    return (shades[1] + 0.05) / (shades[0] + 0.05)


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    seen = [
        min(1, max(0, sum(w * p for w, p in zip(row, linear(colour), strict=True))))
        for row in SIGHTS[sight]
    ]
    white = (0.95047, 1, 1.08883)
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (
        (lambda t: t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116)(
            sum(w * p for w, p in zip(row, seen, strict=True)) / n
        )
        for row, n in zip(rows, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize(("theme", "page"), [("light", "#fafafa"), ("dark", "#262626")])
def test_every_channel_has_a_colour_that_stands_out(theme, page):
    colours = themes()[theme]
    assert set(colours) == {channel_token(code) for code in CODES} | {"--rumbo-chart-goal"}
    assert len(set(colours.values())) == len(colours)
    assert {
        token: round(contrast(c, page), 2) for token, c in colours.items() if contrast(c, page) < 3
    } == {}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_common_channels_can_be_told_apart(theme, sight):
    colours = themes()[theme]
    first = [colours[channel_token(code)] for code in COLOUR_ORDER[:8]]
    near = min(
        sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5
        for one, other in combinations(first, 2)
    )
    assert near > 13  # CIE76; about 2.3 is just noticeable
