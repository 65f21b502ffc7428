"""A goal drawn to its last day: path, actual, fan and milestone bars, and the table beside it."""

from kpis import charts
from kpis.charts import Course, Names
from kpis.charts.parts import Scale
from kpis.forecast.methods import BY_NAME
from kpis.pages.goal_course import MODEL_NAMES

NAMES = Names("Leads", "Path", "Milestones", "Forecast")
LINE = Course(
    actual=[10, 30, None, None],
    path=[25, 50, 75, 100],
    milestones=[None, 50, None, 100],
    middles=[None, 30, 50, 70],
    lows=[None, 30, 40, 55],
    highs=[None, 30, 60, 85],
)


def drawn(line: Course = LINE) -> charts.Chart:
    labels = ["1", "2", "3", "4"]
    return charts.course(line, NAMES, labels, [f"day {n}" for n in labels], Scale("count", "en"))


def test_every_part_is_there_and_starts_at_zero() -> None:
    chart = drawn()
    datasets = chart["data"]["datasets"]
    assert [each["rumbo"]["role"] for each in datasets] == [
        "series", "goal", "milestone", "forecast", "ground", "ground",
    ]  # fmt: skip
    actual, path, bars, middle, high, low = datasets
    assert actual["data"] == [10, 30, None, None] and "borderDash" not in actual
    assert path["data"] == [25, 50, 75, 100] and path["borderDash"] == [6, 4]
    assert bars["type"] == "bar" and bars["data"] == [None, 50, None, 100]
    assert middle["data"] == [None, 30, 50, 70]
    assert (high["data"], high["fill"]) == ([None, 30, 60, 85], "+1")
    assert (low["data"], low["fill"]) == ([None, 30, 40, 55], False)
    assert chart["options"]["scales"]["y"] == {"min": 0.0, "max": 100.0}


def test_its_table_says_the_interval_beside_the_forecast() -> None:
    heads, rows = charts.table_of(drawn())
    assert heads == ["Leads", "Path", "Milestones", "Forecast"]
    assert rows == [
        ["day 1", "10", "25", "—", "—"],
        ["day 2", "30", "50", "50", "30"],
        ["day 3", "—", "75", "—", "50 (40 – 60)"],
        ["day 4", "—", "100", "100", "70 (55 – 85)"],
    ]


def test_without_a_forecast_there_is_no_fan() -> None:
    line = Course(LINE.actual, LINE.path, LINE.milestones, [None] * 4, [None] * 4, [None] * 4)
    roles = [each["rumbo"]["role"] for each in drawn(line)["data"]["datasets"]]
    assert roles == ["series", "goal", "milestone"]


def test_every_model_has_words_of_its_own() -> None:
    words = [str(MODEL_NAMES[each]) for each in (*BY_NAME, "combined", "cohorts")]
    assert len(words) == len(set(words)) and all(words)
