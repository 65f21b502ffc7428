"""A number as a card or a table cell shows it: value, change, goal, sparkline, what is missing.

Pure view models: everything is text already; nothing is computed that `kpis.calculate` has not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kpis.calculate import Value, change_between
from kpis.catalogue import Kpi, Parameters
from kpis.compare import Number
from kpis.formats import as_fraction, format_change
from kpis.pages.reader import Reader

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 120.0, 32.0, 2.5


@dataclass(frozen=True)
class ChangeNote:
    """A change in words; `tone` colours it, `arrow` and the sign say the same without colour."""

    main: str
    detail: str = ""
    badge: str = ""
    tone: str = "neutral"
    arrow: str = ""
    before: str = ""

    @property
    def brief(self) -> "ChangeNote":
        """Without the second figure, for a table."""
        return replace(self, detail="")


@dataclass(frozen=True)
class Spark:
    """A small line as SVG: one path per run of known points, and the last known point."""

    paths: tuple[str, ...]
    area: str
    dot: tuple[str, str] | None


@dataclass(frozen=True)
class Figure:
    """One KPI's value as text, with all that must be said beside it."""

    kpi: Kpi
    text: str
    exact: str
    why: str
    state: str
    missing: tuple[str, ...]
    is_small: bool
    is_immature: bool
    change: ChangeNote | None
    qualifier: str

    @property
    def has_source(self) -> bool:
        return self.state != "absent"


def figure(
    kpi: Kpi, value: Value, previous: Value | None, reader: Reader, parameters: Parameters
) -> Figure:
    """The figure of a value; `previous` None where nothing is compared."""
    is_absent = value.value is None and value.reason in ("no_source", "not_reported")
    return Figure(
        kpi=kpi,
        text=reader.value(kpi, value),
        exact=reader.exact(value),
        why=reader.why(kpi, value, parameters),
        state="absent" if is_absent else value.state,
        missing=tuple(dict.fromkeys(reader.gap(gap) for gap in value.missing)),
        is_small=value.is_small_sample and value.value is not None,
        is_immature=bool(kpi.cohort_days) and value.state == "provisional",
        change=None if previous is None else change_note(kpi, value, previous, reader),
        qualifier=str(kpi.qualifier(parameters)),
    )


def change_note(kpi: Kpi, value: Value, previous: Value, reader: Reader) -> ChangeNote:
    """The change against the comparison, like with like (KPIS B.1.4, B.1.5)."""
    change = change_between(kpi, value, previous)
    text = format_change(change, kpi.unit, reader.locale, reader.currency)
    if change.absolute is None:
        return ChangeNote(
            text.main, _why_no_change(kpi, value, previous), before=reader.value(kpi, previous)
        )
    is_same = change.absolute == 0
    return ChangeNote(
        main=_("no change") if is_same else text.main,
        detail="" if is_same else text.detail,
        badge=text.badge,
        tone=change.tone(kpi.better),
        arrow={1: "arrow-up-right", -1: "arrow-down-right"}.get(change.direction, ""),
        before=reader.value(kpi, previous),
    )


def _why_no_change(kpi: Kpi, value: Value, previous: Value) -> str:
    """Why like cannot be compared with like; "" where the figure itself is unknown."""
    if value.value is None:
        return ""
    if previous.value is None:
        return _("nothing to compare with")
    if "partial" in (value.state, previous.state):
        return _("not comparable: days are missing")
    return _("not comparable: still maturing") if kpi.cohort_days else ""


def spark(values: Sequence[Number | None]) -> Spark:
    """The line through the known values; unknown is a gap, a point between gaps is a short dash."""
    known = [float(as_fraction(value)) for value in values if value is not None]
    if not known:
        return Spark((), "", None)
    low, high = min(*known, 0.0), max(known)
    span = (high - low) or 1.0
    step = SPARK_WIDTH / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        share = (float(as_fraction(value)) - low) / span
        runs[-1].append(
            (index * step, SPARK_HEIGHT - SPARK_EDGE - share * (SPARK_HEIGHT - 2 * SPARK_EDGE))
        )
    drawn = [run for run in runs if run]
    last = drawn[-1][-1]
    return Spark(
        tuple(_path(run) for run in drawn),
        " ".join(_area(run) for run in drawn if len(run) > 1),
        (f"{last[0]:.1f}", f"{last[1]:.1f}"),
    )


def _path(run: Sequence[tuple[float, float]]) -> str:
    if len(run) == 1:
        ((x, y),) = run
        return f"M{x - 1.5:.1f} {y:.1f}H{x + 1.5:.1f}"
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


def _area(run: Sequence[tuple[float, float]]) -> str:
    return f"{_path(run)}V{SPARK_HEIGHT:.1f}H{run[0][0]:.1f}Z"
