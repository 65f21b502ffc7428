"""KPIs that people write: from a line of text to the same tree as the built-in ones. Pure.

`syntax` reads the text, `vocabulary` knows the names, `resolving` puts the tree together and
refuses what has no meaning, `building` makes the KPI. Nothing is ever handed to Python to run.
"""

from kpis.custom.building import book_with, kpi_from, usual_goal, vocabulary_of
from kpis.custom.problems import FormulaInvalid, Problem
from kpis.custom.resolving import Meaning, meaning_of, words_of
from kpis.custom.vocabulary import KPI_PREFIX, Definition, Entry, Vocabulary

__all__ = [
    "KPI_PREFIX",
    "Definition",
    "Entry",
    "FormulaInvalid",
    "Meaning",
    "Problem",
    "Vocabulary",
    "book_with",
    "kpi_from",
    "meaning_of",
    "usual_goal",
    "vocabulary_of",
    "words_of",
]
