"""Why a number moved, as arithmetic: by segment (mix and rate) and by factor. Pure, exact.

It says which parts make up a change, never what caused it. Where the numbers come from is in
`kpis.explaining`; the rules are KPIS D.1 and D.2.
"""

from kpis.explain.effects import Factor, FactorChange, factor_change, logarithmic_mean
from kpis.explain.segments import (
    MOST_SEGMENTS,
    Contribution,
    MixRate,
    Part,
    RatioChange,
    Segment,
    SumChange,
    ratio_change,
    sum_change,
)
from kpis.explain.shape import Sides, Sign, excess, is_additive, parts, quotient, terms
from kpis.explain.trees import Lever, Supply, Tree, trees_of

__all__ = [
    "MOST_SEGMENTS",
    "Contribution",
    "Factor",
    "FactorChange",
    "Lever",
    "MixRate",
    "Part",
    "RatioChange",
    "Segment",
    "Sides",
    "Sign",
    "SumChange",
    "Supply",
    "Tree",
    "excess",
    "factor_change",
    "is_additive",
    "logarithmic_mean",
    "parts",
    "quotient",
    "ratio_change",
    "sum_change",
    "terms",
    "trees_of",
]
