"""What is wrong with a formula: where, in words, and what was perhaps meant."""

from dataclasses import dataclass

from kpis.catalogue.kpi import Words


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the text, from `start` up to and without `end`."""

    start: int
    end: int

    def joined(self, other: "Span") -> "Span":
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` for programs, `message` and `hint` for people; `span` is what to underline.

    `instead` is a text that could stand there and was perhaps meant.
    """

    code: str
    message: Words
    span: Span
    hint: Words = ""
    instead: str = ""


class FormulaInvalid(ValueError):
    """A text that is no formula, or one without a meaning."""

    def __init__(
        self, code: str, message: Words, span: Span, hint: Words = "", instead: str = ""
    ) -> None:
        super().__init__(code)
        self.problem = Problem(code, message, span, hint, instead)

    def __str__(self) -> str:
        return str(self.problem.message)
