"""What the numbers are kept in: one module per idea; the public names are all here."""

from kpis.models.arrivals import Arrival, ArrivalState
from kpis.models.choosing import KpiSet, KpiTemplate
from kpis.models.closings import DayClose, Restatement, RestatementsSeen
from kpis.models.custom import CustomKpi
from kpis.models.experiments import (
    CountedBy,
    Decision,
    Experiment,
    ExperimentCount,
    ExperimentVariant,
)
from kpis.models.exports import Export, ExportState
from kpis.models.forecasts import ForecastChoice
from kpis.models.goals import (
    Accumulation,
    Cadence,
    EnteredAs,
    Goal,
    GoalKind,
    GoalStanding,
    GoalTemplate,
    GoalVersion,
    Grain,
    GuardOperator,
    Milestone,
    PeriodInWords,
    Shape,
)
from kpis.models.nights import NightRun
from kpis.models.parameters import ParameterChange
from kpis.models.rates import ExchangeRate
from kpis.models.snapshots import (
    STORED_MEASURES,
    DailySnapshot,
    DailyTotal,
    DirtyDay,
    Snapshot,
    SnapshotState,
    measure_column,
)
from kpis.models.values import FitState, ValueModel
from kpis.models.watching import (
    Annotation,
    Anomaly,
    AnomalyDismissal,
    Direction,
    Outcome,
    SizeAs,
    Visibility,
)

__all__ = [
    "STORED_MEASURES",
    "Accumulation",
    "Annotation",
    "Anomaly",
    "AnomalyDismissal",
    "Arrival",
    "ArrivalState",
    "Cadence",
    "CountedBy",
    "CustomKpi",
    "DailySnapshot",
    "DailyTotal",
    "DayClose",
    "Decision",
    "Direction",
    "DirtyDay",
    "EnteredAs",
    "ExchangeRate",
    "Experiment",
    "ExperimentCount",
    "ExperimentVariant",
    "Export",
    "ExportState",
    "FitState",
    "ForecastChoice",
    "Goal",
    "GoalKind",
    "GoalStanding",
    "GoalTemplate",
    "GoalVersion",
    "Grain",
    "GuardOperator",
    "KpiSet",
    "KpiTemplate",
    "Milestone",
    "NightRun",
    "Outcome",
    "ParameterChange",
    "PeriodInWords",
    "Restatement",
    "RestatementsSeen",
    "Shape",
    "SizeAs",
    "Snapshot",
    "SnapshotState",
    "ValueModel",
    "Visibility",
    "measure_column",
]
